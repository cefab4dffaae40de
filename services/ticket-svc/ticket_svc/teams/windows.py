"""How long what stays open: until when a resolved ticket may be reopened, when it closes, when that is announced."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Windows:
    """The windows that a ticket goes by; every length counts from its resolution."""

    close_after: timedelta
    """Then it closes by itself."""
    notice_before: timedelta = timedelta(0)
    """So long before it closes, the customer is told; nothing: they are not."""
    reopen_within: timedelta | None = None
    """A customer's reply after this opens a follow-up instead; None: as long as the ticket is not closed."""
    thanks_stay: bool = True
    """Whether a reply that only says thanks leaves the ticket as it is."""

    def may_reopen(self, resolved_at: datetime, now: datetime) -> bool:
        """Whether a customer's reply at `now` reopens a ticket that was resolved then."""
        return self.reopen_within is None or now - resolved_at <= self.reopen_within

    def notice_at(self, resolved_at: datetime) -> datetime | None:
        """When the customer is told that the ticket is about to close; None when they are not."""
        if not timedelta(0) < self.notice_before < self.close_after:
            return None
        return resolved_at + self.close_after - self.notice_before


def windows_of_team(
    standard: Windows,
    *,
    close_days: int | None,
    notice_days: int | None,
    reopen_days: int | None,
    thanks_stay: bool,
) -> Windows:
    """A team's windows: its own where it has them, else the standard ones."""
    return Windows(
        close_after=standard.close_after if close_days is None else timedelta(days=close_days),
        notice_before=standard.notice_before if notice_days is None else timedelta(days=notice_days),
        reopen_within=standard.reopen_within if reopen_days is None else timedelta(days=reopen_days),
        thanks_stay=thanks_stay,
    )
