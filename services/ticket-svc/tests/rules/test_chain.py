"""Any rules over any events come to an end."""

from __future__ import annotations

from collections import deque
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from ticket_svc.rules.chain import DEEPEST, Cause, may_act

RULES = [UUID(int=number) for number in range(1, 13)]
EVENT = UUID(int=99)
# Of each rule: what wakes it, and what it says when it acts: several events of any kind, its own too.
worlds = st.lists(
    st.tuples(st.sets(st.integers(0, 4), min_size=1), st.lists(st.integers(0, 4), max_size=4)), min_size=1, max_size=12
)


@settings(max_examples=50)
@given(worlds, st.lists(st.integers(0, 4), min_size=1, max_size=5), st.booleans())
def test_any_set_of_rules_over_any_events_terminates(
    world: list[tuple[set[int], list[int]]], happened: list[int], late: bool
) -> None:
    waiting = deque((kind, Cause(UUID(int=1000 + place))) for place, kind in enumerate(happened))
    acts: dict[tuple[UUID, UUID], int] = {}
    heard = 0
    while waiting:
        heard += 1
        kind, cause = waiting.pop() if late else waiting.popleft()
        for rule_id, (wakes, says) in zip(RULES, world, strict=False):
            acted = {rule for chain, rule in acts if chain == cause.chain_id}
            if kind in wakes and may_act(rule_id, cause, acted) == "may":
                acts[cause.chain_id, rule_id] = acts.get((cause.chain_id, rule_id), 0) + 1
                waiting += [(one, Cause(cause.chain_id, cause.depth + 1)) for one in says]
    assert set(acts.values()) <= {1}
    assert heard <= len(happened) * (1 + 4 * len(world))


@given(st.integers(0, 10), st.sets(st.sampled_from(RULES)))
def test_a_rule_acts_once_in_a_chain_and_only_so_deep(depth: int, acted: set[UUID]) -> None:
    verdict = may_act(RULES[0], Cause(EVENT, depth), acted)
    assert (verdict == "may") == (RULES[0] not in acted and depth < DEEPEST)
    assert Cause(EVENT, depth).begins == (depth == 0)
