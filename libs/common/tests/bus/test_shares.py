from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from common.bus.shares import fair_share

TOPICS = ["kefu.ticket", "kefu.routing", "kefu.kb"]
members = st.dictionaries(st.uuids(), st.sets(st.sampled_from(TOPICS)), max_size=6)
partitions = st.dictionaries(st.integers(1, 60), st.sampled_from(TOPICS), max_size=30)


@given(members, partitions)
def test_each_partition_has_exactly_one_taker_when_anybody_listens(
    group: dict[UUID, set[str]], wanted: dict[int, str]
) -> None:
    taken = [id_ for member in group for id_ in fair_share(member, group, wanted)]
    heard = set().union(*group.values())
    assert sorted(taken) == sorted(id_ for id_, topic in wanted.items() if topic in heard)


@given(members, partitions)
def test_nobody_gets_a_topic_it_does_not_listen_to(group: dict[UUID, set[str]], wanted: dict[int, str]) -> None:
    assert all(wanted[id_] in topics for member, topics in group.items() for id_ in fair_share(member, group, wanted))


@given(st.sets(st.uuids(), min_size=1, max_size=8), st.integers(0, 40))
def test_shares_of_equal_members_differ_by_one_at_most(ids: set[UUID], count: int) -> None:
    group = dict.fromkeys(ids, TOPICS)
    wanted = {number: TOPICS[number % 3] for number in range(count)}
    sizes = [len(fair_share(member, group, wanted)) for member in ids]
    assert max(sizes) - min(sizes) <= 1
