"""Definitions to ask about, and random conditions over them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from hypothesis import strategies as st

from ticket_svc.conditions.subjects import OWN, operators_of, subject_of
from ticket_svc.fields.definitions import Choice, Definitions, Field, FormField, TicketType

REGIONS = (Choice("cn", choices=(Choice("sh"), Choice("bj", active=False))), Choice("us", choices=(Choice("sh"),)))
COLOURS = (Choice("red"), Choice("blue"), Choice("green", active=False))
FIELDS = {
    "note": Field("note", "text"),
    "amount": Field("amount", "number"),
    "bought": Field("bought", "date"),
    "gift": Field("gift", "boolean"),
    "colour": Field("colour", "choice", COLOURS),
    "colours": Field("colours", "multi_choice", COLOURS),
    "region": Field("region", "cascade", REGIONS),
    "old": Field("old", "text", active=False),
}
KNOWN = Definitions(
    UUID(int=7),
    {
        "request": TicketType("request"),
        "return": TicketType("return", form=tuple(FormField(field) for field in FIELDS.values() if field.active)),
    },
    FIELDS,
)
AGENTS = [UUID(int=number) for number in (1, 2)]
TEXTS = ["refund late", "退款 100%", "a_b\\c", "%"]
NUMBERS = [-1, 0, 0.1, 2, 2.5, 10**9]
DATES = ["2025-12-31", "2026-03-16", "2026-04-01"]
TAGS = ["vip", "退款", "late"]


@pytest.fixture(scope="session")
def known() -> Definitions:
    """Types and fields of every kind."""
    return KNOWN


def spans() -> st.SearchStrategy[Any]:
    """Times as conditions say them."""
    lengths = st.builds(lambda unit, n: {unit: n}, st.sampled_from(["minutes", "hours", "days"]), st.integers(0, 40))
    days = st.sampled_from(["today", "yesterday", "tomorrow", "this_week", "this_month"])
    zones = st.sampled_from(["Asia/Shanghai", "UTC", "America/New_York"])
    return st.one_of(
        st.sampled_from(["2026-03-16T09:00:00+08:00", "2026-03-10T00:00:00Z"]),
        lengths.map(lambda length: {"ago": length}),
        lengths.map(lambda length: {"ahead": length}),
        st.builds(lambda day, zone: {"day": day, "zone": zone}, days, zones),
    )


def values(name: str, operator: str) -> st.SearchStrategy[Any]:
    """Values that fit this property and operator."""
    subject = subject_of(name, KNOWN)
    if operator in ("is_empty", "is_not_empty"):
        return st.none()
    one: dict[str, st.SearchStrategy[Any]] = {
        "word": st.sampled_from(sorted(subject.words or ["returns", "billing"])),
        "phrase": st.sampled_from(["TICKET", "icket 7", "t 1", "退款", "nothing like it"]),
        "person": st.sampled_from(["me", "none", *map(str, AGENTS)]),
        "tags": st.sampled_from(TAGS),
        "moment": spans(),
        "flag": st.booleans(),
        "text": st.sampled_from([*TEXTS, "refund", "%", "_"]),
        "number": st.sampled_from(NUMBERS),
        "date": st.sampled_from(DATES) | st.just({"day": "this_month", "zone": "Asia/Shanghai"}),
        "choice": st.sampled_from([choice.key for choice in COLOURS]),
        "choices": st.sampled_from([choice.key for choice in COLOURS]),
        "path": st.sampled_from([["cn"], ["cn", "sh"], ["us"], ["us", "sh"], ["cn", "bj"]]),
    }
    several = operator in ("in", "not_in", "has_any", "has_all", "has_none", "contains_any", "contains_none")
    return st.lists(one[subject.shape], min_size=1, max_size=3) if several else one[subject.shape]


@st.composite
def terms(draw: st.DrawFn) -> dict[str, Any]:
    """A term about anything that can be asked."""
    name = draw(st.sampled_from(["type", *OWN, *(f"fields.{key}" for key in FIELDS if key != "old")]))
    operator = draw(st.sampled_from(operators_of(subject_of(name, KNOWN))))
    return {"field": name, "operator": operator, "value": draw(values(name, operator))}


def groups(levels: int = 3) -> st.SearchStrategy[dict[str, Any]]:
    """Conditions up to so many groups deep."""
    part = terms() if levels == 1 else terms() | groups(levels - 1)
    return st.dictionaries(
        st.sampled_from(["all", "any"]), st.lists(part, min_size=1, max_size=3), min_size=1, max_size=1
    )


@pytest.fixture(scope="session")
def conditions() -> st.SearchStrategy[dict[str, Any]]:
    """Random conditions, as JSON."""
    return groups()
