"""Freshdesk's records as Kefu's: tickets with their conversations, contacts, agents, companies. Pure."""

from __future__ import annotations

from typing import Any

from kefu_local.history.past import Elsewhere, Json, Kind, Person, must, one_of, ticket, words, writing

STATUS = {2: "open", 3: "pending", 4: "resolved", 5: "closed", 6: "pending", 7: "on_hold"}
PRIORITY = {1: "low", 2: "normal", 3: "high", 4: "urgent", None: "normal"}
CHANNEL = {1: "email", 2: "web", 3: "phone", 7: "chat", 9: "web", 10: "email"}
LISTS: dict[str, Kind] = {"tickets": "ticket", "contacts": "user", "agents": "user", "companies": "organisation"}

_TAKEN = {
    "id", "subject", "description", "description_text", "status", "priority", "source", "type", "requester_id",
    "requester", "responder_id", "tags", "custom_fields", "created_at", "updated_at", "stats", "conversations",
}  # fmt: skip
_SAID = {
    "id", "body", "body_text", "private", "incoming", "user_id", "created_at", "updated_at", "ticket_id", "source",
}  # fmt: skip


def kind_of(value: Json) -> Kind:
    """What a record is."""
    if "conversations" in value or "subject" in value:
        return "ticket"
    return "organisation" if "domains" in value else "user"


def person(value: Json) -> Person:
    """A contact, or an agent, whose data stand in a contact of theirs."""
    own = value.get("contact") or value
    company = value.get("company_id")
    return Person(
        own.get("name") or None,
        own.get("email") or None,
        own.get("mobile") or own.get("phone") or None,
        "contact" in value,
        str(company) if company else None,
    )


def organisation(value: Json, there: Elsewhere) -> dict[str, Any]:
    """A company as the API takes an organisation."""
    taken = {"id", "name", "domains", "note", "description", "created_at", "updated_at"}
    there.leave(value, taken, "company ")
    notes = value.get("note") or value.get("description")
    told = {"name": must(value, "name"), "domains": value.get("domains") or [], "notes": notes}
    return {"external_id": f"{there.name}:organisation:{must(value, 'id')}", **{k: v for k, v in told.items() if v}}


def past(value: Json, there: Elsewhere) -> dict[str, Any]:
    """A ticket as the API takes it. Raises BadRecord."""
    there.leave(value, _TAKEN)
    status = one_of(STATUS, must(value, "status"), "status")
    told = {
        "external_id": there.external_id(must(value, "id")),
        "customer": _customer(value, there),
        "subject": " ".join(str(value.get("subject") or "").split())[:300] or None,
        "status": status,
        "channel": CHANNEL.get(value.get("source") or 0, "import"),
        "priority": one_of(PRIORITY, value.get("priority") or None, "priority"),
        "tags": list(words([*(value.get("tags") or []), value.get("type")])),
        "fields": there.custom((value.get("custom_fields") or {}).items()),
        "agent": there.agent(value.get("responder_id")),
        "opened_at": must(value, "created_at"),
        "resolved_at": _resolved_at(value, status),
    }
    return ticket(told, _messages(value, there))


def _customer(value: Json, there: Elsewhere) -> dict[str, Any]:
    found = there.customer(value.get("requester_id"))
    own = value.get("requester") or {}
    told = {"name": own.get("name"), "email": own.get("email"), "phone": own.get("mobile") or own.get("phone")}
    return {**{name: said for name, said in told.items() if said}, **found}


def _resolved_at(value: Json, status: str) -> str | None:
    stats = value.get("stats") or {}
    if status not in ("resolved", "closed"):
        return None
    return stats.get("resolved_at") or stats.get("closed_at") or value.get("updated_at")


def _messages(value: Json, there: Elsewhere) -> list[dict[str, Any]]:
    requester, found = value.get("requester_id"), []
    # What was asked stands in the ticket itself, and the conversations are what followed.
    asked = writing(value.get("description_text"), value.get("description"))
    if asked:
        found.append({**asked, "author": "customer", "created_at": must(value, "created_at")})
    for one in value.get("conversations") or []:
        there.leave(one, _SAID, "conversation ")
        said = writing(one.get("body_text"), one.get("body"))
        if said is None:
            continue
        own = requester if one.get("incoming") else one.get("user_id")
        author = there.author(own, requester=requester)
        is_public = one.get("private") is not True
        found.append({**said, **author, "is_public": is_public, "created_at": must(one, "created_at")})
    return found
