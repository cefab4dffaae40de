"""Which tags are in use, and on how many tickets."""

from __future__ import annotations

import sqlalchemy as sa

from common.db import ReadDb
from common.http.cursors import Page, Paging
from ticket_svc.tags.schemas import TagInUse

MOST_COUNTED = 1_000
"""Tickets that are counted for a tag; so a page is bounded, however many there are."""

# The names stand in a table of their own; of the tickets only as many are looked at as are counted.
_IN_USE = sa.text(
    """
    SELECT t.name, found.tickets
    FROM tag t
    CROSS JOIN LATERAL (
      SELECT count(*) AS tickets
      FROM (SELECT FROM ticket WHERE ticket.tags @> ARRAY[t.name] AND cardinality(ticket.tags) > 0 LIMIT :most) AS few
    ) AS found
    WHERE t.name > :after AND starts_with(t.name, :prefix) AND found.tickets > 0
    ORDER BY t.name
    LIMIT :limit
    """
).bindparams(
    *(sa.bindparam(name, type_=sa.Text) for name in ("after", "prefix")),
    *(sa.bindparam(name, type_=sa.BigInteger) for name in ("most", "limit")),
)


async def tags_in_use(db: ReadDb, *, prefix: str, paging: Paging) -> Page[TagInUse]:
    """The tags that begin with `prefix` and stand on a ticket, in alphabetical order. Raises BadCursor."""
    after = paging.after("tags")
    asked = {"after": after[0] if after else "", "prefix": prefix, "most": MOST_COUNTED + 1, "limit": paging.limit + 1}
    rows = (await db.execute(_IN_USE, asked)).all()
    last = rows[paging.limit - 1] if len(rows) > paging.limit else None
    return Page(
        items=[
            TagInUse(name=row.name, tickets=min(row.tickets, MOST_COUNTED), more=row.tickets > MOST_COUNTED)
            for row in rows[: paging.limit]
        ],
        next_cursor=paging.next("tags", [last.name]) if last else None,
    )
