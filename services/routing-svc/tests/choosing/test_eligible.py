from uuid import UUID

from routing_svc.choosing.eligible import has_skills, may_take


def test_who_has_the_skills_and_room_may_take_it(candidate, waiting) -> None:
    assert may_take(candidate(skills={"lang:zh": 1, "billing": 2}), waiting(100, "lang:zh", "billing"))


def test_one_missing_skill_is_one_too_many(candidate, waiting) -> None:
    assert not may_take(candidate(skills={"lang:zh": 5}), waiting(100, "lang:zh", "billing"))


def test_a_full_agent_may_take_nothing(candidate, waiting) -> None:
    assert not may_take(candidate(used=5), waiting())


def test_an_agent_without_capacity_may_take_nothing(candidate, waiting) -> None:
    assert not may_take(candidate(capacity=0), waiting())


def test_who_refused_is_not_asked_again(candidate, waiting) -> None:
    assert not may_take(candidate(7), waiting(refused_by=frozenset({UUID(int=7)})))


def test_who_had_it_before_needs_no_skill_for_it(candidate, waiting) -> None:
    assert may_take(candidate(7, skills={}), waiting(preferred=UUID(int=7)))


def test_who_had_it_before_and_refused_it_is_not_asked(candidate, waiting) -> None:
    assert not may_take(candidate(7), waiting(preferred=UUID(int=7), refused_by=frozenset({UUID(int=7)})))


def test_no_needs_are_met_by_anybody() -> None:
    assert has_skills([], [])
