"""A desk on which every operation finds something: which ids a fuzzer is given for which operation."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import uuid4

from integration.desk import Desk, Json
from integration.running import eventually

TICKET = "/v1/tickets/{ticket_id}"
ON_OPEN = (
    "", "/messages", "/events", "/replies", "/notes", "/assign", "/pend", "/hold", "/resolve", "/snooze", "/links",
    "/tags", "/draft", "/followers",
)  # fmt: skip
"""What is asked of an open ticket; the other verbs need one in another state."""


WITHOUT_FIELDS: Json = {"type": None, "fields": None}
"""What is drawn names types and fields that there are not."""
BELONGS_NOWHERE: Json = {"organisation_id": None, "attributes": None}
"""What is drawn names organisations and attributes that there are not."""


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


def prepare(desk: Desk) -> Prepared:
    """Let there be a thing for every operation, in the state that it asks for."""
    ready = Prepared()
    _people(desk, ready)
    _tickets(desk, ready)
    _fields(desk, ready)
    _views(desk, ready)
    _rules(desk, ready)
    _macros(desk, ready)
    _messages(desk, ready)
    _customers(desk, ready)
    _rights(desk, ready)
    _offers(desk, ready)
    _lives(desk, ready)
    _incidents(desk, ready)
    _answers(desk, ready)
    _articles(desk, ready)
    _copies(desk, ready)
    return ready


def _people(desk: Desk, ready: Prepared) -> None:
    spare = [desk.hire(f"Spare {number}", {"lang:zh": 1}).id for number in range(3)]
    ready.stands("/v1/agents/{agent_id}", "agent_id", *spare)
    ready.stands("/v1/agents/{agent_id}/presence", "agent_id", *spare)
    ready.bodies[f"{TICKET}/assign"] = [{"agent_id": one} for one in spare]
    users = [desk.hire(f"Clerk {number}", {"lang:zh": 1}).id for number in range(2)]
    ready.stands("/v1/users/{user_id}", "user_id", *users)
    ready.stands("/v1/keys/{key_id}", "key_id", *(desk.program(f"spare-{number}").id for number in range(8)))
    ready.bodies["/v1/keys"] = [{"expires_at": "2199-12-31T23:59:59Z", "role": "admin"}, {"expires_at": None}]
    ready.bodies["/v1/login"] = [desk.platform.login()]


def _tickets(desk: Desk, ready: Prepared) -> None:
    agent = ready.bodies[f"{TICKET}/assign"][0]
    open_, waiting, resolved = ([_opened(desk, agent) for _ in range(number)] for number in (3, 4, 8))
    for ticket in waiting:
        desk.admin.post(f"/v1/tickets/{ticket}/pend")
    for ticket in resolved:
        desk.admin.post(f"/v1/tickets/{ticket}/resolve")
    for verb in ON_OPEN:
        # Each has its own: what one operation does to a ticket would be a reason to refuse all that the others ask.
        ready.stands(TICKET + verb, "ticket_id", *(_opened(desk, agent) for _ in range(3)))
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
    ready.bodies["/v1/tickets/bulk"] = [{"ids": [_opened(desk, agent) for _ in range(3)], "view_id": None}]
    eventually(lambda: all(desk.admin.http.get(f"/v1/suggestions/{one}").is_success for one in open_))


def _lives(desk: Desk, ready: Prepared) -> None:
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


INCIDENT = "/v1/incidents/{incident_id}"


def _incidents(desk: Desk, ready: Prepared) -> None:
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


def _fields(desk: Desk, ready: Prepared) -> None:
    label = {"zh": "测试", "en": "Fuzzed"}
    for number in range(2):
        desk.admin.post("/v1/ticket-types", {"key": f"fuzzed_{number}", "label": label})
        desk.admin.post("/v1/fields", {"key": f"fuzzed_{number}", "kind": "text", "label": label})
    of_type = "/v1/ticket-types/{key}"
    for path in (of_type, f"{of_type}/form", f"{of_type}/retention", "/v1/fields/{key}"):
        ready.stands(path, "key", "fuzzed_0", "fuzzed_1")
    ready.bodies["/v1/ticket-types/{key}/form"] = [{"fields": []}, {"fields": [{"field": "fuzzed_0"}]}]
    ready.bodies["/v1/fields/{key}"] = [{"choices": None, "active": True}]
    ready.bodies["/v1/fields"] = [{"kind": "text", "choices": []}]


def _views(desk: Desk, ready: Prepared) -> None:
    wanted = {"conditions": {"all": [{"field": "status", "operator": "is", "value": "open"}]}, "columns": ["number"]}
    shared = {"name": "Fuzzed", "shared": "everyone", **wanted}
    views = [desk.admin.post("/v1/views", shared)["id"] for _ in range(40)]
    ready.stands("/v1/views/{view_id}", "view_id", *views[2:])
    ready.stands("/v1/views/{view_id}/tickets", "view_id", *views[:2])
    nobodys: Json = {"shared": "everyone", "team_id": None, **wanted}
    ready.bodies["/v1/views"] = ready.bodies["/v1/views/{view_id}"] = [nobodys]


def _rules(desk: Desk, ready: Prepared) -> None:
    """Rules that act on nothing: they are put out of use, and stay so."""
    says: Json = {"trigger": {"kind": "event", "on": ["snoozed"]}, "actions": [{"do": "tag", "add": ["fuzzed"]}]}
    says |= {"conditions": {"all": [{"field": "status", "operator": "is", "value": "open"}]}}
    made = [desk.admin.post("/v1/rules", {"name": "Fuzzed", "active": False, **says})["id"] for _ in range(40)]
    ready.stands("/v1/rules/{rule_id}", "rule_id", *made[4:])
    ready.stands("/v1/rules/{rule_id}/versions", "rule_id", *made[:2])
    ready.paths["/v1/rules/{rule_id}/versions/{version}"] = [{"rule_id": made[0], "version": 1}]
    ready.bodies["/v1/rules"] = ready.bodies["/v1/rules/{rule_id}"] = [{"active": False, **says}]
    ready.bodies["/v1/rules/order"] = [{"ids": made[:2]}, {"ids": [made[1], made[0]]}]
    not_kept: Json = {"rule": {"name": "Fuzzed", "stop": False, **says}, "rule_id": None, "version": None}
    ready.bodies["/v1/rules/dry-run"] = [not_kept, {"rule": None, "rule_id": made[0], "version": 1}]


def _macros(desk: Desk, ready: Prepared) -> None:
    wanted: Json = {"message": {"kind": "note", "zh": {"text": "{{ticket.number}}"}, "en": None}, "actions": []}
    macros = [
        desk.admin.post("/v1/macros", {"name": "Fuzzed", "shared": "everyone", **wanted})["id"] for _ in range(40)
    ]
    ready.stands("/v1/macros/{macro_id}", "macro_id", *macros[1:])
    for verb in ("preview", "apply"):
        tickets = [desk.open("hello")["id"] for _ in range(2)]
        ready.paths[f"{TICKET}/macros/{{macro_id}}/{verb}"] = [
            {"ticket_id": one, "macro_id": macros[0]} for one in tickets
        ]
    ready.bodies["/v1/macros"] = ready.bodies["/v1/macros/{macro_id}"] = [wanted]


def _messages(desk: Desk, ready: Prepared) -> None:
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


def _customers(desk: Desk, ready: Prepared) -> None:
    known = [_customer(desk, number) for number in range(24)]
    customer = "/v1/customers/{customer_id}"
    for what in ("/timeline", "/identities"):
        ready.stands(customer + what, "customer_id", *known[:2])
    ready.bodies["/v1/customers"] = [{"organisation_id": None}]
    # A verified identity is there still; one that was removed is not.
    told = {one: desk.admin.all(f"{customer.format(customer_id=one)}/identities")[0]["id"] for one in known[2:10]}
    pairs = [{"customer_id": one, "identity_id": identity} for one, identity in told.items()]
    ready.paths[f"{customer}/identities/{{identity_id}}/verify"] = pairs[:2]
    ready.paths[f"{customer}/identities/{{identity_id}}"] = pairs[2:]
    survivor = known[10]
    ready.stands(f"{customer}/merge", "customer_id", *known[11:16])
    ready.bodies[f"{customer}/merge"] = [{"into": survivor}]
    for one in known[16:]:
        desk.admin.post(f"{customer.format(customer_id=one)}/merge", {"into": survivor})
    ready.stands(f"{customer}/unmerge", "customer_id", *known[16:])
    ready.bodies[f"{customer}/unmerge"] = [{"tickets": []}]
    organisation = desk.admin.post("/v1/organisations", {"name": "Fuzzed"})["id"]
    ready.stands("/v1/organisations/{organisation_id}", "organisation_id", organisation)
    ready.bodies["/v1/organisations/{organisation_id}"] = [{"attributes": None, "external_id": None}]
    declared = {"about": "customer", "type": "text", "label_zh": "城市", "label_en": "City"}
    attribute = desk.admin.post("/v1/attributes", {**declared, "key": f"city_{uuid4().hex[:6]}"})["id"]
    ready.stands("/v1/attributes/{attribute_id}", "attribute_id", attribute)
    ready.bodies["/v1/attributes/{attribute_id}"] = [{"choices": None}]
    ready.bodies["/v1/attributes"] = [{"type": "text", "choices": [], "key": f"key_{n}"} for n in range(200)]


def _rights(desk: Desk, ready: Prepared) -> None:
    """Customers to be erased, one who is, and some whose data must be kept."""
    customer = "/v1/customers/{customer_id}"
    known = [_customer(desk, number) for number in range(100, 160)]
    ready.stands(f"{customer}/erasure", "customer_id", *known[:40])
    ready.bodies[f"{customer}/erasure"] = [{"confirm": one, "close_open": True} for one in known[:40]]
    # PUT, GET and DELETE share their path: each of these has a hold at times.
    ready.stands(f"{customer}/hold", "customer_id", *known[40:43])
    for one in known[40:43]:
        desk.admin.put(f"{customer.format(customer_id=one)}/hold", {"reason": "law suit"})
    path, asked = f"{customer.format(customer_id=known[43])}/erasure", {"confirm": known[43], "reason": "asked for it"}
    erasure = desk.admin.http.post(path, json=asked, headers={"If-Match": '"1"'}).json()["id"]
    ready.stands("/v1/erasures/{erasure_id}", "erasure_id", erasure)
    ready.stands(f"{customer}/export", "customer_id", *known[44:46])
    path = f"{customer.format(customer_id=known[44])}/export"
    export = desk.admin.post(path, {"reason": "asked for it"})["id"]
    ready.stands("/v1/customer-export-files/{export_id}", "export_id", export)
    for part in ("", "/person", "/tickets"):
        ready.stands(f"/v1/customer-exports/{{export_id}}{part}", "export_id", export)


def _customer(desk: Desk, number: int) -> str:
    told = {"name": f"Fuzzed {number}", "email": f"known-{number}-{uuid4().hex[:6]}@example.com"}
    customer: str = desk.admin.post("/v1/customers", told)["id"]
    return customer


def _opened(desk: Desk, agent: Json) -> str:
    ticket: str = desk.open("hello")["id"]
    # A new agent is known where the tickets are some moments later.
    eventually(lambda: desk.admin.http.post(f"/v1/tickets/{ticket}/assign", json=agent).is_success)
    return ticket


def _offers(desk: Desk, ready: Prepared) -> None:
    skill = f"fuzzed-{uuid4().hex[:6]}"
    desk.admin.put(f"/v1/skills/{skill}", {"topics": [skill]})
    agent = desk.hire("Asked", {skill: 5, "lang:en": 5}, capacity=20)
    tickets = [desk.open("hello", topic=skill)["id"] for _ in range(6)]
    offers = [desk.offer_to(agent, ticket)["id"] for ticket in tickets]
    ready.stands("/v1/offers/{offer_id}", "offer_id", *offers)
    ready.stands("/v1/offers/{offer_id}/accept", "offer_id", *offers[:3])
    ready.stands("/v1/offers/{offer_id}/decline", "offer_id", *offers[3:])
    ready.stands("/v1/skills/{skill}", "skill", f"other-{skill}")
    desk.admin.put(f"/v1/skills/other-{skill}", {"topics": []})


def _answers(desk: Desk, ready: Prepared) -> None:
    tickets = [_opened(desk, ready.bodies[f"{TICKET}/assign"][0]) for _ in range(4)]
    for ticket in tickets:
        desk.admin.post(f"/v1/tickets/{ticket}/resolve")
    tokens = [_link(desk, ticket).rsplit("/", 1)[1] for ticket in tickets]
    for token in tokens[:2]:
        desk.channel.post(f"/s/{token}", {"score": 1})
    recoveries = eventually(lambda: _at_least(2, desk.admin.all("/v1/recoveries", state="open")))
    ready.stands("/s/{token}", "token", *tokens[2:])
    ready.stands("/v1/recoveries/{recovery_id}", "recovery_id", *(one["id"] for one in recoveries))
    ready.stands("/v1/recoveries/{recovery_id}/close", "recovery_id", *(one["id"] for one in recoveries))


def _link(desk: Desk, ticket: str) -> str:
    def link() -> str | None:
        return next((one["link"] for one in desk.admin.all("/v1/surveys", ticket_id=ticket) if one["link"]), None)

    found: str = eventually(link)
    return found


def _at_least(number: int, items: list[Json]) -> list[Json]:
    return items if len(items) >= number else []


def _articles(desk: Desk, ready: Prepared) -> None:
    text = {"title": "Refunds", "body": "Within seven days.", "locale": "en"}
    drafts = [desk.admin.post("/v1/articles", text)["id"] for _ in range(2)]
    live = [desk.admin.post("/v1/articles", {**text, "publish": True})["id"] for _ in range(4)]
    article = "/v1/articles/{article_id}"
    ready.stands(article, "article_id", *live[:2])
    ready.stands(f"{article}/publish", "article_id", *drafts)
    ready.stands(f"{article}/archive", "article_id", *live[2:])
    ready.paths[f"{article}/revisions/{{number}}"] = [{"article_id": one, "number": 1} for one in live]


def _copies(desk: Desk, ready: Prepared) -> None:
    """Exports, in each state that is asked for, and a ticket from elsewhere."""
    # Without tickets: redactions, which are fuzzed too, withdraw the others.
    kept, given_up = (desk.admin.post("/v1/exports", {"kinds": ["organisation"]})["id"] for _ in range(2))
    eventually(lambda: desk.admin.get(f"/v1/exports/{kept}")["state"] == "done")
    link = desk.admin.get(f"/v1/exports/{kept}/link")["url"]
    ready.stands("/v1/exports/{export_id}", "export_id", kept)
    ready.stands("/v1/exports/{export_id}/link", "export_id", kept)
    ready.stands("/v1/exports/{export_id}/cancel", "export_id", given_up)
    ready.stands("/x/{token}", "token", link.rsplit("/", 1)[1])
    said = [{"text": "hello", "created_at": "2024-05-06T01:00:00Z"}]
    past = {"customer": {"email": "past@example.com"}, "opened_at": "2024-05-06T01:00:00Z", "messages": said}
    ready.bodies["/v1/tickets/import"] = [{"tickets": [{"external_id": f"fuzz:{n}", **past}]} for n in range(50)]
