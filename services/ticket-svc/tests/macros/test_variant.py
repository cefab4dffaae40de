"""In which language a macro speaks."""

from __future__ import annotations

import pytest

from common.contracts.tickets import Language
from ticket_svc.macros.variant import variant_of


@pytest.mark.parametrize(
    ("written", "asked", "ticket", "expected"),
    [
        (["zh", "en"], None, "zh", "zh"),
        (["zh", "en"], None, "en", "en"),
        (["zh"], None, "en", "zh"),
        (["en"], None, "zh", "en"),
        (["zh", "en"], "en", "zh", "en"),
        (["zh"], "en", "zh", None),
    ],
)
def test_the_language_is_the_one_asked_for_or_the_tickets_or_the_one_that_there_is(
    written: list[Language], asked: Language | None, ticket: Language, expected: Language | None
) -> None:
    assert variant_of(written, asked=asked, ticket=ticket) == expected
