"""Suggesting articles for tickets that were opened: a batch is a handful of statements, however many tickets it has."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from common import outbox
from common.contracts.base import Heard
from common.contracts.kb import SuggestedArticle, SuggestionMade
from common.contracts.tickets import Language, TicketOpened
from common.db import Db
from common.outbox import Saying
from common.rows import given
from kb_svc.search.find import Hit, Question, find
from kb_svc.search.visibility import mask
from kb_svc.suggestions.tables import suggestion
from kb_svc.suggestions.worth import MOST, likely, worth_suggesting

_KEEP = (
    insert(suggestion)
    .from_select([column.name for column in suggestion.c], sa.select(given(*suggestion.c)))
    .on_conflict_do_nothing()
    .returning(suggestion.c.ticket_id)
)


async def suggest_for_tickets(db: Db, heard: Sequence[Heard[TicketOpened]], now: datetime) -> None:
    """Keep and tell for each ticket what may answer it, also when that is nothing.

    Internal articles are among it, since agents read it; each says so.
    """
    found = await find(db, [_question(one.data) for one in heard])
    worth = [worth_suggesting(hits, one.data.language) for one, hits in zip(heard, found, strict=True)]
    rows = [_row(one.data, hits, now) for one, hits in zip(heard, worth, strict=True)]
    fresh = set((await db.execute(_KEEP, {"rows": rows})).scalars())
    sayings = [
        Saying(_said(one.data, hits, now), about=one.data.ticket_id, version=1, because=one)
        for one, hits in zip(heard, worth, strict=True)
        if one.data.ticket_id in fresh
    ]
    await outbox.say_many(db, sayings, now=now)


def _question(ticket: TicketOpened) -> Question:
    return Question(f"{ticket.subject}\n{ticket.text}", mask(ticket.language, staff=True), MOST)


def _row(ticket: TicketOpened, hits: Sequence[Hit], now: datetime) -> dict[str, Any]:
    return {
        "ticket_id": ticket.ticket_id,
        "language": ticket.language,
        "articles": [_kept(hit, ticket.language) for hit in hits],
        "version": 1,
        "made_at": now,
    }


def _kept(hit: Hit, language: Language) -> dict[str, Any]:
    return {
        "article_id": str(hit.article_id),
        "revision": hit.revision,
        "title": hit.title,
        "locale": hit.locale,
        "audience": hit.audience,
        "score": round(hit.score, 4),
        "likely": likely(hit, language),
    }


def _said(ticket: TicketOpened, hits: Sequence[Hit], now: datetime) -> SuggestionMade:
    articles = [
        SuggestedArticle(
            article_id=hit.article_id,
            revision=hit.revision,
            title=hit.title,
            score=round(hit.score, 4),
            likely=likely(hit, ticket.language),
        )
        for hit in hits
    ]
    return SuggestionMade(ticket_id=ticket.ticket_id, articles=articles, made_at=now)
