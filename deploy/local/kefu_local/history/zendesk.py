"""Zendesk's records as Kefu's: tickets with their comments, users, organisations. Pure."""

from __future__ import annotations

from typing import Any

from kefu_local.history.past import Elsewhere, Json, Kind, Person, must, one_of, ticket, words, writing

STATUS = {
    "new": "new", "open": "open", "pending": "pending", "hold": "on_hold", "solved": "resolved", "closed": "closed",
}  # fmt: skip
PRIORITY = {"low": "low", "normal": "normal", "high": "high", "urgent": "urgent", None: "normal"}
CHANNEL = {
    "email": "email", "web": "web", "chat": "chat", "native_messaging": "chat", "voice": "phone", "phone": "phone",
    "api": "api", "wechat": "wechat",
}  # fmt: skip
LISTS: dict[str, Kind] = {"tickets": "ticket", "users": "user", "organizations": "organisation"}

_TAKEN = {
    "id", "subject", "raw_subject", "description", "status", "priority", "type", "via", "requester_id", "assignee_id",
    "tags", "custom_fields", "fields", "created_at", "updated_at", "solved_at", "comments", "url", "object",
}  # fmt: skip
_SAID = {
    "id", "body", "plain_body", "html_body", "public", "author_id", "created_at", "type", "via", "metadata", "audit_id",
}  # fmt: skip


def kind_of(value: Json) -> Kind:
    """What a record is."""
    if "role" in value:
        return "user"
    return "organisation" if "domain_names" in value else "ticket"


def person(value: Json) -> Person:
    """A user."""
    organisation = value.get("organization_id")
    return Person(
        value.get("name") or None,
        value.get("email") or None,
        value.get("phone") or None,
        value.get("role") in ("agent", "admin"),
        str(organisation) if organisation else None,
    )


def organisation(value: Json, there: Elsewhere) -> dict[str, Any]:
    """An organisation as the API takes it."""
    there.leave(value, {"id", "name", "domain_names", "notes", "created_at", "updated_at", "url"}, "organisation ")
    told = {"name": must(value, "name"), "domains": value.get("domain_names") or [], "notes": value.get("notes")}
    return {"external_id": f"{there.name}:organisation:{must(value, 'id')}", **{k: v for k, v in told.items() if v}}


def past(value: Json, there: Elsewhere) -> dict[str, Any]:
    """A ticket as the API takes it. Raises BadRecord."""
    there.leave(value, _TAKEN)
    status = one_of(STATUS, must(value, "status"), "status")
    custom = [(str(one.get("id")), one.get("value")) for one in value.get("custom_fields") or []]
    told = {
        "external_id": there.external_id(must(value, "id")),
        "customer": there.customer(value.get("requester_id")),
        "subject": _line(value.get("subject") or value.get("raw_subject")),
        "status": status,
        "channel": CHANNEL.get(str((value.get("via") or {}).get("channel")), "import"),
        "priority": one_of(PRIORITY, value.get("priority") or None, "priority"),
        "tags": list(words([*(value.get("tags") or []), value.get("type")])),
        "fields": there.custom(custom),
        "agent": there.agent(value.get("assignee_id")),
        "opened_at": must(value, "created_at"),
        "resolved_at": _resolved_at(value, status),
    }
    return ticket(told, _messages(value, there))


def _resolved_at(value: Json, status: str) -> str | None:
    if status not in ("resolved", "closed"):
        return None
    return value.get("solved_at") or value.get("updated_at")


def _messages(value: Json, there: Elsewhere) -> list[dict[str, Any]]:
    requester, found = value.get("requester_id"), []
    for comment in value.get("comments") or []:
        there.leave(comment, _SAID, "comment ")
        said = writing(comment.get("plain_body") or comment.get("body"), comment.get("html_body"))
        if said is None:
            continue
        author = there.author(comment.get("author_id"), requester=requester)
        is_public = comment.get("public", True) is not False
        found.append({**said, **author, "is_public": is_public, "created_at": must(comment, "created_at")})
    if not found and (said := writing(value.get("description"), None)):
        found.append({**said, "author": "customer", "created_at": must(value, "created_at")})
    return found


def _line(text: Any) -> str | None:
    return " ".join(str(text).split())[:300] or None if text else None
