from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from routing_svc.choosing.eligible import Candidate, Waiting, may_take
from routing_svc.choosing.match import match
from routing_svc.choosing.order import HEAD_START, turn_at

NOON = datetime(2026, 3, 16, 12, 0, tzinfo=UTC)


def test_tickets_are_spread_over_equals(candidate, waiting, now) -> None:
    choices = match([waiting(number) for number in range(4)], [candidate(1), candidate(2)], now)
    assert Counter(choice.agent.id.int for choice in choices) == {1: 2, 2: 2}


def test_an_agent_gets_no_more_than_fits(candidate, waiting, now) -> None:
    choices = match([waiting(number) for number in range(9)], [candidate(capacity=3, used=1)], now)
    assert [choice.ticket_id.int for choice in choices] == [0, 1]


def test_each_choice_shows_the_load_before_it(candidate, waiting, now) -> None:
    choices = match([waiting(1), waiting(2)], [candidate()], now)
    assert [choice.agent.used for choice in choices] == [0, 1]


def test_a_ticket_that_nobody_can_take_does_not_hold_up_the_next(candidate, waiting, now) -> None:
    choices = match([waiting(1, "lang:en"), waiting(2)], [candidate()], now)
    assert [choice.ticket_id.int for choice in choices] == [2]


def test_who_refused_one_ticket_may_get_the_next(candidate, waiting, now) -> None:
    refused = waiting(1, refused_by=frozenset({UUID(int=1)}))
    assert [choice.ticket_id.int for choice in match([refused, waiting(2)], [candidate(1)], now)] == [2]


def test_a_returning_ticket_goes_back_to_its_agent_without_the_skill(candidate, waiting, now) -> None:
    (choice,) = match([waiting(1, preferred=UUID(int=9))], [candidate(1), candidate(9, skills={})], now)
    assert choice.agent.id == UUID(int=9)


def test_a_returning_ticket_whose_agent_is_full_goes_to_another(candidate, waiting, now) -> None:
    (choice,) = match([waiting(1, preferred=UUID(int=9))], [candidate(1), candidate(9, used=5)], now)
    assert choice.agent.id == UUID(int=1)


def test_nobody_there_is_nothing_chosen(waiting, now) -> None:
    assert match([waiting()], [], now) == []


class Centre(RuleBasedStateMachine):
    """Agents and tickets come and go, offers are accepted, refused and ended, in any order."""

    offers = Bundle("offers")
    skill = st.sampled_from(["lang:zh", "lang:en", "billing"])

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        self.numbers = iter(range(1, 10_000))
        self.agents: dict[UUID, Candidate] = {}
        self.queue: dict[UUID, tuple[Waiting, datetime, str]] = {}
        self.taken: Counter[UUID] = Counter()
        self.held: dict[UUID, UUID] = {}
        self.matched = True

    @rule(skills=st.dictionaries(skill, st.integers(1, 5)), capacity=st.integers(0, 3))
    def an_agent_comes(self, skills: dict[str, int], capacity: int) -> None:
        made = Candidate(UUID(int=next(self.numbers)), "小李", skills, capacity, 0, self.now)
        self.agents[made.id] = made
        self.matched = False

    @rule(needs=st.sets(skill, min_size=1), priority=st.sampled_from(sorted(HEAD_START)), wait=st.integers(0, 7200))
    def a_ticket_arrives(self, needs: set[str], priority: str, wait: int) -> None:
        self.now += timedelta(seconds=wait)
        item = Waiting(UUID(int=next(self.numbers)), tuple(sorted(needs)))
        self.queue[item.ticket_id] = (item, self.now, priority)
        self.matched = False

    @rule(target=offers)
    def match(self) -> object:
        ordered = sorted(self.queue.values(), key=lambda one: (turn_at(one[2], one[1]), one[0].ticket_id))
        before = dict(self.queue)
        choices = match([item for item, _, _ in ordered], self.agents.values(), self.now)
        for choice in choices:
            item, _, _ = self.queue.pop(choice.ticket_id)
            assert may_take(choice.agent, item)
            assert choice.ticket_id not in self.held
            self.held[choice.ticket_id] = choice.agent.id
            self.take(choice.agent.id, 1)
        self.first_come_first_served(before, [choice.ticket_id for choice in choices])
        self.matched = True
        return multiple(*((before[choice.ticket_id], choice.agent.id) for choice in choices))

    @rule(offer=consumes(offers))
    def an_agent_refuses(self, offer: tuple[tuple[Waiting, datetime, str], UUID]) -> None:
        (item, queued_at, priority), agent_id = offer
        again = replace(item, refused_by=item.refused_by | {agent_id})
        self.queue[item.ticket_id] = (again, queued_at, priority)
        del self.held[item.ticket_id]
        self.take(agent_id, -1)
        self.matched = False

    @rule(offer=consumes(offers))
    def a_ticket_ends(self, offer: tuple[tuple[Waiting, datetime, str], UUID]) -> None:
        (item, _, _), agent_id = offer
        del self.held[item.ticket_id]
        self.take(agent_id, -1)
        self.matched = False

    def take(self, agent_id: UUID, units: int) -> None:
        self.taken[agent_id] += units
        self.agents[agent_id] = replace(self.agents[agent_id], used=self.taken[agent_id], idle_since=self.now)

    @invariant()
    def nobody_carries_more_than_fits(self) -> None:
        assert all(0 <= agent.used <= agent.capacity for agent in self.agents.values())

    @invariant()
    def every_ticket_is_in_one_place(self) -> None:
        assert not self.queue.keys() & self.held.keys()
        assert sum(self.taken.values()) == len(self.held)

    @invariant()
    def after_a_match_nobody_waits_whom_somebody_could_serve(self) -> None:
        if self.matched:
            items = [item for item, _, _ in self.queue.values()]
            assert not any(may_take(agent, item) for item in items for agent in self.agents.values())

    def first_come_first_served(self, before: dict, chosen: list[UUID]) -> None:
        """Of tickets with equal needs, priority and refusals, none was chosen before an older one."""
        for chosen_id in chosen:
            item, queued_at, priority = before[chosen_id]
            alike = [
                one
                for one in self.queue.values()
                if (one[0].required_skills, one[2]) == (item.required_skills, priority)
            ]
            older = [one for one in alike if one[0].refused_by == item.refused_by and one[1] < queued_at]
            assert not older


Centre.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestCentre = Centre.TestCase
