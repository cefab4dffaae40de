"""What the formats have in common: people, a ticket as the API takes it, and what could not be taken along. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeVar

T = TypeVar("T")
Json = Mapping[str, Any]
Kind = Literal["ticket", "user", "organisation"]


class BadRecord(Exception):
    """This record lacks something, or has something that Kefu does not know; the message says what."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record of a file: where it begins, what it is, and what is wrong with it, if anything is."""

    line: int
    kind: Kind
    value: Json
    wrong: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the other system."""

    name: str | None
    email: str | None
    phone: str | None
    is_staff: bool
    organisation: str | None = None


@dataclass(slots=True)
class Elsewhere:
    """The other system, as far as it was read: its people, and whom of the staff here an address means."""

    name: str
    """Stands before every id: `zendesk:35436`."""
    people: dict[str, Person] = field(default_factory=dict)
    staff: dict[str, str] = field(default_factory=dict)
    """E-mail in lower case -> id here."""
    fields: dict[str, str] = field(default_factory=dict)
    """A custom field there -> its key here; "-" leaves it out."""
    left: Counter[str] = field(default_factory=Counter)
    """What Kefu has no place for -> in how many records it had a value."""

    def external_id(self, own: Any) -> str:
        """The id here of a ticket there."""
        return f"{self.name}:{own}"

    def leave(self, value: Json, taken: Collection[str], where: str = "") -> None:
        """Note every member of `value` that says something and is not taken along."""
        for name, member in value.items():
            if name not in taken and member not in (None, "", [], {}, False):
                self.left[f"{where}{name}"] += 1

    def customer(self, own: Any) -> dict[str, Any]:
        """Who asked, as the API takes it."""
        if own is None:
            raise BadRecord("names nobody who asked (requester_id)")
        person = self.people.get(str(own))
        told = {"name": person.name, "email": person.email, "phone": person.phone} if person else {}
        return {"external_id": f"{self.name}:user:{own}", **{name: value for name, value in told.items() if value}}

    def agent(self, own: Any) -> dict[str, str] | None:
        """Whose ticket it was, as the API takes it."""
        person = self.people.get(str(own)) if own is not None else None
        if person is None:
            return None
        found = self.staff.get((person.email or "").lower())
        return {"id": found} if found else {"name": person.name} if person.name else None

    def author(self, own: Any, *, requester: Any) -> dict[str, str]:
        """Who wrote a message, as the API takes it: whoever is not of the staff is a customer."""
        if own is None or str(own) == str(requester):
            return {"author": "customer"}
        person = self.people.get(str(own))
        if person is not None and not person.is_staff:
            return {"author": "customer", **({"author_name": person.name} if person.name else {})}
        told = self.agent(own) or {}
        return {"author": "agent", **{f"author_{name}": value for name, value in told.items()}}

    def custom(self, values: Iterable[tuple[str, Any]]) -> dict[str, Any]:
        """The values of custom fields that have a key here."""
        found = {}
        for name, value in values:
            key = self.fields.get(name)
            if value in (None, "", [], {}) or key == "-":
                continue
            if key is None:
                self.left[f"custom field {name}"] += 1
            else:
                found[key.removeprefix("fields.")] = value
        return found


def ticket(told: Mapping[str, Any], messages: list[dict[str, Any]]) -> dict[str, Any]:
    """The ticket as the API takes it: messages in the order of their times, and none before it was opened."""
    if not messages:
        raise BadRecord("has no message with something to read")
    said = sorted(messages, key=lambda one: instant(one["created_at"]))
    opened_at = min(told["opened_at"], said[0]["created_at"], key=instant)
    plain = {name: value for name, value in told.items() if value not in (None, {}, [])}
    return {**plain, "opened_at": opened_at, "messages": said}


def instant(said: Any) -> datetime:
    """A time with its zone. Raises BadRecord."""
    try:
        found = datetime.fromisoformat(str(said))
    except ValueError:
        raise BadRecord(f"{said!r} is no time like 2024-05-06T09:30:00Z") from None
    if found.tzinfo is None:
        raise BadRecord(f"{said!r} has no time zone")
    return found


def must(value: Json, name: str) -> Any:
    """A member that must be there. Raises BadRecord."""
    found = value.get(name)
    if found in (None, ""):
        raise BadRecord(f"has no {name}")
    return found


def one_of(known: Mapping[Any, T], value: Any, name: str) -> T:
    """What a value there means here. Raises BadRecord."""
    if value not in known:
        raise BadRecord(f"{name} {value!r} means nothing here; known: {', '.join(map(str, known))}")
    return known[value]


def writing(text: Any, html: Any) -> dict[str, str] | None:
    """A message's text and HTML; None when there is neither."""
    given = {"text": text, "html": html}
    return {name: value for name, value in given.items() if isinstance(value, str) and value.strip()} or None


def words(values: Iterable[Any]) -> Iterator[str]:
    """Values as words, without those that are empty."""
    return (str(value).strip() for value in values if value not in (None, "") and str(value).strip())
