"""Every kind of fault, planted into a sound run, is found and named with its ticket; a sound run is whole."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.history.faults import HOUSEHOLD, PLANTS, Household, Plant, household, put, state, tell_again
from integration.history.sound import Sound
from kefu_local.verify.history import Kind, State
from kefu_local.verify.seen import Fact, Step
from kefu_local.verify.verdict import judge

SHAPES = st.fixed_dictionaries(
    {
        "replies": st.integers(0, 3),
        "changes": st.integers(0, 2),
        "resolved": st.booleans(),
        "score": st.integers(0, 5),
    }
)
RUNS = st.lists(SHAPES, min_size=1, max_size=4)
KINDS = st.sampled_from(["open", "reply", "change", "resolve", "rate"])


@given(RUNS)
def test_a_sound_run_is_whole(shapes: list[dict[str, Any]]) -> None:
    sound = Sound()
    for shape in shapes:
        sound.ticket(**shape)
    verdict = judge(sound.history, sound.seen)
    assert verdict.whole, verdict.tell()
    assert verdict.tickets == len(shapes)


@given(RUNS, st.randoms())
def test_events_that_come_again_are_no_fault(shapes: list[dict[str, Any]], dice: random.Random) -> None:
    sound = Sound()
    for shape in shapes:
        sound.ticket(**shape)
    for fact in dice.choices(sound.seen.facts, k=5):
        sound.seen.facts.insert(dice.randint(sound.seen.facts.index(fact), len(sound.seen.facts)), fact)
    assert judge(sound.history, sound.seen).whole


@pytest.mark.parametrize(("fault", "what", "plant"), PLANTS, ids=[f"{fault}: {what}" for fault, what, _ in PLANTS])
def test_a_planted_fault_is_found_with_its_ticket(fault: str, what: str, plant: Plant) -> None:
    sound = Sound()
    others = [sound.ticket().id, sound.ticket(resolved=False).id]
    ticket = sound.ticket(replies=3, changes=2, score=2)
    others.append(sound.ticket(score=5).id)
    plant(sound, ticket)
    verdict = judge(sound.history, sound.seen)
    named = [one for one in verdict.findings if one.fault == fault]
    assert named, f"{what}: {verdict.tell()}"
    # Of a ticket that was added by hand no event tells, and so no trace.
    assert all(one.number and one.words and (one.trace or one.ticket != ticket.id) for one in named), verdict.tell()
    assert not {one.ticket for one in verdict.findings} & set(others), verdict.tell()


def test_a_household_is_whole_whether_its_calls_were_heard_of_or_not() -> None:
    sound = Sound()
    found = household(sound)
    assert judge(sound.history, sound.seen).whole, judge(sound.history, sound.seen).tell()
    for kind in ("merge", "split", "bulk"):
        found.call(kind).state = "unknown"
        verdict = judge(sound.history, sound.seen)
        assert verdict.whole, verdict.tell()


@pytest.mark.parametrize("what", HOUSEHOLD)
def test_a_fault_of_a_merge_a_split_or_a_bulk_action_is_found(what: str) -> None:
    sound = Sound()
    other = sound.ticket()
    fault, plant = HOUSEHOLD[what]
    found: Household = household(sound)
    plant(found)
    verdict = judge(sound.history, sound.seen)
    named = {one.ticket for one in verdict.findings if one.fault == fault}
    assert named & {found.merged.id, found.survivor.id, found.split.id}, f"{what}: {verdict.tell()}"
    assert other.id not in {one.ticket for one in verdict.findings}


@given(KINDS, st.sampled_from(["unknown", "invoked"]))
def test_an_unknown_call_may_have_had_its_effect(kind: Kind, to: State) -> None:
    sound = Sound()
    ticket = sound.ticket(score=1)
    state(sound, ticket, kind, to)
    assert judge(sound.history, sound.seen).whole


@given(KINDS, st.sampled_from(["unknown", "failed"]))
def test_a_call_that_was_not_acknowledged_may_have_had_none(kind: Kind, to: State) -> None:
    sound = Sound()
    ticket = sound.ticket(replies=0, changes=0, resolved=False)
    about = "" if kind == "open" else ticket.id
    sound.call(kind, about, state=to, score=3)
    assert judge(sound.history, sound.seen).whole


def test_an_acknowledged_message_may_not_stand_before_one_acknowledged_earlier_but_two_at_once_may() -> None:
    sound = Sound()
    ticket = sound.ticket(replies=2)
    first, second = (sound.history.calls[id_] for id_ in ticket.messages[1:])
    second.invoked = first.invoked
    put(sound, ticket, messages=(ticket.messages[0], second.id, first.id))
    assert not judge(sound.history, sound.seen).out_of_order


def test_a_ticket_that_waits_although_an_agent_has_room_is_lost_to_routing() -> None:
    sound = Sound()
    ticket = sound.ticket(resolved=False)
    assert ticket.work
    put(sound, ticket, work=replace(ticket.work, state="queued"))
    assert judge(sound.history, sound.seen).whole
    sound.seen.room = True
    assert [one.ticket for one in judge(sound.history, sound.seen).lost] == [ticket.id]


def test_a_ticket_that_a_late_message_reopened_is_no_lost_resolution() -> None:
    sound = Sound()
    ticket = sound.ticket()
    tell_again(sound, ticket, "ticket.resolved", type="ticket.reopened", sequence=ticket.version + 1)
    trail = (*ticket.trail, Step(ticket.version + 1, "ticket.reopened"))
    put(sound, ticket, status="open", version=ticket.version + 1, trail=trail)
    assert [one.words for one in judge(sound.history, sound.seen).ghosts] != []
    sound.call("reply", ticket.id, state="unknown")
    assert judge(sound.history, sound.seen).whole


def test_events_of_other_tickets_are_not_judged() -> None:
    sound = Sound()
    sound.ticket()
    stranger = Fact("e", "kefu.ticket", "ticket.opened", "x", 5, "x", "t", {"topic": "billing"})
    sound.seen.facts.append(stranger)
    assert judge(sound.history, sound.seen).whole
