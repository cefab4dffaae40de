"""The service as a whole: its doors fit what it is made of."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from common.http.permissions import EVERY
from common.testing.stage import SECRET, Stage
from ticket_svc.exports.start import WRITE_TIMER
from ticket_svc.incidents.tell_all import DELIVER_TIMER
from ticket_svc.made_of import SERVICE
from ticket_svc.rights.ask import ERASE_TIMER
from ticket_svc.rights.retention import RETENTION_TIMER
from ticket_svc.rules.set_times import KIND as RULE_TIMER
from ticket_svc.search import rebuild
from ticket_svc.tickets.clocks import KINDS
from ticket_svc.tickets.resolve import CLOSING
from ticket_svc.tickets.snooze import WAKE_TIMER

SHARED = {"database_url": "postgresql://x", "bus": "kafka://x:1", "identity_public_key": "x", "signing_secret": SECRET}
HERE = Path(__file__).resolve().parents[1]


def test_every_timer_that_is_set_has_an_operation() -> None:
    settings = SERVICE.settings(**SHARED)
    known = {*KINDS.values(), *CLOSING, WAKE_TIMER, DELIVER_TIMER, RULE_TIMER, WRITE_TIMER, rebuild.KIND}
    known |= {ERASE_TIMER, RETENTION_TIMER}
    assert set(SERVICE.under(settings).timers) == known


def test_every_listener_has_a_name_of_its_own() -> None:
    names = [listen.name for listen in SERVICE.under(SERVICE.settings(**SHARED)).listens]
    assert len(set(names)) == len(names)


def test_every_file_that_the_readme_names_is_there() -> None:
    words = (HERE / "README.md").read_text(encoding="utf-8").split("`")
    named = [word for word in words if word.startswith("ticket_svc/")]
    assert len(named) >= 15
    assert [word for word in named if not (HERE / word).exists()] == []


def test_the_readme_says_where_every_decision_stands() -> None:
    pyproject = tomllib.loads((HERE.parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = pyproject["tool"]["importlinter"]["contracts"]
    pure = next(one["source_modules"] for one in contracts if one["id"] == "pure")
    table = (
        (HERE / "README.md").read_text(encoding="utf-8").partition("## Where is it decided?")[2].partition("\n## ")[0]
    )
    rules = [name.replace(".", "/") + ".py" for name in pure if name.startswith("ticket_svc.")]
    changes = [
        f"ticket_svc/{room}.py" for room in ("merging/merge", "merging/unmerge", "merging/split", "tickets/close")
    ]
    assert len(rules) >= 12
    assert [name for name in [*rules, *changes] if f"`{name}`" not in table] == []


@pytest.mark.asyncio
async def test_service_is_ready_and_describes_itself(stage: Stage) -> None:
    async with stage.stranger() as client:
        assert (await client.get("/readyz")).json()["ready"] is True
        described = (await client.get("/openapi.json")).json()
    assert {"/v1/tickets", "/v1/tickets/{ticket_id}/replies", "/v1/customers"} <= described["paths"].keys()
    routes = [route for path in described["paths"].values() for route in path.values()]
    assert {route["x-permission"] for route in routes} <= EVERY | {"public"}
