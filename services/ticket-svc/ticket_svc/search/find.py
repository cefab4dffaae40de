"""Finding tickets: by number, by customer, by all of the words in windows from the newest back, by most of the words.

Every statement is bounded: by an index that leads to what is shown, or by a window (question.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from common.db import ReadDb
from ticket_svc.search.named import Named
from ticket_svc.search.question import Window, all_of, any_of, first_window, most_of, older
from ticket_svc.tickets.status import Status

MOST_CUSTOMERS = 50
"""Customers whose names, addresses or telephones begin as asked and whose tickets are found by that."""
CANDIDATES = 300
"""Tickets with most of the words, the newest, that are ranked by how many they have."""
_NO_BOUND = 2**62


@dataclass(frozen=True, slots=True)
class SearchFilter:
    """Which tickets may be found; what is None is not asked."""

    status: Status | None = None
    agent_id: UUID | None = None
    customer_id: UUID | None = None
    since: datetime | None = None
    """Opened then or later."""
    until: datetime | None = None
    """Opened before."""

    def values(self) -> dict[str, Any]:
        """The bound values of the statements."""
        return {
            "status": self.status,
            "agent_id": self.agent_id,
            "customer_id": self.customer_id,
            "since": self.since,
            "until": self.until,
        }

    @property
    def asks(self) -> bool:
        """Whether anything is asked."""
        return any(value is not None for value in self.values().values())


@dataclass(frozen=True, slots=True)
class Known:
    """What is known by the text itself, and where the newest ticket stands."""

    newest: int
    tickets: Sequence[UUID]
    customers: Sequence[UUID]


@dataclass(frozen=True, slots=True)
class Spot:
    """A ticket that was found."""

    ticket_id: UUID
    number: int


_BEGINS = """
SELECT c.id FROM unnest(:{column}s) AS given(beginning) CROSS JOIN LATERAL (
  SELECT id FROM customer WHERE {column} ~>=~ given.beginning AND {column} ~<~ (given.beginning || chr(1114111))
  ORDER BY {column} USING ~<~ LIMIT :most) AS c
"""
_KNOWN = sa.text(
    f"""
    SELECT (SELECT max(number) FROM ticket) AS newest,
      ARRAY(SELECT id FROM ticket WHERE number = :number UNION SELECT id FROM ticket WHERE external_id = :external_id
      ) AS tickets,
      ARRAY(SELECT id FROM (
        SELECT id FROM customer WHERE external_id = :external_id
        UNION ({_BEGINS.format(column="email")}) UNION ({_BEGINS.format(column="phone")})
        UNION ({_BEGINS.format(column="name")})) AS either LIMIT :most) AS customers
    """
).bindparams(
    sa.bindparam("number", type_=sa.BigInteger),
    sa.bindparam("external_id", type_=sa.Text),
    *(sa.bindparam(name, type_=ARRAY(sa.Text)) for name in ("emails", "phones", "names")),
    sa.bindparam("most", MOST_CUSTOMERS, type_=sa.BigInteger),
)

_FILTERED = """
  (:status IS NULL OR t.status = :status) AND (:agent_id IS NULL OR t.agent_id = :agent_id)
  AND (:customer_id IS NULL OR t.customer_id = :customer_id)
  AND (:since IS NULL OR t.opened_at >= :since) AND (:until IS NULL OR t.opened_at < :until)
  AND t.id <> ALL(:beyond) AND t.customer_id <> ALL(:beyond_customers)
"""
_BINDS: dict[str, Any] = {
    "status": sa.Text(),
    "agent_id": sa.Uuid(),
    "customer_id": sa.Uuid(),
    "since": sa.DateTime(timezone=True),
    "until": sa.DateTime(timezone=True),
    "beyond": ARRAY(sa.Uuid),
    "beyond_customers": ARRAY(sa.Uuid),
    "ids": ARRAY(sa.Uuid),
    "below": sa.BigInteger(),
    "low": sa.BigInteger(),
    "most": sa.BigInteger(),
    "query": sa.Text(),
    "rank": sa.Text(),
}


def _statement(sql: str) -> sa.TextClause:
    return sa.text(sql).bindparams(
        *(sa.bindparam(name, type_=kind) for name, kind in _BINDS.items() if f":{name}" in sql)
    )


_OF_IDS = _statement(
    f"SELECT t.id, t.number FROM ticket AS t WHERE t.id = ANY(:ids) AND t.number < :below AND {_FILTERED}"
    " ORDER BY t.number DESC LIMIT :most"
)
_OF_CUSTOMERS = _statement(
    f"SELECT t.id, t.number FROM ticket AS t WHERE t.customer_id = ANY(:ids) AND t.number < :below AND {_FILTERED}"
    " ORDER BY t.number DESC LIMIT :most"
)
# The query comes out of a SELECT, so the planner does not see it: with a frequent word it would read the whole table,
# and unpack every vector, rather than the index. MATERIALIZED keeps it from walking the tickets for the order's sake.
_HITS = """
WITH hit AS MATERIALIZED (
  SELECT ticket_id, number FROM ticket_words
  WHERE words @@ (SELECT CAST(:query AS tsquery)) AND number >= :low AND number < :below)
