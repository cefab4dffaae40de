"""The service as a whole: its doors fit what it is made of."""

from __future__ import annotations

from pathlib import Path

import pytest

from common.testing.stage import Stage
from ticket_svc.made_of import SERVICE
from ticket_svc.tickets.clocks import KINDS
from ticket_svc.tickets.close import AUTO_CLOSE_TIMER

HERE = Path(__file__).resolve().parents[1]


def test_every_timer_that_is_set_has_an_operation() -> None:
    assert set(SERVICE.timers) == {*KINDS.values(), AUTO_CLOSE_TIMER}


def test_every_listener_has_a_name_of_its_own() -> None:
    names = [listen.name for listen in SERVICE.listens]
    assert len(set(names)) == len(names)


def test_every_file_that_the_readme_names_is_there() -> None:
    words = (HERE / "README.md").read_text(encoding="utf-8").split("`")
    named = [word for word in words if word.startswith("ticket_svc/")]
    assert len(named) >= 15
    assert [word for word in named if not (HERE / word).exists()] == []


@pytest.mark.asyncio
async def test_service_is_ready_and_describes_itself(stage: Stage) -> None:
    async with stage.stranger() as client:
        assert (await client.get("/readyz")).json()["ready"] is True
        described = (await client.get("/openapi.json")).json()
    assert {"/v1/tickets", "/v1/tickets/{ticket_id}/replies", "/v1/customers"} <= described["paths"].keys()
    routes = [route for path in described["paths"].values() for route in path.values()]
    assert all(
        route["x-permission"].partition(":")[0] in {"tickets", "messages", "customers", "public"} for route in routes
    )
