"""What routing-svc is told from outside, beyond what every service is."""

from datetime import timedelta
from functools import lru_cache

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from common.settings import Settings as Shared


class Timing(BaseSettings):
    """How long agents have, and how long a refusal counts; listeners and timers get no settings and ask `timing`."""

    model_config = SettingsConfigDict(extra="ignore", populate_by_name=True)

    offer_seconds: int = Field(
        default=30,
        ge=5,
        le=3600,
        validation_alias="ROUTING_OFFER_SECONDS",
        description="How long an agent may consider an offer.",
    )
    cooldown_seconds: int = Field(
        default=300,
        ge=0,
        le=86_400,
        validation_alias="ROUTING_COOLDOWN_SECONDS",
        description="How long a refused ticket is not offered to the same agent again.",
    )

    @property
    def offer_lifetime(self) -> timedelta:
        """How long an offer may be accepted."""
        return timedelta(seconds=self.offer_seconds)

    @property
    def cooldown(self) -> timedelta:
        """How long a refusal (declined or expired) keeps a ticket from its agent."""
        return timedelta(seconds=self.cooldown_seconds)


@lru_cache
def timing() -> Timing:
    """The timing of this process, read from the environment once."""
    return Timing()


class Settings(Shared):
    """The settings of routing-svc."""

    timing: Timing = Field(default_factory=timing)
    """Here so that a wrong value is found when the service starts, and not at the first offer."""
