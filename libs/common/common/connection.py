"""How a statement of SQLAlchemy Core runs: built and compiled by SQLAlchemy, sent by asyncpg itself.

SQLAlchemy's own way through its asyncpg dialect costs 150 to 250 us of CPU per statement (a greenlet, a cursor that
imitates DB-API); this costs 10 us over asyncpg. What is given up: ORM, Python-side column defaults, streaming.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import asyncpg
import orjson
import sqlalchemy as sa
from asyncpg.pool import PoolConnectionProxy
from sqlalchemy import Executable
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect
from sqlalchemy.engine import IteratorResult
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.util import LRUCache

from common.aside import Aside, Pending, Row

Values = Mapping[str, Any]
Process = Callable[[Any], Any]
Told = Callable[[str, Sequence[Any]], None]
Begin = Callable[[], Awaitable["PoolConnectionProxy[Any]"]]
_STATEMENTS = 500
"""Compiled statements that a process remembers."""


def _dumps(value: Any) -> str:
    return orjson.dumps(value, default=_plain).decode()


def _plain(value: Any) -> str:
    # asyncpg's UUID is a subclass of Python's, and orjson takes no subclasses.
    if isinstance(value, asyncpg.pgproto.pgproto.UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in JSON")


async def speak_json(raw: asyncpg.Connection[Any]) -> None:
    """Let a new connection read JSON as values; what it is given is text already, as SQLAlchemy's types make it."""
    for kind, lead in (("json", b""), ("jsonb", _JSONB_VERSION)):
        await raw.set_type_codec(
            kind,
            schema="pg_catalog",
            format="binary",
            encoder=partial(_with_lead, lead),
            decoder=partial(_without_lead, len(lead)),
        )


def _with_lead(lead: bytes, text: str) -> bytes:
    return lead + text.encode()


def _without_lead(length: int, value: bytes) -> Any:
    return orjson.loads(value[length:])


_JSONB_VERSION = b"\x01"
_DIALECT = asyncpg_dialect(json_serializer=_dumps, json_deserializer=orjson.loads)  # type: ignore[no-untyped-call]  # SQLAlchemy's
_compiled: LRUCache[Any, Any] = LRUCache(_STATEMENTS)


class Rows(IteratorResult[Any]):
    """The answer of a statement: SQLAlchemy's result over rows that are all here already."""

    def __init__(self, metadata: SimpleResultMetaData, rows: Sequence[Any], changed: int | None) -> None:
        super().__init__(metadata, iter(rows))
        self._changed = changed

    @property
    def rowcount(self) -> int:
        """How many rows an INSERT, UPDATE or DELETE of Core changed; other statements do not know."""
        if self._changed is None:
            raise TypeError("only a DML statement of Core without RETURNING counts its rows; use RETURNING")
        return self._changed


class Connection:
    """One connection to Postgres, for the length of a transaction or of some reading."""

    __slots__ = ("_begin", "_pending", "_raw", "_told")

    def __init__(self, begin: Begin, told: Sequence[Told] = ()) -> None:
        """`begin` is asked for the connection at the first statement; `told` hear the SQL of every statement and its
        arguments (of many, the first)."""
        self._begin, self._told = begin, told
        self._raw: PoolConnectionProxy[Any] | None = None
        self._pending = Pending()

    async def execute(self, statement: Executable, values: Values | Sequence[Values] | None = None) -> Rows:
        """Run a statement with its bound values; with a list of them, once for each (in one round trip).

        Raises asyncpg's errors.
        """
        if values is not None and not isinstance(values, Mapping):
            return await self._execute_many(statement, values)
        plan, extracted, found = _plan(statement, values or {}, many=False)
        sql, arguments = plan.bind(values or {}, extracted, found)
        for tell in self._told:
            tell(sql, arguments)
        raw = self._raw or await self._open()
        if plan.counts:
            return plan.changed(await raw.execute(sql, *arguments))
        return plan.rows(await raw.fetch(sql, *arguments))

    async def _execute_many(self, statement: Executable, values: Sequence[Values]) -> Rows:
        if len(values) == 1:
            return await self.execute(statement, values[0])
        plan, extracted, found = _plan(statement, values[0], many=True)
        bound = [plan.bind(one, extracted, found) for one in values]
        sql, arguments = bound[0][0], [one for _, one in bound]
        for tell in self._told:
            tell(sql, arguments[0])
        raw = self._raw or await self._open()
        if plan.counts:
            await raw.executemany(sql, arguments)
            return Rows(_NO_COLUMNS, (), None)
        return plan.rows(await raw.fetchmany(sql, arguments))

    async def _open(self) -> PoolConnectionProxy[Any]:
        self._raw = await self._begin()
        return self._raw

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """A part of the transaction that is undone by itself when the block raises, with what it put aside."""
        raw = self._raw or await self._open()
        outer, self._pending = self._pending, Pending()
        try:
            async with raw.transaction():
                yield
                await self.write_aside()
            outer.then += self._pending.then
        finally:
            self._pending = outer

    def once_committed(self, call: Callable[[], None]) -> None:
        """Call this when the transaction is committed; never when it, or this part of it, is undone."""
        self._pending.then.append(call)

    def then(self) -> Sequence[Callable[[], None]]:
        """What is to be called now that it is committed."""
        return self._pending.then

    def put_aside(self, aside: Aside, row: Row) -> None:
        """Have this row written with others just before the commit."""
        self._pending.put(aside, row)

    def drop_aside(self, aside: Aside, key: Hashable) -> None:
        """Take back the row with this key, if one was put aside."""
        self._pending.drop(aside, key)

    async def write_aside(self) -> None:
        """Write now what was put aside; the commit does it by itself."""
        await self._pending.write(self)


