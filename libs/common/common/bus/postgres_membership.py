"""One member's part in its group on the embedded bus: being alive, taking its share, giving up the rest.

Each member computes the same shares (`shares.py`) and only ever takes what is free, what a dead member left, or what
a living one did not give up although it was asked to for HANDOVER. A commit counts only for a partition one owns.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg

from common.bus.hand import HANDOVER
from common.bus.postgres_link import GROUP_CHANNEL
from common.bus.shares import fair_share
from common.crash import crash_point

BEAT = 2.5
"""Seconds between two signs of life."""
SILENCE = timedelta(seconds=10)
"""A member that was silent for so long is dead: its partitions go to the others."""
_GONE = timedelta(seconds=3)
# A member whose session is gone and that did not come back for so long is dead too: a crash is noticed sooner so.

_LIVE = """
INSERT INTO kefu_bus.member AS m (group_name, id, topics, pid, seen_at) VALUES ($1, $2, $3, pg_backend_pid(), now())
ON CONFLICT (group_name, id) DO UPDATE SET seen_at = now(), topics = excluded.topics, pid = excluded.pid
RETURNING xmax = 0 AS joined
"""
_SEEN = """
INSERT INTO kefu_bus.consumer_group AS g (name, seen_at) VALUES ($1, now())
ON CONFLICT (name) DO UPDATE SET seen_at = now() WHERE g.seen_at < now() - interval '10 minutes'
"""
_BURY = """
DELETE FROM kefu_bus.member m WHERE group_name = $1 AND id <> $2 AND (
    seen_at < now() - $3::interval OR seen_at < now() - $4::interval
        AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.pid = m.pid))
"""
_MEMBERS = "SELECT id, topics FROM kefu_bus.member WHERE group_name = $1"
_CLAIMS = """
SELECT p.id, p.topic, p.n, c.owner, c.wanted_at, c.partition_id IS NULL AS fresh
FROM kefu_bus.partition p LEFT JOIN kefu_bus.claim c ON c.partition_id = p.id AND c.group_name = $1
WHERE p.topic = ANY($2::text[])
"""
_NEW = """
INSERT INTO kefu_bus.claim (group_name, partition_id) SELECT $1, unnest($2::int[]) ON CONFLICT DO NOTHING
"""
_GIVE_UP = """
UPDATE kefu_bus.claim SET owner = NULL, wanted_at = NULL
WHERE group_name = $1 AND owner = $2 AND partition_id = ANY($3::int[])
"""
_KEEP = """
UPDATE kefu_bus.claim SET wanted_at = NULL WHERE group_name = $1 AND owner = $2 AND partition_id = ANY($3::int[])
"""
_TAKE = """
WITH free AS (
    SELECT partition_id FROM kefu_bus.claim c
    WHERE group_name = $1 AND partition_id = ANY($3::int[]) AND owner IS DISTINCT FROM $2 AND (
        owner IS NULL OR wanted_at < now() - $4::interval
        OR NOT EXISTS (SELECT FROM kefu_bus.member m WHERE m.group_name = c.group_name AND m.id = c.owner))
    ORDER BY partition_id FOR UPDATE SKIP LOCKED
)
UPDATE kefu_bus.claim c SET owner = $2, wanted_at = NULL FROM free
WHERE c.group_name = $1 AND c.partition_id = free.partition_id RETURNING c.partition_id
"""
_ASK = """
UPDATE kefu_bus.claim SET wanted_at = now() WHERE group_name = $1 AND partition_id = ANY($3::int[])
AND wanted_at IS NULL AND owner IS NOT NULL AND owner <> $2
"""
_LEAVE = """
WITH given AS (UPDATE kefu_bus.claim SET owner = NULL, wanted_at = NULL WHERE group_name = $1 AND owner = $2),
gone AS (DELETE FROM kefu_bus.member WHERE group_name = $1 AND id = $2)
SELECT pg_notify($3, $1)
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """A partition as its group has it now."""

    topic: str
    n: int
    owner: UUID | None
    wanted: bool
    fresh: bool


@dataclass(slots=True)
class Membership:
    """What a member knows of its group; `owned` are the partitions it may work on."""

    group: str
    me: UUID
    topics: Sequence[str]
    owned: dict[int, tuple[str, int]] = field(default_factory=dict)
    overdue: bool = False
    """Whether something must be given up as soon as the batch in hand is back."""

    async def beat(self, connection: asyncpg.Connection[Any], in_hand: Collection[tuple[str, int]]) -> bool:
        """Give a sign of life and take or give up partitions; whether this member got new ones.

        Partitions `in_hand` are kept until a later beat, though others wait for them.
        """
        joined = await connection.fetchval(_LIVE, self.group, self.me, self.topics)
        await connection.execute(_SEEN, self.group)
        await connection.execute(_BURY, self.group, self.me, SILENCE, _GONE)
        members = {row["id"]: row["topics"] for row in await connection.fetch(_MEMBERS, self.group)}
        claims = await self._claims(connection)
        share = fair_share(self.me, members, {id_: claim.topic for id_, claim in claims.items()})
        given_up = await self._give_up(connection, claims, share, in_hand)
        taken = await self._take(connection, claims, share)
        mine = {id_ for id_, claim in claims.items() if claim.owner == self.me} - given_up | taken
        self.owned = {id_: (claims[id_].topic, claims[id_].n) for id_ in mine}
        self.overdue = not mine <= share
        if joined or given_up:
            await connection.execute("SELECT pg_notify($1, $2)", GROUP_CHANNEL, self.group)
        return bool(taken)

    async def leave(self, connection: asyncpg.Connection[Any]) -> None:
        """Give everything up, so that others take over at once."""
        await connection.execute(_LEAVE, self.group, self.me, GROUP_CHANNEL)

    async def _claims(self, connection: asyncpg.Connection[Any]) -> dict[int, Claim]:
        rows = await connection.fetch(_CLAIMS, self.group, self.topics)
        fresh = [row["id"] for row in rows if row["fresh"]]
        if fresh:
            await connection.execute(_NEW, self.group, fresh)
        return {
            row["id"]: Claim(row["topic"], row["n"], row["owner"], row["wanted_at"] is not None, row["fresh"])
            for row in rows
        }

    async def _give_up(
        self,
        connection: asyncpg.Connection[Any],
        claims: Mapping[int, Claim],
        share: Collection[int],
        in_hand: Collection[tuple[str, int]],
    ) -> set[int]:
        mine = {id_: claim for id_, claim in claims.items() if claim.owner == self.me}
        kept_though_wanted = [id_ for id_, claim in mine.items() if claim.wanted and id_ in share]
        if kept_though_wanted:
            await connection.execute(_KEEP, self.group, self.me, kept_though_wanted)
        surplus = {id_ for id_, claim in mine.items() if id_ not in share and (claim.topic, claim.n) not in in_hand}
        if surplus:
            await connection.execute(_GIVE_UP, self.group, self.me, sorted(surplus))
            crash_point("embedded.given_up")
        return surplus

    async def _take(
        self, connection: asyncpg.Connection[Any], claims: Mapping[int, Claim], share: Collection[int]
    ) -> set[int]:
        lacking = [id_ for id_ in share if claims[id_].owner != self.me]
        if not lacking:
            return set()
        patience = timedelta(seconds=HANDOVER)
        taken = {row["partition_id"] for row in await connection.fetch(_TAKE, self.group, self.me, lacking, patience)}
        if taken:
            crash_point("embedded.taken")
        asked = [id_ for id_ in lacking if id_ not in taken]
        if asked:
            await connection.execute(_ASK, self.group, self.me, asked)
        return taken
