"""What actions would change of a ticket as it is, without doing them.

Whether somebody or something that is named is still there is not looked at: see sound.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ticket_svc.bulk.schemas import Assigning, Moving, Noting, Tagging, Updating
from ticket_svc.rules.schemas import Replying
from ticket_svc.tickets.status import Act, after
from ticket_svc.tickets.tags import MOST_TAGS, with_and_without

Action = Assigning | Moving | Updating | Tagging | Noting | Replying
_STAYS_WHEN_NULL = ("priority", "type")


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would be different after the actions, what would be written, and which action would be refused."""

    changes: Mapping[str, tuple[Any, Any]]
    writes: tuple[Literal["note", "reply"], ...] = ()
    refused: int | None = None

    @property
    def is_nothing(self) -> bool:
        """Whether all would stay as it is, and that without being refused."""
        return not self.changes and not self.writes and self.refused is None


def foresee(actions: Sequence[Action], row: Mapping[Any, Any]) -> Foreseen:
    """What the actions would do, one after the other. When one is refused none of them is done."""
    course = _Course(dict(row))
    for place, action in enumerate(actions):
        if not course.take(action):
            return Foreseen({}, refused=place)
    changed = {name: (row[name], value) for name, value in course.now.items() if value != row[name]}
    fields = changed.pop("fields", None)
    if fields:
        old, new = fields
        keys = sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))
        changed |= {f"fields.{key}": (old.get(key), new.get(key)) for key in keys}
    return Foreseen(changed, tuple(course.writes))


class _Course:
    def __init__(self, now: dict[str, Any]) -> None:
        self.now = now
        self.writes: list[Literal["note", "reply"]] = []

    def take(self, action: Action) -> bool:
        """Do it, in mind; False when the ticket's state refuses it."""
        if isinstance(action, Noting):
            self.writes.append("note")
            return True
        if isinstance(action, Replying):
            self.writes.append("reply")
            return after(self.now["status"], "agent_reply") is not None
        if isinstance(action, Tagging):
            self.now["tags"] = with_and_without(self.now["tags"], add=action.add, remove=action.remove)
            return len(self.now["tags"]) <= MOST_TAGS
        if isinstance(action, Moving):
            return self._wakes() if action.do == "wake" else self._acts(action.do)
        return self._assigns(action) if isinstance(action, Assigning) else self._updates(action)

    def _acts(self, act: Act) -> bool:
        status = after(self.now["status"], act)
        if status not in (None, self.now["status"]):
            # A custom status stands inside its category and goes with it.
            self.now |= {"status": status, "custom_status_id": None}
        if status == "resolved":
            self._wakes()
        return status is not None

    def _wakes(self) -> bool:
        slept = self.now["snoozed_at"] is not None
        self.now |= {"snoozed_at": None, "snoozed_until": None}
        return slept

    def _assigns(self, action: Assigning) -> bool:
        if self.now["agent_id"] == action.agent_id:
            return True
        self.now["agent_id"] = action.agent_id
        return self._acts("assign")

    def _updates(self, action: Updating) -> bool:
        for name, value in action.model_dump(exclude={"do", "fields"}, exclude_unset=True).items():
            if value is not None or name not in _STAYS_WHEN_NULL:
                self.now[name] = value
        if action.fields:
            merged = {**self.now["fields"], **action.fields}
            self.now["fields"] = {key: value for key, value in merged.items() if value is not None}
        return self._acts("update")
