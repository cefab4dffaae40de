"""What a redaction does to each copy of what it hides: the message, its subject, events, trails, kept answers. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from ticket_svc.writing.hide import HIDDEN, hide, hide_in_html, hide_in_json, places_of


@dataclass(frozen=True, slots=True)
class Hiding:
    """One redaction. `places` finds a string; `is_whole` hides all that the message says; `files` are files of it."""

    message_id: UUID
    places: re.Pattern[str] | None = None
    is_whole: bool = False
    is_first: bool = False
    """Whether the message opened its ticket: then the news of the opening carries its text."""
    files: frozenset[str] = frozenset()
    said: str = ""
    """All that the message says: events carry its beginning, which may end in the middle of the string."""

    def in_text(self, text: str) -> str:
        """What stays of a text of the message."""
        if self.is_whole:
            return HIDDEN
        return hide(text, self.places) if self.places else text

    def in_problem(self, text: str) -> str:
        """What stays of a text that an incident keeps: its problem is told with the words that opened its ticket."""
        if self.is_whole:
            return HIDDEN if self.is_first else text
        return hide(text, self.places) if self.places else text

    def in_html(self, html: str | None) -> str | None:
        """What stays of HTML of the message."""
        if html is None or self.is_whole:
            return None
        return hide_in_html(html, self.places) if self.places else html

    def in_files(self, attachments: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The files as the message shows them; of one that is gone its name is hidden."""
        return [{**one, "file_name": self._file_name(one)} for one in attachments]

    def in_json(self, told: Mapping[str, Any], *, opens: bool = False) -> dict[str, Any]:
        """What stays of an event's data, a step of the trail, or an answer; `opens`: it told of the opening."""
        shown = dict(told)
        if self.places:
            shown = hide_in_json(shown, self.places)
        if str(self.message_id) not in (told.get("message_id"), told.get("id")) and not (opens and self.is_first):
            return shown
        if self.places and told.get("text") and self.said.startswith(told["text"]):
            shown["text"] = self.in_text(self.said)[: len(told["text"])]
        if self.is_whole:
            shown |= {name: HIDDEN for name in ("text", "html") if shown.get(name) is not None}
        if shown.get("attachments"):
            shown["attachments"] = self.in_files(shown["attachments"])
        return shown

    def _file_name(self, one: Mapping[str, Any]) -> str:
        if str(one["id"]) in self.files:
            return HIDDEN
        name = str(one["file_name"])
        return hide(name, self.places) if self.places else name


def of_subject(subject: str, *, said: str) -> re.Pattern[str] | None:
    """Finds the subject, if it was taken from a text that is hidden as a whole; None when it says something else."""
    taken = subject.removesuffix("…").strip()
    places = places_of(taken)
    return places if taken and places.search(said) else None
