"""What the databases are asked: every question fits the tables as the services' migrations make them."""

import asyncpg
import pytest

from common.testing.plugin import FreshDatabase
from kefu_local.bench.watch import COUNTS, EFFECTS, EMPTY_HANDS, OPENED, UNSENT, Lags
from kefu_local.plan import module_of


@pytest.mark.asyncio
async def test_every_question_fits_the_tables(fresh_database: FreshDatabase) -> None:
    questions = [*EFFECTS.values(), *COUNTS.values(), ("ticket", OPENED)]
    for member in {member for member, _ in questions}:
        connection = await asyncpg.connect(await fresh_database(module_of(member)))
        for asked in (*(query for owner, query in questions if owner == member), UNSENT):
            assert (await connection.prepare(asked)).get_attributes()
        if member == "routing":
            assert await connection.execute(EMPTY_HANDS) == "UPDATE 0"
        await connection.close()


def test_lags_know_the_worst_and_what_is_missing() -> None:
    lags = Lags(3, {"queued": [0.1, 0.2, 0.9], "offered": [0.3]})
    assert (lags.worst, lags.missing("queued"), lags.missing("offered")) == (0.9, 0, 2)
    assert Lags(0, {"queued": []}).worst == 0
