"""A desk on which every operation finds something."""

from __future__ import annotations

from integration.desk import Desk
from integration.preparing import answers, people, settings, tickets
from integration.preparing.prepared import Prepared


def prepare(desk: Desk) -> Prepared:
    """Let there be a thing for every operation, in the state that it asks for."""
    ready = Prepared()
    people.people(desk, ready)
    tickets.tickets(desk, ready)
    settings.fields(desk, ready)
    settings.views(desk, ready)
    settings.rules(desk, ready)
    settings.macros(desk, ready)
    tickets.messages(desk, ready)
    people.customers(desk, ready)
    people.rights(desk, ready)
    answers.offers(desk, ready)
    tickets.lives(desk, ready)
    tickets.incidents(desk, ready)
    answers.answers(desk, ready)
    answers.articles(desk, ready)
    answers.copies(desk, ready)
    return ready
