"""Hearing: once, in order of the key, in batches, and what happens when an effect fails."""

from datetime import timedelta
from typing import Any

import pytest

from common.bus import Message
from common.contracts.base import wrap
from common.hear import Hearing
from common.ids import new_id
from common.testing.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")


def message(stage: Stage, event: Any, wall: Any, sequence: int, *, offset: int = 0) -> Message:
    raw = wrap(event, event_id=new_id(), subject=wall, sequence=sequence, now=stage.clock.now(), traceparent="")
    return Message(event.TOPIC, 0, offset, str(wall), raw)


def ears(stage: Stage) -> Hearing:
    return Hearing(stage.service.listens, stage.database, stage.clock)


async def effects(stage: Stage, listener: str) -> list[str]:
    return [row.text for row in sorted(await stage.rows("effect", listener=listener), key=lambda row: row.position)]


async def test_each_listener_hears_an_event_once(stage: Stage, note: Any) -> None:
    await stage.hear(note(text="hello"), about=new_id(), times=3)
    assert await effects(stage, "one") == ["hello"]
    assert await effects(stage, "many") == ["hello"]


async def test_a_batch_keeps_the_order_of_each_key(stage: Stage, note: Any) -> None:
    walls = [new_id() for _ in range(7)]
    batch = [message(stage, note(text=f"{n}"), wall, n) for n in range(1, 6) for wall in walls]
    await ears(stage).hear(batch)
    for listener in ("one", "many"):
        rows = sorted(await stage.rows("effect", listener=listener), key=lambda row: row.position)
        for wall in walls:
            assert [row.sequence for row in rows if row.wall_id == wall] == [1, 2, 3, 4, 5]


async def test_the_same_message_twice_in_one_batch_has_one_effect(stage: Stage, note: Any) -> None:
    twice = message(stage, note(text="once"), new_id(), 1)
    await ears(stage).hear([twice, twice])
    assert await effects(stage, "one") == ["once"]


async def test_a_failing_event_is_parked_and_only_its_key_waits(stage: Stage, note: Any) -> None:
    bad, good = new_id(), new_id()
    texts = [("first", bad), ("poison", bad), ("after", bad), ("free", good)]
    await ears(stage).hear([message(stage, note(text=text), wall, n) for n, (text, wall) in enumerate(texts, 1)])
    assert await effects(stage, "one") == ["first", "free"]
    assert sorted(await effects(stage, "many")) == sorted(["first", "poison", "after", "free"])
    waiting = sorted(await stage.parked(), key=lambda row: row.id)
    assert [(row.attempts, row.key) for row in waiting] == [(1, str(bad)), (0, str(bad))]
    assert "poison" in waiting[0].error


async def test_later_messages_of_a_parked_key_wait_behind_it(stage: Stage, note: Any) -> None:
    wall = new_id()
    await stage.hear(note(text="poison"), about=wall, sequence=1)
    await stage.hear(note(text="later"), about=wall, sequence=2)
    assert await effects(stage, "one") == []
    assert len(await stage.parked()) == 2


async def test_a_failing_batch_listener_costs_only_the_failing_event(stage: Stage, note: Any) -> None:
    walls = [new_id() for _ in range(3)]
    texts = ["a", "poison for many", "c"]
    await ears(stage).hear([message(stage, note(text=t), w, 1) for t, w in zip(texts, walls, strict=True)])
    assert await effects(stage, "many") == ["a", "c"]
    assert sorted(await effects(stage, "one")) == sorted(texts)


async def test_after_eight_attempts_a_parked_event_dies_and_its_key_goes_on(stage: Stage, note: Any) -> None:
    wall = new_id()
    await stage.hear(note(text="poison"), about=wall, sequence=1)
    await stage.hear(note(text="later"), about=wall, sequence=2)
    for _ in range(8):
        await stage.pass_time(timedelta(hours=1))
    assert await effects(stage, "one") == ["later"]
    assert await stage.parked() == []
    (letter,) = await stage.rows("dead_letter")
    assert (letter.attempts, letter.key, letter.listener) == (8, str(wall), "note.pinned>remember")
    assert b"poison" in letter.envelope


async def test_what_cannot_be_decoded_is_a_dead_letter_at_once(stage: Stage, note: Any) -> None:
    wall = new_id()
    broken = Message("kefu.toy", 3, 17, str(wall), b"\x00 not json")
    misfit = Message(
        "kefu.toy", 3, 18, str(wall), message(stage, note(text="x"), wall, 1).value.replace(b'"text"', b'"t"')
    )
    good = message(stage, note(text="good"), wall, 2)
    for _ in range(2):
        await ears(stage).hear([broken, misfit, good])
    letters = await stage.rows("dead_letter")
    assert {letter.envelope for letter in letters} == {broken.value, misfit.value}
    assert await effects(stage, "one") == ["good"]


async def test_a_message_of_an_unknown_type_is_somebody_elses(stage: Stage, note: Any) -> None:
    raw = message(stage, note(text="x"), new_id(), 1).value.replace(b"note.pinned", b"note.future")
    await ears(stage).hear([Message("kefu.toy", 0, 1, "k", raw)])
    assert await stage.rows("dead_letter") == []
    assert await stage.rows("inbox") == []
