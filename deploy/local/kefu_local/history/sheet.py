"""History as a table: a row for each message, the rows of a ticket one after the other. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from kefu_local.bring_in.rows import Row
from kefu_local.history.past import BadRecord, Elsewhere, Record, must, one_of, ticket, words

COLUMNS = {
    "id": "of the ticket; its rows stand together",
    "text": "what was written",
    "at": "when, with a time zone or in that of --zone",
    "author": "customer (when empty), agent, assistant or rule",
    "author_name": "an agent's name or e-mail",
    "public": "yes (when empty) or no: a note",
    "subject": "",
    "status": "new, open, pending, on_hold, resolved or closed (when empty)",
    "priority": "low, normal (when empty), high or urgent",
    "channel": "api, web, email, chat, wechat, phone or import (when empty)",
    "topic": "",
    "type": "the key of a ticket type",
    "tags": "with commas between",
    "agent": "whose ticket it was: name or e-mail",
    "resolved_at": "as at",
    "customer_id": "in the other system",
    "customer_name": "",
    "customer_email": "",
    "customer_phone": "",
}
"""What a table may have; `fields.<key>` besides."""
REQUIRED = ("id", "text", "at")

_YES = {"": True, "yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_PLAIN = ("subject", "status", "priority", "channel", "topic", "type")


def unknown(columns: Iterable[str]) -> list[str]:
    """The columns that have no meaning here."""
    return [name for name in columns if name not in COLUMNS and not name.startswith("fields.")]


def records(rows: Iterable[Row], names: Mapping[str, str]) -> Iterator[Record]:
    """The tickets of a table, each with its rows; a row that cannot be read stands for itself.

    `names` are other names of columns; "-" leaves one out.
    """
    named = (_named(row, names) for row in rows)
    for _, same in groupby(named, key=lambda row: (row.wrong, row.values.get("id") or row.line)):
        found = list(same)
        yield Record(found[0].line, "ticket", {"rows": found}, found[0].wrong)


def _named(row: Row, names: Mapping[str, str]) -> Row:
    values = {names.get(name, name): value for name, value in row.values.items() if names.get(name) != "-"}
    return Row(row.line, values, row.wrong)


def past(rows: Sequence[Row], there: Elsewhere, zone: ZoneInfo) -> dict[str, Any]:
    """A ticket as the API takes it. Raises BadRecord."""
    first, plain = rows[0].values, {}
    for row in rows:
        plain.update({name: row.values[name] for name in _PLAIN if row.values.get(name)})
    who = {name: first[f"customer_{name}"] for name in ("name", "email", "phone") if first.get(f"customer_{name}")}
    if own := first.get("customer_id"):
        who["external_id"] = f"{there.name}:user:{own}"
    resolved = rows[-1].values.get("resolved_at")
    messages = [_message(row.values, there, zone) for row in rows]
    told = {
        **plain,
        "external_id": there.external_id(must(first, "id")),
        "customer": who or {"external_id": f"{there.name}:user:unknown", "name": f"{there.name} (unknown)"},
        "tags": list(words(",".join(row.values.get("tags", "") for row in rows).split(","))),
        "fields": {name[7:]: value for row in rows for name, value in row.values.items() if name.startswith("fields.")},
        "agent": _staff(first.get("agent"), there),
        "opened_at": messages[0]["created_at"],
        "resolved_at": _instant(resolved, "resolved_at", zone) if resolved else None,
    }
    # Words are passed on as they stand; which of them mean nothing the API says.
    return ticket(told, messages)


def _message(values: Mapping[str, str], there: Elsewhere, zone: ZoneInfo) -> dict[str, Any]:
    author = values.get("author", "customer")
    found: dict[str, Any] = {"text": must(values, "text"), "author": author}
    found["created_at"] = _instant(must(values, "at"), "at", zone)
    found["is_public"] = one_of(_YES, values.get("public", ""), "public")
    if author == "agent":
        found |= {f"author_{name}": value for name, value in (_staff(values.get("author_name"), there) or {}).items()}
    elif values.get("author_name"):
        found["author_name"] = values["author_name"]
    return found


def _staff(said: str | None, there: Elsewhere) -> dict[str, str] | None:
    if not said:
        return None
    found = there.staff.get(said.lower())
    return {"id": found} if found else {"name": said}


def _instant(said: str, name: str, zone: ZoneInfo) -> str:
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        raise BadRecord(f"{name} {said!r} is no time like 2024-05-06 09:30:00") from None
    return (at if at.tzinfo else at.replace(tzinfo=zone)).isoformat()
