"""What can happen to a ticket that a rule hears of, and which events say so. Pure.

Nothing else wakes a rule: neither `ticket.imported`, which brings in history, nor what a rule wrote to a customer.
"""

from __future__ import annotations

from typing import Any, Literal

from common.contracts.base import Event
from common.contracts.feedback import SurveyAnswered
from common.contracts.tickets import (
    SlaBreached,
    SlaMet,
    TicketAbsorbed,
    TicketAssigned,
    TicketClosed,
    TicketHeld,
    TicketNoted,
    TicketOpened,
    TicketPended,
    TicketReopened,
    TicketReplied,
    TicketResolved,
    TicketResumed,
    TicketSnoozed,
    TicketTagged,
    TicketUpdated,
    TicketWoken,
)

Happening = Literal[
    "opened",
    "customer_replied",
    "customer_thanked",
    "agent_replied",
    "assistant_replied",
    "noted",
    "updated",
    "assigned",
    "tagged",
    "pended",
    "held",
    "resumed",
    "resolved",
    "reopened",
    "closed",
    "snoozed",
    "woken",
    "absorbed",
    "first_response_met",
    "first_response_missed",
    "resolution_met",
    "resolution_missed",
    "survey_answered",
]

_BY_TYPE: dict[type[Event], Happening | None] = {
    TicketOpened: "opened",
    TicketReplied: None,
    TicketNoted: "noted",
    TicketUpdated: "updated",
    TicketAssigned: "assigned",
    TicketTagged: "tagged",
    TicketPended: "pended",
    TicketHeld: "held",
    TicketResumed: "resumed",
    TicketResolved: "resolved",
    TicketReopened: "reopened",
    TicketClosed: "closed",
    TicketSnoozed: "snoozed",
    TicketWoken: "woken",
    TicketAbsorbed: "absorbed",
    SlaMet: None,
    SlaBreached: None,
    SurveyAnswered: "survey_answered",
}
EVENTS = tuple(_BY_TYPE)
"""The events that rules hear."""


def happening_of(event: Any) -> Happening | None:
    """What happened; None when no rule is to hear of it, as of the messages of rules."""
    if isinstance(event, TicketReplied):
        return _replied(event)
    if isinstance(event, SlaMet):
        return "first_response_met" if event.clock == "first_response" else "resolution_met"
    if isinstance(event, SlaBreached):
        return "first_response_missed" if event.clock == "first_response" else "resolution_missed"
    return _BY_TYPE.get(type(event))


def _replied(event: TicketReplied) -> Happening | None:
    if event.author_kind == "customer":
        return "customer_thanked" if event.said else "customer_replied"
    if event.author_kind == "rule":
        return None
    return "agent_replied" if event.author_kind == "agent" else "assistant_replied"
