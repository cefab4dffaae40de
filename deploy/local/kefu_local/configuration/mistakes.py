"""Whether what a deployment tells its processes is what they read: nothing unknown, nothing missing. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from kefu_local.configuration.known import OF_THE_RUNTIME, settings_of


@dataclass(frozen=True, slots=True)
class Told:
    """The variables that one process of a member gets; `where` is what a mistake is reported under."""

    where: str
    member: str
    variables: Collection[str]


def mistakes(told: Iterable[Told]) -> list[str]:
    """One sentence for each variable that the member does not read, and each that it needs and does not get."""
    return [sentence for one in told for sentence in _of_one(one)]


def _of_one(told: Told) -> Iterator[str]:
    known = settings_of(told.member)
    names = known.keys() | {f"{name}_FILE" for name, setting in known.items() if setting.has_file_variant}
    for variable in sorted(set(told.variables) - names - OF_THE_RUNTIME.keys()):
        yield f"{told.where}: {variable} is no setting of {told.member}"
    for name, setting in known.items():
        if setting.default is None and not {name, f"{name}_FILE"} & set(told.variables):
            yield f"{told.where}: {name} is required and not given"