@dataclass(slots=True)
class _Plan:
    """A compiled statement, and what its values and its rows go through."""

    compiled: SQLCompiler
    counts: bool
    """Whether it answers with a number of rows, not with rows."""
    inward: Mapping[str, Process]
    outward: Mapping[str, Process]
    names: tuple[str, ...] = ()
    metadata: SimpleResultMetaData | None = None
    processes: Sequence[Process | None] = ()

    def bind(self, values: Values, extracted: Any, found: Any) -> tuple[str, list[Any]]:
        """The SQL, and its arguments in order."""
        compiled = self.compiled
        named = compiled.construct_params(
            values, extracted_parameters=extracted, escape_names=False, _collected_params=found
        )
        sql, order, inward = compiled.string, compiled.positiontup or [], self.inward
        if compiled.post_compile_params or compiled.literal_execute_params:
            # IN (…) is as long as its list; the values of the list are added to `named`.
            state = compiled._process_parameters_for_postcompile(named)
            sql, order = state.statement, list(state.positiontup or ())
            inward = {**inward, **state.processors}
        if not inward:
            return sql, [named[name] for name in order]
        return sql, [inward[name](named[name]) if name in inward else named[name] for name in order]

    def rows(self, records: Sequence[Any]) -> Rows:
        """The result of a statement that answered with rows."""
        if not records:
            return Rows(self.metadata or _NO_COLUMNS, (), None)
        names = tuple(records[0].keys())
        if names != self.names or self.metadata is None:  # SELECT * has other columns after a migration
            self.names, self.metadata = names, SimpleResultMetaData(names)
            self.processes = [self.outward.get(name) for name in names] if self.outward else ()
        if not self.processes:
            return Rows(self.metadata, [tuple(record) for record in records], None)
        return Rows(self.metadata, [_processed(record, self.processes) for record in records], None)

    def changed(self, status: str) -> Rows:
        """The result of a statement that answered with a status like `UPDATE 3`."""
        return Rows(_NO_COLUMNS, (), int(status.rpartition(" ")[2]))


def _processed(record: Any, processes: Sequence[Process | None]) -> tuple[Any, ...]:
    return tuple(process(value) if process else value for value, process in zip(record, processes, strict=True))


_NO_COLUMNS = SimpleResultMetaData(["nothing"])
_plans: LRUCache[SQLCompiler, _Plan] = LRUCache(_STATEMENTS)


def _plan(statement: Any, values: Values, *, many: bool) -> tuple[_Plan, Any, Any]:
    # SQLAlchemy's own cache of compiled statements, reached as its Connection does. A statement that is a constant of
    # its module is found in a microsecond; one that is built anew each time in 20 to 100.
    compiled, extracted, found, _ = statement._compile_w_cache(
        _DIALECT, compiled_cache=_compiled, column_keys=sorted(values), for_executemany=many
    )
    plan = _plans.get(compiled)
    if plan is None:
        plan = _plans[compiled] = _new_plan(compiled)
    return plan, extracted, found


def _new_plan(compiled: SQLCompiler) -> _Plan:
    if compiled.insert_prefetch or compiled.update_prefetch:
        raise TypeError(f"Python-side defaults are not run: {compiled.string}")
    is_dml = compiled.isinsert or compiled.isupdate or compiled.isdelete
    counts = bool(is_dml and not compiled.compile_state.statement._returning)  # type: ignore[union-attr]
    outward = {}
    for column in compiled._result_columns:
        if isinstance(column.type, (sa.Numeric, sa.Float)):
            continue  # asyncpg gives float and Decimal; SQLAlchemy's processor would ask which of them it is
        process = column.type.dialect_impl(_DIALECT).result_processor(_DIALECT, None)
        if process is not None:
            outward[column.keyname] = process
    inward: Any = compiled._bind_processors
    return _Plan(compiled, counts, inward, outward)
