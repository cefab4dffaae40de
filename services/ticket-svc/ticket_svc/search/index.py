"""Writing the index: what tickets say, read from their own tables and put in place of what was found of them before."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from common.db import Db
from common.words import TOKENS_VERSION
from ticket_svc.search.terms import block, month, terms, vector

MOST_MESSAGES = 500
"""Messages of a ticket that are read, the newest; beyond them nobody remembers a word."""

# One statement, so one snapshot: the version says how new the texts are.
_TEXTS = sa.text(
    """
    SELECT t.id, t.number, t.version, t.opened_at, t.subject, ARRAY(
      SELECT m.text FROM message AS m WHERE m.ticket_id = t.id ORDER BY m.created_at DESC, m.id DESC LIMIT :most
    ) AS texts
    FROM ticket AS t WHERE t.id = ANY(:ids)
    """
).bindparams(sa.bindparam("ids", type_=ARRAY(sa.Uuid)), most=MOST_MESSAGES)

# In the order of ids: two that write the same tickets cannot wait for each other. Whoever read older texts gives way.
_WRITE = sa.text(
    """
    INSERT INTO ticket_words AS known (ticket_id, number, version, tokens_version, words)
    SELECT id, number, version, :tokens_version, CAST(words AS tsvector)
    FROM unnest(:ids, :numbers, :versions, :words) AS given(id, number, version, words) ORDER BY id
    ON CONFLICT (ticket_id) DO UPDATE
    SET version = excluded.version, tokens_version = excluded.tokens_version, words = excluded.words
    WHERE known.version <= excluded.version
      AND (known.words IS DISTINCT FROM excluded.words OR known.tokens_version <> excluded.tokens_version)
    """
).bindparams(
    sa.bindparam("ids", type_=ARRAY(sa.Uuid)),
    sa.bindparam("numbers", type_=ARRAY(sa.BigInteger)),
    sa.bindparam("versions", type_=ARRAY(sa.BigInteger)),
    sa.bindparam("words", type_=ARRAY(sa.Text)),
    sa.bindparam("tokens_version", type_=sa.SmallInteger),
)


async def index_tickets(db: Db, ticket_ids: Sequence[UUID]) -> None:
    """Let these tickets be found by what they say now: two statements for any number of them. Unknown ids are none."""
    rows = (await db.execute(_TEXTS, {"ids": list(set(ticket_ids))})).all()
    if not rows:
        return
    given = {
        "ids": [row.id for row in rows],
        "numbers": [row.number for row in rows],
        "versions": [row.version for row in rows],
        "words": [vector([block(row.number), month(row.opened_at), *terms([row.subject, *row.texts])]) for row in rows],
    }
    await db.execute(_WRITE, {**given, "tokens_version": TOKENS_VERSION})
