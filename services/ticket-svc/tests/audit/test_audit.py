"""Every change of how we work leaves an entry: who, what, before and after."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from hypothesis import given
from hypothesis import strategies as st

from common.contracts.gateway import UserCreated
from common.http.identity import Caller
from common.http.route import Router, Tx, needs
from common.retention import prune
from common.testing.stage import Stage, a_caller
from ticket_svc.attributes import api as attributes
from ticket_svc.audit.differences import differences
from ticket_svc.fields import api as fields
from ticket_svc.made_of import SERVICE
from ticket_svc.organisations import api as organisations
from ticket_svc.statuses import api as statuses
from ticket_svc.teams import api as teams
from ticket_svc.views import api as views

Json = dict[str, Any]

CONFIGURED = (attributes, fields, organisations, statuses, teams, views)
"""The rooms in which we say how we work."""

LABEL = {"zh": "甲", "en": "A"}
VIEW = {"name": "Open", "conditions": {"all": [{"field": "status", "operator": "is", "value": "open"}]}}
STEPS: list[tuple[str, str, Json | None]] = [
    ("POST", "/v1/teams", {"name": "First line"}),
    ("PATCH", "/v1/teams/{team_id}", {"name": "Second line"}),
    ("PATCH", "/v1/teams/{team_id}/members", {"add": ["0199a000-0000-7000-8000-0000000000aa"]}),
    ("POST", "/v1/statuses", {"category": "open", "name_zh": "核对", "name_en": "Checking"}),
    ("PATCH", "/v1/statuses/{status_id}", {"position": 7}),
    ("POST", "/v1/ticket-types", {"key": "repair", "label": LABEL}),
    ("POST", "/v1/fields", {"key": "serial", "kind": "text", "label": LABEL}),
    ("PATCH", "/v1/fields/{key}", {"label": {"zh": "乙", "en": "B"}}),
    ("PATCH", "/v1/ticket-types/{key}", {"position": 3}),
    ("PUT", "/v1/ticket-types/{key}/form", {"fields": [{"field": "serial"}]}),
    (
        "POST",
        "/v1/attributes",
        {"about": "customer", "key": "city", "type": "text", "label_zh": "市", "label_en": "City"},
    ),
    ("PATCH", "/v1/attributes/{attribute_id}", {"label_en": "Town"}),
    ("POST", "/v1/organisations", {"name": "Acme"}),
    ("PATCH", "/v1/organisations/{organisation_id}", {"name": "Acme Ltd"}),
    ("POST", "/v1/views", VIEW),
    ("PUT", "/v1/views/{view_id:uuid}", {**VIEW, "name": "All open"}),
    ("DELETE", "/v1/views/{view_id:uuid}", None),
]
"""A request for each route that changes something, in an order in which each finds what it changes."""


def changing(routers: Iterable[APIRouter]) -> set[str]:
    """The routes that are no GET, as `METHOD path`."""
    routes = [route for router in routers for route in router.routes if isinstance(route, APIRoute)]
    return {f"{method} {route.path}" for route in routes for method in route.methods - {"GET"}}


def test_every_route_that_changes_something_is_called_below() -> None:
    assert changing(room.router for room in CONFIGURED) == {f"{method} {path}" for method, path, _ in STEPS}


def test_route_that_nobody_calls_would_be_noticed() -> None:
    planted = Router(prefix="/v1/planted")

    @planted.delete("/{key}", dependencies=[needs("tickets:configure")])
    async def remove(key: str, db: Tx) -> None: ...

    assert changing([planted]) == {"DELETE /v1/planted/{key}"}


class Auditor:
    """A supervisor who configures, and reads who did."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.made: dict[str, str] = {}

    async def do(self, method: str, path: str, body: Json | None) -> None:
        """Call a route about what was made before; it must do what it is for."""
        where, _, parameter = path.partition("{")
        url = path
        if parameter:
            _, _, rest = parameter.partition("}")
            url = f"{where}{self.made[where]}{rest}"
        seen = await self.client.get(f"{where}{self.made[where]}") if parameter else None
        headers = {"If-Match": seen.headers["etag"]} if seen else {}
        answer = await self.client.request(method, url, json=body, headers=headers)
        assert answer.is_success, (method, url, answer.text)
        if method == "POST":
            told = answer.json()
            self.made[f"{path}/"] = told.get("key") if path in ("/v1/ticket-types", "/v1/fields") else told["id"]

    async def entries(self, **asked: Any) -> list[Json]:
        """The audit, newest first."""
        answer = await self.client.get("/v1/audit", params=asked)
        assert answer.status_code == 200, answer.text
        items: list[Json] = answer.json()["items"]
        return items


