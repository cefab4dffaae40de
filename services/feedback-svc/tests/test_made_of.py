from datetime import timedelta

import pytest
from pydantic import ValidationError

from common.contracts.base import REGISTRY
from common.testing.stage import Stage
from feedback_svc.made_of import SERVICE
from feedback_svc.settings import Settings

GIVEN = {
    "KEFU_DATABASE_URL": "postgresql://feedback@127.0.0.1:1/feedback",
    "KEFU_BUS": "kafka://127.0.0.1:1",
    "KEFU_IDENTITY_PUBLIC_KEY": "a key",
    "KEFU_SIGNING_SECRET": "a secret of at least 32 characters!",
}


def settings_from(monkeypatch: pytest.MonkeyPatch, **more: str) -> Settings:
    """The settings, as a process with this environment would read them."""
    for name, value in {**GIVEN, **more}.items():
        monkeypatch.setenv(name, value)
    return Settings()


def test_without_more_a_customer_is_asked_after_an_hour_and_once_in_30_days(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_from(monkeypatch)
    assert settings.survey_delay == timedelta(hours=1)
    assert settings.survey_every == timedelta(days=30)
    assert settings.recover_within == timedelta(hours=24)


def test_the_environment_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_from(
        monkeypatch,
        FEEDBACK_SURVEY_DELAY_SECONDS="0",
        FEEDBACK_SURVEY_EVERY_DAYS="0",
        FEEDBACK_RECOVERY_HOURS="4",
    )
    assert settings.survey_delay == timedelta(0)
    assert settings.survey_every == timedelta(0)
    assert settings.recover_within == timedelta(hours=4)


@pytest.mark.parametrize(
    "wrong",
    [
        {"FEEDBACK_SURVEY_DELAY_SECONDS": "-1"},
        {"FEEDBACK_SURVEY_EVERY_DAYS": "often"},
        {"FEEDBACK_RECOVERY_HOURS": "0"},
        {"KEFU_SIGNING_SECRET": "short"},
    ],
)
def test_a_wrong_setting_is_refused(monkeypatch: pytest.MonkeyPatch, wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as refused:
        settings_from(monkeypatch, **wrong)
    (error,) = refused.value.errors()
    assert str(error["loc"][0]).upper() in next(iter(wrong))


@pytest.mark.asyncio
async def test_the_inbox_names_of_the_listeners_never_change(stage: Stage) -> None:
    # Under another name every event of the last weeks would be heard for a first time again.
    assert sorted(listen.name for listen in stage.service.listens) == [
        "customer.erased>erase_customer",
        "customer.merged>on_customer_merged",
        "customer.unmerged>on_customer_unmerged",
        "message.redacted>take_over_subject",
        "ticket.deleted>delete_tickets",
        "ticket.erased>erase_tickets",
        "ticket.reopened>withdraw_survey",
        "ticket.resolved>plan_surveys",
    ]
    assert sorted(stage.service.timers) == ["recovery.overdue", "survey.send"]


def test_the_service_says_what_the_contracts_ascribe_to_it() -> None:
    by_owner = {type_: event.OWNER for type_, event in REGISTRY.items()}
    said = {type_ for type_, owner in by_owner.items() if owner == SERVICE.owner}
    assert said == {
        *("survey.sent", "survey.answered", "recovery.opened", "recovery.overdue", "recovery.closed"),
        "feedback.copies_erased",
    }
