from datetime import timedelta

import pytest
from pydantic import ValidationError

from routing_svc.settings import Timing


def test_the_timing_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROUTING_OFFER_SECONDS", "45")
    assert (Timing().offer_lifetime, Timing().cooldown) == (timedelta(seconds=45), timedelta(minutes=5))


def test_a_wrong_value_is_refused_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROUTING_OFFER_SECONDS", "1")
    with pytest.raises(ValidationError, match="ROUTING_OFFER_SECONDS"):
        Timing()
