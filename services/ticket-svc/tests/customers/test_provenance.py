"""Where an identity came from."""

from __future__ import annotations

import pytest

from common.testing.stage import a_caller
from ticket_svc.customers.provenance import Provenance, brought_by, source_of


@pytest.mark.parametrize(
    ("kind", "channel", "source"),
    [
        ("customer", "chat", "self"),
        ("user", "phone", "agent"),
        ("user", "import", "import"),
        ("key", "api", "integration"),
        ("key", "wechat", "channel"),
        ("key", "import", "import"),
    ],
)
def test_source_is_who_brought_it_and_over_what(kind: str, channel: str, source: str) -> None:
    assert source_of(kind, channel) == source


def test_who_brought_it_is_kept() -> None:
    who = a_caller("agent", name="小王")
    assert brought_by(who) == Provenance("agent", "person", who.id, "小王")
