"""Tickets in every state that an operation asks for, what was said in them, and incidents."""

from __future__ import annotations

from integration.desk import Desk, Json
from integration.preparing.prepared import Prepared
from integration.running import eventually

TICKET = "/v1/tickets/{ticket_id}"


ON_OPEN = (
    "", "/messages", "/events", "/replies", "/notes", "/assign", "/pend", "/hold", "/resolve", "/snooze", "/links",
    "/tags", "/draft", "/followers",
)  # fmt: skip
"""What is asked of an open ticket; the other verbs need one in another state."""


BELONGS_NOWHERE: Json = {"organisation_id": None, "attributes": None}
"""What is drawn names organisations and attributes that there are not."""
WITHOUT_FIELDS: Json = {"type": None, "fields": None}
"""What is drawn names types and fields that there are not."""


def tickets(desk: Desk, ready: Prepared) -> None:
    agent = ready.bodies[f"{TICKET}/assign"][0]
    open_, waiting, resolved = ([opened(desk, agent) for _ in range(number)] for number in (3, 4, 8))
    for ticket in waiting:
        desk.admin.post(f"/v1/tickets/{ticket}/pend")
    for ticket in resolved:
        desk.admin.post(f"/v1/tickets/{ticket}/resolve")
    for verb in ON_OPEN:
        # Each has its own: what one operation does to a ticket would be a reason to refuse all that the others ask.
        ready.stands(TICKET + verb, "ticket_id", *(opened(desk, agent) for _ in range(3)))
    ready.stands(f"{TICKET}/resume", "ticket_id", *waiting)
    ready.stands(f"{TICKET}/reopen", "ticket_id", *resolved[:4])
    ready.stands(f"{TICKET}/close", "ticket_id", *resolved[4:])
    ready.stands("/v1/work-items/{ticket_id}", "ticket_id", *open_)
    ready.stands("/v1/suggestions/{ticket_id}", "ticket_id", *open_)
    customers = [desk.ticket(one)["customer"]["id"] for one in open_]
    ready.stands("/v1/customers/{customer_id}", "customer_id", *customers)
    # What is drawn ("0") may have become another customer's by now, and then every change would be refused.
    ready.bodies["/v1/customers/{customer_id}"] = [
        {"external_id": f"fuzz-{n}", "email": f"fuzz-{n}@example.com", "phone": None, **BELONGS_NOWHERE}
        for n in range(200)
    ]
    # In turn somebody who is known, and a request that was never seen before.
    no_files: Json = {"attachment_ids": []}
    new: Json = {"team_id": None, **WITHOUT_FIELDS, **no_files}
    never_seen: Json = {"customer": {"id": None}, "external_id": None, **new}
    ready.bodies["/v1/tickets"] = [{"customer": {"id": customers[0]}, **new}, never_seen]
    ready.bodies[TICKET] = [{"team_id": None, "custom_status_id": None, **WITHOUT_FIELDS}]
    ready.bodies[f"{TICKET}/replies"] = [no_files]
    ready.bodies[f"{TICKET}/notes"] = [{"mentions": [agent["agent_id"]], **no_files}]
    ready.paths[f"{TICKET}/followers/{{agent_id}}"] = [{"ticket_id": one, **agent} for one in open_]
    for verb in ("/pend", "/hold", "/resume", "/resolve", "/reopen"):
        ready.bodies[TICKET + verb] = [{"custom_status_id": None}]
    ready.bodies["/v1/tickets/bulk"] = [{"ids": [opened(desk, agent) for _ in range(3)], "view_id": None}]
    eventually(lambda: all(desk.admin.http.get(f"/v1/suggestions/{one}").is_success for one in open_))


def lives(desk: Desk, ready: Prepared) -> None:
    """Teams and custom statuses, and tickets that sleep, were thanked for, are to be merged, split and linked."""
    team = desk.admin.post("/v1/teams", {"name": "fuzzed"})["id"]
    ready.stands("/v1/teams/{team_id}", "team_id", team)
    ready.stands("/v1/teams/{team_id}/members", "team_id", team)
    ready.bodies["/v1/teams/{team_id}/members"] = [{"add": []}]
    status = desk.admin.post("/v1/statuses", {"category": "open", "name_zh": "核对", "name_en": "Checking"})["id"]
    ready.stands("/v1/statuses/{status_id}", "status_id", status)
    ready.bodies[f"{TICKET}/snooze"] = [{"until": "2199-12-31T23:59:59Z"}]
    asleep, into, other, *merged = (desk.open("hello")["id"] for _ in range(25))
    desk.admin.post(f"/v1/tickets/{asleep}/snooze")
    ready.stands(f"{TICKET}/wake", "ticket_id", asleep)
    for ticket in merged[:6]:
        desk.admin.post(f"/v1/tickets/{ticket}/merge", {"into": other, "other_customer": True})
    ready.stands(f"{TICKET}/unmerge", "ticket_id", *merged[:6])
    ready.stands(f"{TICKET}/merge", "ticket_id", *merged[6:])
    ready.bodies[f"{TICKET}/merge"] = [{"into": into, "other_customer": True}]
    ready.bodies[f"{TICKET}/links"] = [{"to": into}]
    _said(desk, ready)
    linked = [desk.open("hello")["id"] for _ in range(6)]
    made_links = [desk.admin.post(f"/v1/tickets/{one}/links", {"to": into, "kind": "related"})["id"] for one in linked]
    ready.paths[f"{TICKET}/links/{{link_id}}"] = [
        {"ticket_id": one, "link_id": link} for one, link in zip(linked, made_links, strict=True)
    ]


