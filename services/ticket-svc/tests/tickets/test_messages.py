"""What people read."""

from __future__ import annotations

from typing import get_args

from common.contracts.base import REGISTRY
from common.contracts.tickets import Language
from ticket_svc.listens import LISTENS
from ticket_svc.rights.answers import ANSWERS
from ticket_svc.tickets.messages import NO_SUBJECT, TRAIL


def test_both_languages_say_the_same_things() -> None:
    assert set(TRAIL) == set(NO_SUBJECT) == set(get_args(Language))
    assert set(TRAIL["zh"]) == set(TRAIL["en"])


def test_every_step_that_can_stand_on_a_trail_has_a_text() -> None:
    about_others = ("customer.", "organisation.", "team.")
    ours = {name for name, event in REGISTRY.items() if event.OWNER == "ticket" and not name.startswith(about_others)}
    ours -= {"ticket.deleted"}  # its trail goes with it
    ours |= {"customer.merged", "customer.unmerged"}  # whose a ticket is
    heard = {listen.event.TYPE for listen in LISTENS if listen.event.OWNER in ("kb", "feedback")}
    heard -= {answer.TYPE for answer in ANSWERS}  # these are for the receipt of an erasure
    assert ours | heard | {"ticket.followed_up"} == set(TRAIL["zh"])
