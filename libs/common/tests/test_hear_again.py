"""What may be heard again keeps no record; and all that a batch brings is asked of the inbox at once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

import common.hear as hear_module
from common.bus import Message
from common.contracts.base import Heard, wrap
from common.db import Db
from common.hear import Hearing
from common.ids import new_id
from common.listen import Listen, on_batch
from common.parking import retry_one
from common.testing.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

_WRITE = sa.text("INSERT INTO effect (wall_id, text, listener) VALUES (:wall, :text, 'again')")


async def write_down(db: Db, heard: Sequence[Heard[Any]], _now: datetime) -> None:
    """Leaves a row each time, so that a second run can be seen; fails on its own poison."""
    await db.execute(_WRITE, [{"wall": one.subject, "text": one.data.text} for one in heard])
    if any(one.data.text == "poison for again" for one in heard):
        raise ValueError("poison")


def message(stage: Stage, event: Any, wall: Any, sequence: int = 1) -> Message:
    raw = wrap(event, event_id=new_id(), subject=wall, sequence=sequence, now=stage.clock.now(), traceparent="")
    return Message(event.TOPIC, 0, sequence, str(wall), raw)


def with_one_more(stage: Stage, note: Any) -> list[Listen]:
    return [*stage.service.listens, on_batch(note, write_down, name="again", once=False)]


async def written(stage: Stage, listener: str) -> list[str]:
    return [row.text for row in sorted(await stage.rows("effect", listener=listener), key=lambda row: row.position)]


async def test_it_runs_whenever_its_event_comes_and_leaves_no_row_in_the_inbox(stage: Stage, note: Any) -> None:
    ears = Hearing(with_one_more(stage, note), stage.database, stage.clock)
    wall = new_id()
    batch = [message(stage, note(text="a"), wall), message(stage, note(text="b"), wall, 2)]
    await ears.hear([*batch, batch[0]])
    await ears.hear(batch)
    assert await written(stage, "again") == ["a", "b", "a", "a", "b"]
    assert await written(stage, "one") == ["a", "b"]
    assert {row.listener for row in await stage.rows("inbox")} == {listen.name for listen in stage.service.listens}


async def test_it_waits_behind_its_own_parked_key_and_goes_on_in_order(stage: Stage, note: Any) -> None:
    listens = with_one_more(stage, note)
    ears = Hearing(listens, stage.database, stage.clock)
    bad, good = new_id(), new_id()
    await ears.hear([message(stage, note(text="poison for again"), bad)])
    await ears.hear([message(stage, note(text="after"), bad, 2), message(stage, note(text="free"), good)])
    assert await written(stage, "again") == ["free"]
    assert await written(stage, "one") == ["poison for again", "after", "free"]
    async with stage.database.transaction() as db:  # the cause is mended
        await db.execute(sa.text("UPDATE parked SET envelope = replace(convert_from(envelope, 'UTF8'),"
                                 " 'poison for again', 'well')::bytea"))  # fmt: skip
    stage.clock.forward(timedelta(hours=1))
    while await retry_one(stage.database, {listen.name: listen for listen in listens}, stage.clock):
        pass
    assert await written(stage, "again") == ["free", "well", "after"]
    assert await stage.parked() == []


async def test_a_batch_asks_the_inbox_once_for_all_its_listeners(
    stage: Stage, note: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    real = hear_module.take

    async def counted(db: Db, wanted: Any, *, now: datetime) -> Any:
        asked.append(len(wanted))
        return await real(db, wanted, now=now)

    monkeypatch.setattr(hear_module, "take", counted)
    wall = new_id()
    batch = [message(stage, note(text=str(n)), wall, n) for n in range(1, 6)]
    await Hearing(with_one_more(stage, note), stage.database, stage.clock).hear(batch)
    assert asked == [15]
    for listener in ("one", "many", "again"):
        assert await written(stage, listener) == ["1", "2", "3", "4", "5"]
