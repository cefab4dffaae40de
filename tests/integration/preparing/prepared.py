"""What stands on the desk for a fuzzer: which ids and true words it is given for which operation."""

from __future__ import annotations

from dataclasses import dataclass, field

from integration.desk import Json


@dataclass
class Prepared:
    """What stands on the desk, by the path that it is for."""

    paths: dict[str, list[Json]] = field(default_factory=dict)
    """Path -> values of its parameters."""
    bodies: dict[str, list[Json]] = field(default_factory=dict)
    """Path -> members of the body that must be true of this desk."""

    def stands(self, path: str, name: str, *values: str) -> None:
        """`values` are there for the parameter `name` of `path`."""
        self.paths[path] = [{name: value} for value in values]
