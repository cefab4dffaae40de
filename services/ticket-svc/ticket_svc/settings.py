"""What ticket-svc is told from outside, beyond what every service is told."""

from datetime import timedelta

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from common.settings import Settings as Shared


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

    @property
    def auto_close_after(self) -> timedelta:
        """How long a resolved ticket may still be reopened."""
        return timedelta(days=self.auto_close_days)
