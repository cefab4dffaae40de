"""What the customers room says to people."""

from __future__ import annotations

import re
from pathlib import Path

import ticket_svc
from ticket_svc.customers.messages import TRAIL, VISITOR


def test_every_text_is_there_in_every_language() -> None:
    assert TRAIL["zh"].keys() == TRAIL["en"].keys()
    assert VISITOR.keys() == TRAIL.keys()


def test_every_step_of_a_customers_trail_has_a_text() -> None:
    package = Path(ticket_svc.__file__).parent
    sources = [
        path.read_text() for room in ("customers", "joining", "rights") for path in (package / room).glob("*.py")
    ]
    steps = {name for text in sources for name in re.findall(r'step\(\s*"(customer\.\w+)"', text)}
    said = {"customer.tier_changed", "customer.merged", "customer.unmerged"}
    assert steps | said == TRAIL["zh"].keys()
    assert len(steps) > 3
