from typing import Any

import pytest

from common.contracts.tickets import MessageRedacted
from common.ids import new_id
from common.testing.stage import MORNING

pytestmark = pytest.mark.asyncio


def redacted(ticket_id: Any) -> MessageRedacted:
    return MessageRedacted(
        ticket_id=ticket_id, message_id=new_id(), what="whole", attachment_id=None, subject="████", redacted_at=MORNING
    )


async def test_the_queue_shows_the_subject_as_it_is_after_a_redaction(floor: Any) -> None:
    first, other = await floor.open(2)
    before = await floor.item(other)
    await floor.stage.hear(redacted(first), about=first, sequence=2, times=2)
    assert (await floor.item(first)).subject == "████"
    assert await floor.item(other) == before
    assert await floor.broken() == []


async def test_a_redaction_in_a_ticket_never_heard_of_changes_nothing(floor: Any) -> None:
    unknown = new_id()
    await floor.stage.hear(redacted(unknown), about=unknown, sequence=2)
    assert await floor.stage.rows("work_item") == []
