"""What an organisation sets up for itself: types and fields, views, rules, macros."""

from __future__ import annotations

from integration.desk import Desk, Json
from integration.preparing.prepared import Prepared
from integration.preparing.tickets import TICKET


def fields(desk: Desk, ready: Prepared) -> None:
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


def views(desk: Desk, ready: Prepared) -> None:
    wanted = {"conditions": {"all": [{"field": "status", "operator": "is", "value": "open"}]}, "columns": ["number"]}
    shared = {"name": "Fuzzed", "shared": "everyone", **wanted}
    views = [desk.admin.post("/v1/views", shared)["id"] for _ in range(40)]
    ready.stands("/v1/views/{view_id}", "view_id", *views[2:])
    ready.stands("/v1/views/{view_id}/tickets", "view_id", *views[:2])
    nobodys: Json = {"shared": "everyone", "team_id": None, **wanted}
    ready.bodies["/v1/views"] = ready.bodies["/v1/views/{view_id}"] = [nobodys]


def rules(desk: Desk, ready: Prepared) -> None:
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


def macros(desk: Desk, ready: Prepared) -> None:
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
