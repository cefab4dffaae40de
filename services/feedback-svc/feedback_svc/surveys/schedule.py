"""Whether and when a customer is asked. Exact times: 30 days are 30 times 24 hours, never a calendar month."""

from datetime import datetime, timedelta

NEVER_ASKED = frozenset({"import"})
"""Channels whose tickets are history: their customers would be asked about something long past."""


def is_asked_about(channel: str) -> bool:
    """Whether tickets of this channel are surveyed."""
    return channel not in NEVER_ASKED


def due_at(resolved_at: datetime, delay: timedelta) -> datetime:
    """When the survey about a resolution is due."""
    return resolved_at + delay


def next_allowed(last_sent_at: datetime | None, every: timedelta) -> datetime | None:
    """From when on the customer may be asked again; None for at any time."""
    return last_sent_at + every if last_sent_at and every else None


def may_ask(last_sent_at: datetime | None, every: timedelta, now: datetime) -> bool:
    """Whether a customer who was last asked at `last_sent_at` may be asked now."""
    allowed_from = next_allowed(last_sent_at, every)
    return allowed_from is None or now >= allowed_from
