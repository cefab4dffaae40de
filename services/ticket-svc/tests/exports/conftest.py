"""Many tickets at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import pytest
import sqlalchemy as sa

from common.ids import new_id
from common.testing.stage import Stage

_NOW = sa.bindparam("now", type_=sa.DateTime(timezone=True))
_CUSTOMER = sa.text(
    "INSERT INTO customer (id, name, tier, language, version, created_at, updated_at)"
    " VALUES (:id, 'x', 'standard', 'zh', 1, :now, :now)"
).bindparams(_NOW, sa.bindparam("id", type_=sa.Uuid))
_TICKETS = sa.text(
    """
    WITH opened AS (
      INSERT INTO ticket (id, customer_id, subject, status, priority, channel, language, opened_at, version,
        response_due_at, response_stood, resolution_due_at, resolution_stood, updated_at)
      SELECT gen_random_uuid(), :customer_id, text, 'open', 'normal', 'api', 'zh', :now, 1, :now, '0', :now, '0', :now
      FROM unnest(:texts) AS given(text) RETURNING id, subject)
    INSERT INTO message (id, ticket_id, is_public, author_kind, author_name, text, article_ids, created_at)
    SELECT gen_random_uuid(), id, TRUE, 'customer', 'x', subject, '{}', :now FROM opened
    """
).bindparams(_NOW, sa.bindparam("customer_id", type_=sa.Uuid), sa.bindparam("texts", type_=sa.ARRAY(sa.Text)))


@pytest.fixture
def many(stage: Stage) -> Callable[[Sequence[str]], Awaitable[None]]:
    """Tickets of one customer with these texts."""

    async def write(texts: Sequence[str]) -> None:
        now, customer_id = stage.clock.now(), new_id()
        async with stage.database.transaction() as db:
            await db.execute(_CUSTOMER, {"id": customer_id, "now": now})
            await db.execute(_TICKETS, {"customer_id": customer_id, "now": now, "texts": list(texts)})

    return write
