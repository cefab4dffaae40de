"""Settings of ticket-svc."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from common.testing.stage import SECRET
from ticket_svc.settings import Settings
from ticket_svc.teams.windows import Windows

SHARED: dict[str, Any] = {
    "database_url": "postgresql://x",
    "bus": "kafka://x:1",
    "identity_public_key": "x",
    "signing_secret": SECRET,
}


def test_tickets_close_after_four_days_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings(**SHARED).windows == Windows(timedelta(days=4), timedelta(days=1))
    monkeypatch.setenv("TICKET_AUTO_CLOSE_DAYS", "7")
    monkeypatch.setenv("TICKET_CLOSE_NOTICE_DAYS", "0")
    monkeypatch.setenv("TICKET_REOPEN_DAYS", "3")
    assert Settings(**SHARED).windows == Windows(timedelta(days=7), timedelta(0), timedelta(days=3))


@pytest.mark.parametrize("days", ["0", "29", "soon"])
def test_senseless_days_are_refused(monkeypatch: pytest.MonkeyPatch, days: str) -> None:
    monkeypatch.setenv("TICKET_AUTO_CLOSE_DAYS", days)
    with pytest.raises(ValidationError):
        Settings(**SHARED)