"""
_WITH_WORDS = _statement(
    f"{_HITS} SELECT ticket_id AS id, number FROM hit WHERE ticket_id <> ALL(:beyond) ORDER BY number DESC LIMIT :most"
)
_WITH_WORDS_OF_SOME = _statement(
    f"{_HITS} SELECT t.id, t.number FROM hit JOIN ticket AS t ON t.id = hit.ticket_id WHERE {_FILTERED}"
    " ORDER BY t.number DESC LIMIT :most"
)
# OFFSET 0 keeps the planner from starting at the words: a customer has few tickets, a word may be in every third.
_WITH_WORDS_OF_CUSTOMER = _statement(
    "SELECT t.id, t.number FROM ticket AS t CROSS JOIN LATERAL ("
    "   SELECT words FROM ticket_words WHERE ticket_id = t.id OFFSET 0) AS w"
    " WHERE w.words @@ (SELECT CAST(:query AS tsquery)) AND t.customer_id = :customer_id AND t.number < :below"
    f" AND {_FILTERED} ORDER BY t.number DESC LIMIT :most"
)
# Without positions ts_rank grows with the number of terms that are there; whoever is newer comes first among equals.
_SOME = """
WITH hit AS MATERIALIZED (
  SELECT ticket_id, number FROM ticket_words WHERE words @@ (SELECT CAST(:query AS tsquery))),
newest AS MATERIALIZED ({newest} LIMIT {candidates})
SELECT n.id, n.number FROM newest AS n JOIN ticket_words AS w ON w.ticket_id = n.id
ORDER BY ts_rank(w.words, CAST(:rank AS tsquery)) DESC, n.number DESC LIMIT :most
"""
_WITH_SOME_WORDS = _statement(
    _SOME.format(newest="SELECT ticket_id AS id, number FROM hit ORDER BY number DESC", candidates=CANDIDATES)
)
_WITH_SOME_WORDS_OF_SOME = _statement(
    _SOME.format(
        newest="SELECT t.id, t.number FROM hit JOIN ticket AS t ON t.id = hit.ticket_id"
        f" WHERE {_FILTERED} ORDER BY t.number DESC",
        candidates=CANDIDATES,
    )
)


async def known_by(db: ReadDb, text: Named) -> Known:
    """The tickets and customers that are named by the text itself."""
    given = {
        "number": text.number,
        "external_id": text.external_id,
        "emails": [text.email] if text.email else [],
        "phones": text.phones,
        "names": text.names,
    }
    row = (await db.execute(_KNOWN, given)).one()
    return Known(row.newest or 0, row.tickets, row.customers)


@dataclass(frozen=True, slots=True)
class Search:
    """A search under way: which tickets may be found, without those that came before."""

    db: ReadDb
    wanted: SearchFilter
    known: Known
    months: Sequence[str]

    async def named(self, below: int | None, most: int) -> list[Spot]:
        """The tickets that the text names."""
        values = self._values(below, most, beyond=()) | {"ids": list(self.known.tickets), "beyond_customers": []}
        return await self._spots(_OF_IDS, values) if self.known.tickets else []

    async def of_customers(self, below: int | None, most: int) -> list[Spot]:
        """The tickets of the customers that the text names, newest first."""
        values = self._values(below, most) | {"ids": list(self.known.customers), "beyond_customers": []}
        return await self._spots(_OF_CUSTOMERS, values) if self.known.customers else []

    async def with_all(self, terms: Sequence[str], below: int | None, most: int) -> list[Spot]:
        """The tickets with all of the words, newest first."""
        found: list[Spot] = []
        statement = self._with_all()
        window: Window | None = self._first_window(below)
        while window is not None and len(found) < most:
            query = all_of(terms, self.months, window.marks or ())
            values = self._values(window.below, most - len(found)) | {"low": window.low, "query": query}
            spots = await self._spots(statement, values)
            found += spots
            filtered = statement is not _WITH_WORDS
            window = older(window, found=len(spots), missing=most - len(found), filtered=filtered)
        return found

    async def with_most(self, terms: Sequence[str], most: int) -> list[Spot]:
        """The newest tickets with most of the words, those with more of them first."""
        query = most_of(terms)
        if query is None:
            return []
        values = self._values(None, most) | {"query": query, "rank": any_of(terms)}
        return await self._spots(_WITH_SOME_WORDS_OF_SOME if self.wanted.asks else _WITH_SOME_WORDS, values)

    def _first_window(self, below: int | None) -> Window:
        if self.wanted.customer_id:
            return Window(0, below or _NO_BOUND, None)
        return first_window(self.known.newest, below)

    def _with_all(self) -> sa.TextClause:
        if self.wanted.customer_id:
            return _WITH_WORDS_OF_CUSTOMER
        return _WITH_WORDS_OF_SOME if self.wanted.asks or self.known.customers else _WITH_WORDS

    def _values(self, below: int | None, most: int, beyond: Sequence[UUID] | None = None) -> dict[str, Any]:
        return {
            **self.wanted.values(),
            "below": _NO_BOUND if below is None else below,
            "most": most,
            "beyond": list(self.known.tickets if beyond is None else beyond),
            "beyond_customers": list(self.known.customers),
        }

    async def _spots(self, statement: sa.TextClause, values: dict[str, Any]) -> list[Spot]:
        return [Spot(row.id, row.number) for row in await self.db.execute(statement, values)]