def _said(desk: Desk, ready: Prepared) -> None:
    """Messages that were taken for thanks, and messages to split from."""
    thanked, split = ([desk.open("hello")["id"] for _ in range(6)] for _ in range(2))
    for ticket in thanked:
        desk.admin.post(f"/v1/tickets/{ticket}/resolve")
    said = [desk.admin.post(f"/v1/tickets/{one}/replies", {"text": "谢谢", "author": "customer"}) for one in thanked]
    more = [desk.admin.post(f"/v1/tickets/{one}/replies", {"text": "还有", "author": "customer"}) for one in split]
    ready.paths[f"{TICKET}/messages/{{message_id}}/needs-answer"] = [
        {"ticket_id": one["ticket_id"], "message_id": one["id"]} for one in said
    ]
    ready.stands(f"{TICKET}/split", "ticket_id", *split)
    ready.bodies[f"{TICKET}/split"] = [{"from_message_id": one["id"]} for one in more]


def messages(desk: Desk, ready: Prepared) -> None:
    message = f"{TICKET}/messages/{{message_id}}"
    ticket = ready.paths[f"{TICKET}/notes"][0]
    file: Json = desk.admin.http.post("/v1/attachments", params={"name": "a.txt"}, content=b"hello").json()
    # The first one has the file, whose link is asked for as well, so it is not redacted. The others say what is drawn.
    bodies: list[Json] = [{"text": "hello", "attachment_ids": [file["id"]]}, *[{"text": "0 00"}] * 6]
    notes = [desk.admin.post(f"/v1/tickets/{ticket['ticket_id']}/notes", body) for body in bodies]
    for path in ("", "/versions", "/redact"):
        ready.paths[message + path] = [{**ticket, "message_id": one["id"]} for one in notes[path == "/redact" :]]
    link: str = desk.admin.get(f"/v1/attachments/{file['id']}/link")["url"]
    ready.stands("/v1/attachments/{attachment_id}", "attachment_id", file["id"])
    ready.stands("/v1/attachments/{attachment_id}/link", "attachment_id", file["id"])
    ready.stands("/a/{token}", "token", link.rsplit("/", 1)[1])


INCIDENT = "/v1/incidents/{incident_id}"


def incidents(desk: Desk, ready: Prepared) -> None:
    """Incidents that are open, some that are resolved, and tickets to declare as such."""
    tickets = [desk.open("hello")["id"] for _ in range(24)]
    declared = [desk.admin.post("/v1/incidents", {"ticket_id": one})["id"] for one in tickets[:9]]
    for one in declared[:3]:
        desk.admin.post(f"/v1/incidents/{one}/resolve")
    reports = tickets[9:15]
    desk.admin.post(f"/v1/incidents/{declared[-1]}/reports", {"ticket_ids": reports})
    ready.bodies["/v1/incidents"] = [{"ticket_id": one} for one in tickets[15:]]
    for path in ("", "/reports", "/broadcasts"):
        ready.stands(INCIDENT + path, "incident_id", declared[-1])
    ready.bodies[f"{INCIDENT}/reports"] = [{"ticket_ids": reports[:2]}]
    ready.stands(f"{INCIDENT}/reopen", "incident_id", *declared[:3])
    ready.stands(f"{INCIDENT}/resolve", "incident_id", *declared[3:8])
    ready.paths[f"{INCIDENT}/reports/{{ticket_id}}"] = [
        {"incident_id": declared[-1], "ticket_id": one} for one in reports
    ]


def opened(desk: Desk, agent: Json) -> str:
    ticket: str = desk.open("hello")["id"]
    # A new agent is known where the tickets are some moments later.
    eventually(lambda: desk.admin.http.post(f"/v1/tickets/{ticket}/assign", json=agent).is_success)
    return ticket