def boss() -> Caller:
    """A supervisor."""
    return a_caller("supervisor", name="老王")


@pytest.mark.asyncio
async def test_every_route_that_changes_something_leaves_an_entry(stage: Stage) -> None:
    who = boss()
    async with stage.client(caller=who) as client:
        auditor = Auditor(client)
        hired = UserCreated(user_id=UUID(STEPS[2][2]["add"][0]), name="小李", role="agent", language="zh")
        await stage.hear(hired, about=hired.user_id)
        for number, (method, path, body) in enumerate(STEPS, start=1):
            await auditor.do(method, path, body)
            found = await auditor.entries(limit=200)
            assert len(found) == number, f"{method} {path} leaves no entry"
            what = {"POST": "created", "DELETE": "removed"}.get(method, "changed")
            told = (found[0]["what"], found[0]["actor"], found[0]["before"] is None, found[0]["after"] is None)
            by = {"kind": "person", "id": str(who.id), "name": "老王"}
            assert told == (what, by, what == "created", what == "removed"), (method, path)
        renamed = (await auditor.entries(subject="team", what="changed"))[1]
        assert (renamed["before"], renamed["after"]) == ({"name": "First line"}, {"name": "Second line"})
        form = (await auditor.entries(subject="ticket_type", subject_id="repair"))[0]
        assert [one["field"] for one in form["after"]["form"]] == ["serial"]


@pytest.mark.asyncio
async def test_entries_are_found_by_who_and_when_and_page_by_page(stage: Stage) -> None:
    who = boss()
    async with stage.client(caller=who) as client, stage.client("supervisor") as other:
        start = stage.clock.now()
        for number in range(3):
            await client.post("/v1/teams", json={"name": f"Team {number}"})
            stage.clock.forward(timedelta(hours=1))
        await other.post("/v1/teams", json={"name": "Other"})
        auditor = Auditor(client)
        assert len(await auditor.entries(actor_id=str(who.id))) == 3
        window = {"since": (start + timedelta(hours=1)).isoformat(), "until": (start + timedelta(hours=3)).isoformat()}
        assert [one["after"]["name"] for one in await auditor.entries(**window)] == ["Team 2", "Team 1"]
        first = (await client.get("/v1/audit", params={"limit": 3})).json()
        rest = (await client.get("/v1/audit", params={"limit": 3, "cursor": first["next_cursor"]})).json()
        names = [one["after"]["name"] for one in [*first["items"], *rest["items"]]]
        assert (names, rest["next_cursor"]) == (["Other", "Team 2", "Team 1", "Team 0"], None)
        await prune(stage.database, SERVICE.keeps, now=start + timedelta(days=730, hours=1, minutes=1))
        assert len(await auditor.entries()) == 2


@pytest.mark.asyncio
async def test_what_was_refused_leaves_none_and_agents_read_none(stage: Stage) -> None:
    async with stage.client("supervisor") as client, stage.client("agent") as agent:
        made = (await client.post("/v1/teams", json={"name": "One"})).json()
        stale = await client.patch(f"/v1/teams/{made['id']}", json={"name": "Two"}, headers={"If-Match": '"9"'})
        same = await client.patch(f"/v1/teams/{made['id']}", json={"name": "One"}, headers={"If-Match": '"1"'})
        assert (stale.status_code, same.status_code) == (412, 200)
        assert [one["what"] for one in await Auditor(client).entries()] == ["created"]
        assert (await agent.get("/v1/audit")).status_code == 403


TOLD = st.dictionaries(st.sampled_from(["name", "active", "version", "updated_at", "choices"]), st.integers(0, 2))


@given(TOLD, TOLD)
def test_of_a_change_all_that_differs_is_told_and_nothing_else(before: Json, after: Json) -> None:
    old, new = differences(before, after)
    assert old is not None
    assert new is not None
    assert {"version", "updated_at"}.isdisjoint({*old, *new})
    for name in {*before, *after} - {"version", "updated_at"}:
        differs = before.get(name) != after.get(name)
        assert (name in {*old, *new}) == differs
        assert not differs or (old.get(name), new.get(name)) == (before.get(name), after.get(name))
    assert differences(None, after) == (None, after)
    assert differences(before, None) == (before, None)
