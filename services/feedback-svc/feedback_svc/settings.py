"""What feedback-svc is told from outside, beyond what every service is."""

from datetime import timedelta

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from common.settings import Settings as Shared


class Settings(Shared):
    """The settings of feedback-svc."""

    model_config = SettingsConfigDict(env_prefix="KEFU_", extra="ignore", populate_by_name=True)

    survey_delay_seconds: int = Field(
        default=3600,
        ge=0,
        le=30 * 86_400,
        validation_alias="FEEDBACK_SURVEY_DELAY_SECONDS",
        description="From the resolution to the survey; 0 asks at once.",
    )
    survey_every_days: int = Field(
        default=30,
        ge=0,
        le=3650,
        validation_alias="FEEDBACK_SURVEY_EVERY_DAYS",
        description="A customer is asked at most once in so many days of 24 hours; 0 asks every time.",
    )
    recovery_hours: int = Field(
        default=24,
        ge=1,
        le=8760,
        validation_alias="FEEDBACK_RECOVERY_HOURS",
        description="Within how many hours a low score must be made good.",
    )

    @property
    def survey_delay(self) -> timedelta:
        """From the resolution to the survey."""
        return timedelta(seconds=self.survey_delay_seconds)

    @property
    def survey_every(self) -> timedelta:
        """How long a customer is left alone after a survey; zero for not at all."""
        return timedelta(days=self.survey_every_days)

    @property
    def recover_within(self) -> timedelta:
        """How long there is to make a low score good."""
        return timedelta(hours=self.recovery_hours)
