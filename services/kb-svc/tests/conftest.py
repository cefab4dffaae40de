"""What the tests of kb-svc share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio

from common.contracts.tickets import TicketOpened
from common.ids import new_id
from common.testing.stage import MORNING, Stage
from kb_svc.made_of import SERVICE


@pytest_asyncio.fixture(loop_scope="session")
async def stage(fresh_stage: Any) -> Stage:
    """kb-svc with an empty database."""
    made: Stage = await fresh_stage(SERVICE)
    return made


@pytest.fixture
def write(stage: Stage) -> Callable[..., Awaitable[dict[str, Any]]]:
    """`await write(title, body, locale=…)`: an article, published unless `publish=False`."""

    async def _write(title: str, body: str, **given: Any) -> dict[str, Any]:
        wanted = {"title": title, "body": body, "locale": "zh-CN", "publish": True, **given}
        async with stage.client("supervisor") as client:
            answer = await client.post("/v1/articles", json=wanted)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    return _write


@pytest.fixture
def search(stage: Stage) -> Callable[..., Awaitable[list[str]]]:
    """`await search("退款", role="agent", locale="zh")`: the titles that are found, best first."""

    async def _search(q: str, role: Any = "agent", **given: Any) -> list[str]:
        async with stage.client(role) as client:
            answer = await client.get("/v1/search", params={"q": q, **given})
        assert answer.status_code == 200, answer.text
        return [hit["title"] for hit in answer.json()["items"]]

    return _search


@pytest.fixture
def opened() -> Callable[..., TicketOpened]:
    """`opened("退款", "什么时候到账？")`: a ticket that was just opened."""

    def _opened(subject: str, text: str, **given: Any) -> TicketOpened:
        usual: dict[str, Any] = {
            "ticket_id": new_id(),
            "number": 1,
            "customer_id": new_id(),
            "customer_name": "李雷",
            "tier": "standard",
            "channel": "api",
            "language": "zh",
            "priority": "normal",
            "topic": None,
            "opened_at": MORNING,
            "response_due_at": MORNING,
            "resolution_due_at": MORNING,
        }
        return TicketOpened(**{**usual, "subject": subject, "text": text, **given})

    return _opened
