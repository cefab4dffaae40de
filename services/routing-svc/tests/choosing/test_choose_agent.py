import random
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing_svc.choosing.choose_agent import choose_agent, score
from routing_svc.choosing.eligible import Candidate, Waiting


def test_nobody_able_is_nobody_chosen(candidate, waiting, now) -> None:
    assert choose_agent(waiting(100, "lang:en"), [candidate()], now) is None


def test_the_better_skilled_goes_first(candidate, waiting, now) -> None:
    able, expert = candidate(1, skills={"lang:zh": 2}), candidate(2, skills={"lang:zh": 5})
    assert choose_agent(waiting(), [able, expert], now).agent is expert


def test_the_less_loaded_goes_first_among_equally_skilled(candidate, waiting, now) -> None:
    busy, free = candidate(1, used=3), candidate(2, used=1)
    assert choose_agent(waiting(), [busy, free], now).agent is free


def test_the_longest_idle_goes_first_among_equally_loaded(candidate, waiting, now) -> None:
    fresh, idle = candidate(1), candidate(2, idle_since=now - timedelta(minutes=10))
    assert choose_agent(waiting(), [fresh, idle], now).agent is idle


def test_load_counts_as_a_share_of_the_capacity(candidate, waiting, now) -> None:
    small, large = candidate(1, used=1, capacity=2), candidate(2, used=3, capacity=10)
    assert choose_agent(waiting(), [small, large], now).agent is large


def test_the_specialist_goes_before_the_all_rounder_among_equals(candidate, waiting, now) -> None:
    all_rounder, specialist = candidate(1, skills={"lang:zh": 3, "lang:en": 3}), candidate(2)
    assert choose_agent(waiting(), [all_rounder, specialist], now).agent is specialist


def test_who_had_it_before_goes_first_whatever_the_score(candidate, waiting, now) -> None:
    known, expert = candidate(1, skills={}, used=4), candidate(2, skills={"lang:zh": 5})
    choice = choose_agent(waiting(preferred=UUID(int=1)), [expert, known], now)
    assert choice.agent is known
    assert choice.why == ["returning", "load:4/5", "idle:0"]


def test_the_choice_says_why(candidate, waiting, now) -> None:
    agent = candidate(skills={"lang:zh": 3, "billing": 4}, used=1, idle_since=now - timedelta(seconds=120))
    choice = choose_agent(waiting(100, "lang:zh", "billing"), [agent], now)
    assert choice.why == ["skill:billing:4", "language:zh", "load:1/5", "idle:120"]


def test_a_clock_set_back_makes_nobody_negatively_idle(candidate, waiting, now) -> None:
    ahead = candidate(idle_since=now + timedelta(hours=1))
    assert choose_agent(waiting(), [ahead], now).why[-1] == "idle:0"
    assert score(ahead, waiting(), now) == score(candidate(), waiting(), now)


def test_a_need_of_nothing_is_met_fully(candidate, now) -> None:
    assert score(candidate(), Waiting(UUID(int=1), ()), now) == pytest.approx(0.8)


NOON = datetime(2026, 3, 16, 12, 0, tzinfo=UTC)
candidates = st.builds(
    Candidate,
    id=st.uuids(),
    name=st.just("小李"),
    skills=st.dictionaries(st.sampled_from(["lang:zh", "lang:en", "billing"]), st.integers(1, 5)),
    capacity=st.integers(1, 4),
    used=st.integers(0, 4),
    idle_since=st.integers(0, 3).map(lambda hours: NOON - timedelta(hours=hours)),
)


@given(st.lists(candidates, max_size=8, unique_by=lambda one: one.id), st.randoms(use_true_random=False))
def test_the_choice_is_the_same_whatever_the_order_of_agents(agents: list[Candidate], chance: random.Random) -> None:
    item = Waiting(UUID(int=1), ("lang:zh",))
    shuffled = chance.sample(agents, len(agents))
    assert choose_agent(item, agents, NOON) == choose_agent(item, shuffled, NOON)


@given(candidates.filter(lambda one: one.used <= one.capacity))
def test_the_score_lies_between_zero_and_one(agent: Candidate) -> None:
    assert 0 <= score(agent, Waiting(UUID(int=1), ("lang:zh", "billing")), NOON) <= 1
