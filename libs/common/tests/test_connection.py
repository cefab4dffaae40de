"""Statements of SQLAlchemy Core on asyncpg itself: every kind of them, as SQLAlchemy's own engine would run it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest
import pytest_asyncio
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert

from common.db import Database, Db
from common.testing.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

THING = sa.Table(
    "thing",
    sa.MetaData(),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("number", sa.BigInteger, sa.Identity()),
    sa.Column("name", sa.Text),
    sa.Column("told", JSONB),
    sa.Column("others", ARRAY(sa.Uuid)),
    sa.Column("at", sa.DateTime(timezone=True)),
    sa.Column("lasted", sa.Interval),
    sa.Column("share", sa.Float),
)
MAKE = sa.text(
    "CREATE TABLE thing (id uuid PRIMARY KEY, number bigint GENERATED ALWAYS AS IDENTITY, name text, told jsonb,"
    " others uuid[], at timestamptz, lasted interval, share float8)"
)
NOON = datetime(2026, 3, 16, 12, tzinfo=UTC)


def a_thing(name: str = "一") -> dict[str, object]:
    told = {"列": [1, None, {"deep": True}]}
    return {
        "id": uuid4(),
        "name": name,
        "told": told,
        "others": [uuid4()],
        "at": NOON,
        "lasted": timedelta(hours=3),
        "share": 0.25,
    }


@pytest_asyncio.fixture(loop_scope="session")
async def database(stage: Stage) -> AsyncIterator[Database]:
    async with stage.database.transaction() as db:
        await db.execute(MAKE)
    yield stage.database
    async with stage.database.transaction() as db:
        await db.execute(sa.text("DROP TABLE thing"))


async def test_what_is_put_in_comes_out_the_same(database: Database) -> None:
    given = a_thing()
    async with database.transaction() as db:
        await db.execute(sa.insert(THING), given)
    async with database.reading() as db:
        row = (await db.execute(sa.select(THING).where(THING.c.id == given["id"]))).one()
    assert {name: row._mapping[name] for name in given} == given
    assert row.number == 1


async def test_several_values_are_several_rows_and_returning_answers_for_each(database: Database) -> None:
    things = [a_thing(name) for name in "abc"]
    async with database.transaction() as db:
        made = await db.execute(sa.insert(THING).returning(THING.c.name), things)
        assert made.scalars().all() == ["a", "b", "c"]
        again = insert(THING).on_conflict_do_nothing().returning(THING.c.id)
        assert set((await db.execute(again, [things[0], a_thing("d")])).scalars()) != {things[0]["id"]}
        await db.execute(sa.insert(THING), [a_thing("e"), a_thing("f")])
        assert (await db.execute(sa.select(sa.func.count()).select_from(THING))).scalar_one() == 6


@pytest.mark.parametrize("wanted", [[], ["a"], ["a", "b", "zzz"]])
async def test_a_list_in_a_condition_may_have_any_length(database: Database, wanted: list[str]) -> None:
    async with database.transaction() as db:
        await db.execute(sa.insert(THING), [a_thing(name) for name in "abc"])
        query = sa.select(THING.c.name).where(THING.c.name.in_(wanted), THING.c.at == NOON).order_by(THING.c.name)
        assert (await db.execute(query)).scalars().all() == [name for name in wanted if name in "abc"]


async def test_the_number_of_changed_rows_is_known_for_statements_of_core_only(database: Database) -> None:
    async with database.transaction() as db:
        await db.execute(sa.insert(THING), [a_thing("a"), a_thing("a"), a_thing("b")])
        assert (await db.execute(sa.update(THING).where(THING.c.name == "a").values(name="c"))).rowcount == 2
        assert (await db.execute(sa.delete(THING).where(THING.c.name == "nobody"))).rowcount == 0
        by_text = await db.execute(sa.text("DELETE FROM thing"))
        with pytest.raises(TypeError, match="RETURNING"):
            _ = by_text.rowcount


async def test_no_rows_are_no_rows_in_every_form(database: Database) -> None:
    nobody = sa.select(THING).where(THING.c.name == "nobody")
    async with database.reading() as db:
        assert (await db.execute(nobody)).all() == []
        assert (await db.execute(nobody)).one_or_none() is None
        assert (await db.execute(nobody)).mappings().one_or_none() is None
        assert (await db.execute(nobody)).scalars().all() == []
        assert (await db.execute(nobody)).scalar_one_or_none() is None


async def test_a_text_knows_the_columns_of_the_moment(database: Database) -> None:
    everything = sa.text("SELECT * FROM thing")
    async with database.transaction() as db:
        await db.execute(sa.insert(THING), a_thing())
        before = (await db.execute(everything)).one()
        await db.execute(sa.text("ALTER TABLE thing DROP COLUMN number, ADD COLUMN colour text DEFAULT 'red'"))
    async with database.reading() as db:
        after = (await db.execute(everything)).one()
    assert before.name == after.name
    assert after.colour == "red"
    with pytest.raises(AttributeError):
        _ = after.number


async def test_a_value_that_json_has_no_place_for_is_refused(database: Database) -> None:
    async with database.transaction() as db:
        await db.execute(sa.insert(THING), {**a_thing(), "told": {"id": UUID(int=1)}})
        with pytest.raises(TypeError, match="JSON serializable"):
            await db.execute(sa.insert(THING), {**a_thing(), "told": {"what": object()}})


async def twice(db: Db, thing: dict[str, object]) -> None:
    async with db.savepoint():
        await db.execute(sa.insert(THING), thing)
        await db.execute(sa.insert(THING), thing)


async def test_a_savepoint_undoes_its_part_only(database: Database) -> None:
    async with database.transaction() as db:
        await db.execute(sa.insert(THING), a_thing("kept"))
        with pytest.raises(asyncpg.UniqueViolationError):
            await twice(db, a_thing("lost"))
    async with database.reading() as db:
        assert (await db.execute(sa.select(THING.c.name))).scalars().all() == ["kept"]


async def test_a_default_that_python_would_have_to_fill_in_is_refused(database: Database) -> None:
    eager = sa.Table("thing", sa.MetaData(), sa.Column("id", sa.Uuid, primary_key=True, default=uuid4))
    async with database.transaction() as db:
        with pytest.raises(TypeError, match="Python-side defaults"):
            await db.execute(sa.insert(eager))


async def test_every_statement_is_told_of(database: Database) -> None:
    heard: list[str] = []
    database.tell(heard.append)
    async with database.transaction() as db:
        await db.execute(sa.insert(THING), a_thing())
        await db.execute(sa.insert(THING), [a_thing(), a_thing()])
    assert len(heard) == 2
    assert all(sql.startswith("INSERT INTO thing") for sql in heard)


async def test_whoever_asks_is_told_the_arguments_too_and_of_many_the_first(database: Database) -> None:
    heard: list[tuple[str, list[object]]] = []
    database.tell_with_arguments(lambda sql, arguments: heard.append((sql, list(arguments))))
    plus = sa.text("SELECT CAST(:one AS int) + CAST(:other AS int)")
    async with database.reading() as db:
        await db.execute(plus, {"one": 1, "other": 2})
        await db.execute(plus, [{"one": 3, "other": 4}, {"one": 5, "other": 6}])
    assert [arguments for _, arguments in heard] == [[1, 2], [3, 4]]
