"""Whether a condition holds of a ticket."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from ticket_svc.conditions.check import check
from ticket_svc.conditions.evaluate import _ASK, holds
from ticket_svc.conditions.subjects import OPERATORS
from ticket_svc.fields.definitions import Definitions

NOW = datetime(2026, 3, 16, 1, tzinfo=UTC)
ME, OTHER = UUID(int=1), UUID(int=2)
TICKET: dict[str, Any] = {
    "status": "open",
    "priority": "high",
    "channel": "email",
    "language": "zh",
    "type": "return",
    "customer_tier": "vip",
    "topic": None,
    "subject": "退款 Refund",
    "agent_id": ME,
    "tags": ["vip", "退款"],
    "opened_at": NOW - timedelta(hours=5),
    "updated_at": NOW - timedelta(minutes=5),
    "response_due_at": NOW - timedelta(hours=1),
    "resolution_due_at": NOW + timedelta(hours=3),
    "responded_at": None,
    "resolved_at": None,
    "response_breached_at": NOW - timedelta(hours=1),
    "resolution_breached_at": None,
    "fields": {"amount": 0, "gift": False, "region": ["cn", "sh"], "colours": ["red"], "note": "退款 100%"},
}


@pytest.mark.parametrize(
    ("field", "operator", "value", "expected"),
    [
        ("status", "in", ["new", "open"], True),
        ("tier", "is", "vip", True),
        ("topic", "is_not", "billing", True),
        ("topic", "not_in", ["billing"], True),
        ("topic", "in", ["billing"], False),
        ("topic", "is_empty", None, True),
        ("subject", "contains_any", ["发票", "REFUND"], True),
        ("subject", "contains_any", ["发票"], False),
        ("subject", "contains_none", ["款 r"], False),
        ("subject", "contains_none", ["发票"], True),
        ("agent_id", "is", "me", True),
        ("agent_id", "in", [str(OTHER), "none"], False),
        ("agent_id", "is_not", "none", True),
        ("tags", "has_all", ["VIP", "退款"], True),
        ("tags", "has_all", ["vip", "late"], False),
        ("tags", "has_none", ["late"], True),
        ("opened_at", "before", {"ago": {"hours": 4}}, True),
        ("opened_at", "after", {"ago": {"hours": 4}}, False),
        ("opened_at", "before", {"ago": {"hours": 5}}, False),
        ("opened_at", "on", {"day": "yesterday", "zone": "UTC"}, True),
        ("opened_at", "on", {"day": "today", "zone": "Asia/Shanghai"}, True),
        ("resolution_due_at", "before", {"ahead": {"hours": 4}}, True),
        ("responded_at", "before", {"ahead": {"hours": 4}}, False),
        ("breached", "is", True, True),
        ("resolution_breached", "is", False, True),
        ("fields.amount", "is_empty", None, False),
        ("fields.amount", "at_least", 0, True),
        ("fields.gift", "is", False, True),
        ("fields.gift", "is_empty", None, False),
        ("fields.region", "under", ["cn"], True),
        ("fields.region", "not_under", ["us"], True),
        ("fields.colour", "is_not", "red", True),
        ("fields.colour", "is_empty", None, True),
        ("fields.bought", "before", "2026-03-16", False),
        ("fields.bought", "is_not", "2026-03-16", True),
        ("fields.note", "contains", "100%", True),
        ("fields.note", "not_contains", "_", True),
    ],
)
def test_a_term_is_answered(known: Definitions, field: str, operator: str, value: Any, expected: bool) -> None:
    checked = check({"all": [{"field": field, "operator": operator, "value": value}]}, known)
    assert checked.faults == ()
    assert checked.condition is not None
    assert holds(checked.condition, TICKET, now=NOW, me=ME) is expected


def test_all_and_any_are_what_they_say(known: Definitions) -> None:
    yes = {"field": "status", "operator": "is", "value": "open"}
    no = {"field": "status", "operator": "is", "value": "closed"}
    for wanted, expected in (
        ({"all": [yes, yes]}, True),
        ({"all": [yes, no]}, False),
        ({"any": [no, yes]}, True),
        ({"any": [no, no]}, False),
        ({"all": [yes, {"any": [no, {"all": [yes, yes]}]}]}, True),
    ):
        condition = check(wanted, known).condition
        assert condition is not None
        assert holds(condition, TICKET, now=NOW, me=ME) is expected


def test_every_shape_has_its_question() -> None:
    assert _ASK.keys() == OPERATORS.keys()
