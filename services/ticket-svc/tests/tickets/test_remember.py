"""Facts of other services on the trail."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from common.contracts.base import Event
from common.contracts.feedback import RecoveryClosed, RecoveryOpened, SurveyAnswered
from common.contracts.kb import SuggestedArticle, SuggestionMade
from common.ids import new_id
from common.testing.stage import MORNING, Stage

LATER = MORNING + timedelta(hours=1)


def facts(ticket: dict[str, Any]) -> list[tuple[Event, dict[str, Any]]]:
    """What others may tell about a ticket, and a part of what its trail then holds."""
    who = {"survey_id": new_id(), "ticket_id": ticket["id"], "customer_id": ticket["customer"]["id"]}
    article = SuggestedArticle(article_id=new_id(), revision=1, title="如何退货", score=1.0)
    task = new_id()
    return [
        (
            SuggestionMade(ticket_id=ticket["id"], articles=[article], made_at=LATER),
            {"articles": [{"article_id": str(article.article_id), "title": "如何退货"}]},
        ),
        (
            SurveyAnswered(**who, agent_id=None, score=2, comment="慢", answered_at=LATER),
            {"score": 2, "comment": "慢"},
        ),
        (RecoveryOpened(**who, recovery_id=task, score=2, due_at=LATER), {"recovery_id": str(task), "score": 2}),
        (
            RecoveryClosed(recovery_id=task, ticket_id=ticket["id"], outcome="已致歉", closed_at=LATER),
            {"outcome": "已致歉"},
        ),
    ]


@pytest.mark.asyncio
@pytest.mark.parametrize("which", range(4))
async def test_fact_heard_twice_stands_once_on_the_trail(stage: Stage, desk: Any, which: int) -> None:
    ticket = await desk.open()
    event, expected = facts(ticket)[which]
    await stage.hear(event, about=new_id(), times=2)
    opened, step = await desk.trail(ticket)
    assert opened["type"] == "ticket.opened"
    assert (step["type"], step["version"], step["actor"]["kind"]) == (event.TYPE, 1, "system")
    assert step["data"].items() >= expected.items()
    assert await stage.parked() == []


@pytest.mark.asyncio
async def test_fact_changes_nothing_of_the_ticket(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    for event, _ in facts(ticket):
        await stage.hear(event, about=new_id())
    assert await desk.look(ticket) == ticket


@pytest.mark.asyncio
async def test_fact_about_an_unknown_ticket_is_let_go(stage: Stage) -> None:
    unknown = new_id()
    await stage.hear(SuggestionMade(ticket_id=unknown, articles=[], made_at=LATER), about=unknown)
    assert await stage.rows("ticket_event") == []
    assert await stage.parked() == []
