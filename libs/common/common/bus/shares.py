"""Who takes which partitions of a group: a pure rule that every member computes for itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID


def fair_share(me: UUID, members: Mapping[UUID, Collection[str]], partitions: Mapping[int, str]) -> set[int]:
    """The partitions that `me` shall have.

    `members` gives the topics each living member listens to, `partitions` the topic of each partition id. Members
    that see the same world come to the same result: each partition has one taker, and of two members with the same
    topics neither has over one more than the other.
    """
    mine: set[int] = set()
    takers = {topic: _takers(topic, members) for topic in set(partitions.values())}
    dealt: dict[Sequence[UUID], int] = {}
    for partition in sorted(partitions):
        candidates = takers[partitions[partition]]
        if not candidates:
            continue
        # Dealing goes on where the last topic with the same takers ended, so that small topics even out.
        turn = dealt.get(candidates, 0)
        dealt[candidates] = turn + 1
        if candidates[turn % len(candidates)] == me:
            mine.add(partition)
    return mine


def _takers(topic: str, members: Mapping[UUID, Collection[str]]) -> tuple[UUID, ...]:
    return tuple(sorted(member for member, topics in members.items() if topic in topics))
