from collections.abc import Callable
from typing import Any

import pytest

from common.contracts.tickets import MessageRedacted
from common.ids import new_id
from common.testing.stage import MORNING, Stage


@pytest.mark.asyncio
async def test_a_survey_shows_the_subject_as_it_is_after_a_redaction(
    stage: Stage, a_ticket: Callable[..., Any]
) -> None:
    ticket, other = a_ticket(), a_ticket()
    await ticket.resolve()
    await other.resolve()
    (row,) = await stage.rows("ticket", id=ticket.id)
    event = MessageRedacted(
        ticket_id=row.id, message_id=new_id(), what="text", attachment_id=None, subject="卡 ████", redacted_at=MORNING
    )
    await stage.hear(event, about=row.id, sequence=row.version + 1, times=2)
    subjects = {found.id: found.subject for found in await stage.rows("ticket")}
    assert subjects.pop(row.id) == "卡 ████"
    assert "████" not in "".join(subjects.values())
