from uuid import UUID

from routing_svc.choosing.hold import Hold, Staffed, why_waiting


def test_a_skill_that_nobody_has_is_named(candidate, waiting) -> None:
    staff = [Staffed(candidate(), online=True)]
    assert why_waiting(waiting(100, "lang:zh", "billing"), staff) == Hold("no_agent_with_skill", ("billing",))


def test_skills_that_nobody_has_together_are_all_named(candidate, waiting) -> None:
    staff = [Staffed(candidate(1), online=True), Staffed(candidate(2, skills={"billing": 5}), online=True)]
    hold = why_waiting(waiting(100, "lang:zh", "billing"), staff)
    assert hold == Hold("no_agent_with_skill", ("billing", "lang:zh"))


def test_nobody_at_all_is_nobody_with_the_skill(waiting) -> None:
    assert why_waiting(waiting(), []) == Hold("no_agent_with_skill", ("lang:zh",))


def test_everybody_with_the_skill_may_be_away(candidate, waiting) -> None:
    staff = [Staffed(candidate(1), online=False), Staffed(candidate(2, skills={"lang:en": 3}), online=True)]
    assert why_waiting(waiting(), staff) == Hold("nobody_online", ("lang:zh",))


def test_everybody_online_may_have_refused(candidate, waiting) -> None:
    staff = [Staffed(candidate(1), online=True), Staffed(candidate(2), online=False)]
    assert why_waiting(waiting(refused_by=frozenset({UUID(int=1)})), staff) == Hold("refused_by_all")


def test_everybody_who_did_not_refuse_may_be_full(candidate, waiting) -> None:
    staff = [Staffed(candidate(1), online=True), Staffed(candidate(2, used=5), online=True)]
    hold = why_waiting(waiting(refused_by=frozenset({UUID(int=1)})), staff)
    assert hold == Hold("all_at_capacity", ("lang:zh",))


def test_otherwise_it_is_next(candidate, waiting) -> None:
    assert why_waiting(waiting(), [Staffed(candidate(), online=True)]) == Hold("next_in_turn")


def test_who_had_it_before_counts_as_skilled(candidate, waiting) -> None:
    staff = [Staffed(candidate(7, skills={}), online=False)]
    assert why_waiting(waiting(preferred=UUID(int=7)), staff).code == "nobody_online"
