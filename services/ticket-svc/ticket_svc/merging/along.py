"""What goes along with a merge beside the messages: tags, followers, drafts. And back, when it is undone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from common.contracts.tickets import TicketTagged
from common.db import Db
from ticket_svc.merging.brought import brought, goes
from ticket_svc.merging.tables import ticket_merge
from ticket_svc.tickets.change import Change
from ticket_svc.tickets.tables import follower
from ticket_svc.tickets.tags import MOST_TAGS, with_and_without

MOST_FOLLOWERS = 1_000

Took = Mapping[str, list[Any]]
"""What a merge brought to the target, as its journal keeps it: `tags`, `followers`, `drafts`."""

_OTHERS = sa.select(ticket_merge.c.took).where(
    ticket_merge.c.target_id == sa.bindparam("target"),
    ticket_merge.c.id != sa.bindparam("merge"),
    ticket_merge.c.undone_at.is_(None),
)
_FOLLOWERS = sa.select(follower.c.agent_id).where(follower.c.ticket_id == sa.bindparam("of_ticket"))
_FOLLOW = sa.text(
    """
    INSERT INTO follower (ticket_id, agent_id, since, why, by_name)
    SELECT :target, agent_id, since, why, by_name FROM follower
    WHERE ticket_id = :source AND agent_id = ANY(:agents) ORDER BY agent_id
    ON CONFLICT (ticket_id, agent_id) DO NOTHING
    """
).bindparams(
    *(sa.bindparam(name, type_=sa.Uuid) for name in ("target", "source")), sa.bindparam("agents", type_=ARRAY(sa.Uuid))
)
_LEAVE = sa.text("DELETE FROM follower WHERE ticket_id = :target AND agent_id = ANY(:agents)").bindparams(
    sa.bindparam("target", type_=sa.Uuid), sa.bindparam("agents", type_=ARRAY(sa.Uuid))
)
# Who has begun something in both tickets keeps both: the one that does not move is found where it was begun. A reply
# to another customer becomes a note, as messages do.
_DRAFTS = sa.text(
    """
    WITH moved AS (
      INSERT INTO draft (ticket_id, author_id, is_public, text, html, updated_at)
      SELECT :target, author_id, is_public AND NOT :hide, text, html, updated_at FROM draft
      WHERE ticket_id = :source ORDER BY author_id
      ON CONFLICT (ticket_id, author_id) DO NOTHING RETURNING author_id),
    gone AS (
      DELETE FROM draft USING moved WHERE ticket_id = :source AND draft.author_id = moved.author_id
      RETURNING draft.author_id, is_public, updated_at)
    SELECT author_id, is_public, updated_at FROM gone ORDER BY author_id
    """
).bindparams(
    *(sa.bindparam(name, type_=sa.Uuid) for name in ("target", "source")), sa.bindparam("hide", type_=sa.Boolean)
)
# Only what nobody has written to since: the rest has become the target's.
_DRAFTS_BACK = sa.text(
    """
    WITH kept AS (
      SELECT author_id, is_public, updated_at
      FROM jsonb_to_recordset(:drafts) AS k(author_id uuid, is_public boolean, updated_at timestamptz)),
    moved AS (
      INSERT INTO draft (ticket_id, author_id, is_public, text, html, updated_at)
      SELECT :source, author_id, kept.is_public, text, html, updated_at
      FROM draft JOIN kept USING (author_id, updated_at) WHERE ticket_id = :target ORDER BY author_id
      ON CONFLICT (ticket_id, author_id) DO NOTHING RETURNING author_id)
    DELETE FROM draft USING moved WHERE ticket_id = :target AND draft.author_id = moved.author_id
    """
).bindparams(*(sa.bindparam(name, type_=sa.Uuid) for name in ("target", "source")), sa.bindparam("drafts", type_=JSONB))


async def bring_along(db: Db, source: Change, target: Change, *, merge_id: UUID, hide: bool) -> Took:
    """Give the target, which is locked as the source is, the source's tags and followers, and its drafts."""
    by_others = await _by_others(db, target.id, merge_id)
    tags = brought(source["tags"], present=target["tags"], by_others=by_others["tags"], most=MOST_TAGS)
    _tag(target, add=tags)
    theirs, own = await _followers(db, source.id), await _followers(db, target.id)
    followers = brought(theirs, present=own, by_others=by_others["followers"], most=MOST_FOLLOWERS)
    if followers:
        agents = [UUID(one) for one in followers]
        await db.execute(_FOLLOW, {"target": target.id, "source": source.id, "agents": agents})
    drafts = (await db.execute(_DRAFTS, {"target": target.id, "source": source.id, "hide": hide})).mappings().all()
    return {"tags": tags, "followers": followers, "drafts": [_kept(draft) for draft in drafts]}


async def send_back(db: Db, source: Change, target: Change, took: Took, *, merge_id: UUID) -> None:
    """Let the target have what it had without this merge; the source still has its tags and followers."""
    by_others = await _by_others(db, target.id, merge_id)
    _tag(target, remove=goes(took.get("tags", ()), by_others=by_others["tags"]))
    followers = goes(took.get("followers", ()), by_others=by_others["followers"])
    if followers:
        await db.execute(_LEAVE, {"target": target.id, "agents": [UUID(one) for one in followers]})
    if took.get("drafts"):
        await db.execute(_DRAFTS_BACK, {"target": target.id, "source": source.id, "drafts": took["drafts"]})


async def _by_others(db: Db, target_id: UUID, merge_id: UUID) -> dict[str, set[str]]:
    journals = (await db.execute(_OTHERS, {"target": target_id, "merge": merge_id})).scalars().all()
    return {name: {one for took in journals for one in took.get(name, ())} for name in ("tags", "followers")}


async def _followers(db: Db, ticket_id: UUID) -> list[str]:
    return [str(one) for one in (await db.execute(_FOLLOWERS, {"of_ticket": ticket_id})).scalars()]


def _tag(target: Change, *, add: list[str] | None = None, remove: list[str] | None = None) -> None:
    before = target["tags"]
    tags = with_and_without(before, add=add or (), remove=remove or ())
    added, removed = sorted(set(tags) - set(before)), sorted(set(before) - set(tags))
    if added or removed:
        target.set(tags=tags)
        event = TicketTagged(ticket_id=target.id, added=added, removed=removed, tags=tags)
        target.say(event, {"tags": {"from": before, "to": tags}, "added": added, "removed": removed})


def _kept(draft: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        "author_id": str(draft["author_id"]),
        "is_public": draft["is_public"],
        "updated_at": draft["updated_at"].isoformat(),
    }
