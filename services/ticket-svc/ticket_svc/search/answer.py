"""Answering a search: first the ticket that is named, then those of customers who are, then those with the words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from common.db import ReadDb
from common.http.cursors import Page, Paging
from ticket_svc.search.excerpt import best, excerpt
from ticket_svc.search.find import Search, SearchFilter, Spot, known_by
from ticket_svc.search.named import named
from ticket_svc.search.question import months, terms_of
from ticket_svc.search.schemas import ExcerptView, FoundBy, HitView, PieceView
from ticket_svc.tickets.read import JOINED
from ticket_svc.tickets.schemas import TicketView
from ticket_svc.tickets.tables import ticket

KIND = "ticket-search"
_PHASES: tuple[FoundBy, ...] = ("ticket", "customer", "words")
_READ = 2_000
"""Characters of a message, and below messages of a ticket, in which its excerpt is looked for."""
_MESSAGES = 30


@dataclass(frozen=True, slots=True)
class _Hit:
    by: FoundBy
    spot: Spot


async def search_tickets(
    db: ReadDb, *, text: str, wanted: SearchFilter, paging: Paging, now: datetime
) -> Page[HitView]:
    """The tickets found by `text`. Only where no ticket has all of the words: one page of those with most of them.

    Raises BadCursor.
    """
    terms = terms_of(text)
    known = await known_by(db, named(text))
    search = Search(db, wanted, known, months(wanted.since, wanted.until, now))
    hits = await _hits(search, terms, paging)
    shown = hits[: paging.limit]
    more = len(hits) > paging.limit
    if not hits and paging.cursor is None:
        shown = [_Hit("some_words", spot) for spot in await search.with_most(terms, paging.limit)]
    return Page(
        items=await _views(db, shown, terms),
        next_cursor=paging.next(KIND, [shown[-1].by, shown[-1].spot.number]) if more else None,
    )


async def _hits(search: Search, terms: Sequence[str], paging: Paging) -> list[_Hit]:
    """The hits of the page that is asked for, and one more if there is one."""
    first, below = paging.after(KIND) or (_PHASES[0], None)
    found: list[_Hit] = []
    for phase in _PHASES[_PHASES.index(first) :]:
        most = paging.limit + 1 - len(found)
        if most > 0:
            spots = await _in_phase(search, phase, terms, below if phase == first else None, most)
            found += [_Hit(phase, spot) for spot in spots]
    return found


async def _in_phase(
    search: Search, phase: FoundBy, terms: Sequence[str], below: int | None, most: int
) -> Sequence[Spot]:
    if phase == "ticket":
        return await search.named(below, most)
    if phase == "customer":
        return await search.of_customers(below, most)
    return await search.with_all(terms, below, most) if terms else []


_BY_IDS = JOINED.where(ticket.c.id == sa.any_(sa.bindparam("wanted_ids", type_=ARRAY(sa.Uuid))))
_TEXTS = sa.text(
    """
    SELECT m.* FROM unnest(:ids) AS given(id) CROSS JOIN LATERAL (
      SELECT id, ticket_id, is_public, left(text, :longest) AS text FROM message WHERE ticket_id = given.id
      ORDER BY created_at, id LIMIT :most) AS m
    """
).bindparams(sa.bindparam("ids", type_=ARRAY(sa.Uuid)), longest=_READ, most=_MESSAGES)


async def _views(db: ReadDb, hits: Sequence[_Hit], terms: Sequence[str]) -> list[HitView]:
    if not hits:
        return []
    ids = [hit.spot.ticket_id for hit in hits]
    rows = {row["id"]: row for row in (await db.execute(_BY_IDS, {"wanted_ids": ids})).mappings()}
    said: dict[UUID, list[Any]] = {}
    for message in await db.execute(_TEXTS, {"ids": ids}):
        said.setdefault(message.ticket_id, []).append(message)
    # A ticket that was erased since it was found is not shown.
    return [_view(hit.by, rows[at], said.get(at, []), terms) for hit, at in zip(hits, ids, strict=True) if at in rows]


def _view(by: FoundBy, row: Any, messages: Sequence[Any], terms: Sequence[str]) -> HitView:
    texts = [message.text for message in messages]
    # The first message comes before the subject, which is mostly its beginning.
    at = best([*texts, row["subject"]], terms)
    message = messages[at] if at < len(messages) else None
    pieces = excerpt(message.text if message else row["subject"], terms)
    shown = ExcerptView(
        message_id=message.id if message else None,
        is_public=message.is_public if message else True,
        pieces=[PieceView(text=piece.text, found=piece.found) for piece in pieces],
    )
    return HitView(found_by=by, ticket=TicketView.of(row), excerpt=shown)
