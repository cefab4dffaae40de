"""What ticket-svc is told from outside, beyond what every service is told."""

from datetime import timedelta

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from common.settings import Settings as Shared
from ticket_svc.teams.windows import Windows


class Settings(Shared):
    """The shared settings and this service's own."""

    model_config = SettingsConfigDict(env_prefix="KEFU_", extra="ignore", populate_by_name=True)

    auto_close_days: int = Field(
        default=4,
        ge=1,
        le=28,
        validation_alias="TICKET_AUTO_CLOSE_DAYS",
        description="Days after which a resolved ticket closes for good.",
    )

    close_notice_days: int = Field(
        default=1,
        ge=0,
        le=27,
        validation_alias="TICKET_CLOSE_NOTICE_DAYS",
        description="Days before it closes on which the customer is told; 0: they are not.",
    )
    reopen_days: int | None = Field(
        default=None,
        ge=0,
        le=28,
        validation_alias="TICKET_REOPEN_DAYS",
        description="Days in which a customer's reply reopens a resolved ticket; unset: until it is closed.",
    )

    backup_days: int = Field(
        default=35,
        ge=0,
        validation_alias="TICKET_BACKUP_DAYS",
        description="Days for which backups of the databases are kept: the receipt of an erasure says until when.",
    )
    bus_days: int = Field(
        default=7,
        ge=0,
        validation_alias="TICKET_BUS_DAYS",
        description="Days for which the bus keeps events: the retention of its topics.",
    )

    @property
    def windows(self) -> Windows:
        """The windows of a ticket without a team."""
        return Windows(
            close_after=timedelta(days=self.auto_close_days),
            notice_before=timedelta(days=self.close_notice_days),
            reopen_within=None if self.reopen_days is None else timedelta(days=self.reopen_days),
        )
