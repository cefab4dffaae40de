"""Every setting is known, documented and checked by its name."""

from kefu_local.configuration.known import settings_of
from kefu_local.configuration.mistakes import Told, mistakes
from kefu_local.configuration.page import PAGE, page
from kefu_local.plan import MEMBERS

NEEDED = ["KEFU_DATABASE_URL", "KEFU_BUS", "KEFU_IDENTITY_PUBLIC_KEY", "KEFU_SIGNING_SECRET"]


def test_the_page_is_what_the_models_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: .venv/bin/python -P -m kefu_local.configuration.page"


def test_every_setting_says_what_it_means() -> None:
    assert [name for member in MEMBERS for name, one in settings_of(member).items() if not one.meaning] == []


def test_settings_are_those_of_the_member_by_their_own_names() -> None:
    known = settings_of("routing")
    assert known["ROUTING_OFFER_SECONDS"].default == "30"
    assert "KEFU_TIMING" not in known
    assert known["KEFU_SIGNING_SECRET"].secret
    assert known["KEFU_SIGNING_SECRET"].default is None
    assert not known["KEFU_PORT"].secret
    assert settings_of("gateway")["KEFU_BOOTSTRAP_ADMIN_PASSWORD"].secret


def test_what_is_needed_is_enough_and_a_file_will_do() -> None:
    assert mistakes([Told("here", "ticket", NEEDED)]) == []
    assert mistakes([Told("here", "ticket", [f"{name}_FILE" for name in NEEDED])]) == []


def test_what_is_missing_or_unknown_is_named_with_its_place() -> None:
    told = Told("compose, ticket", "ticket", [*NEEDED[1:], "KEFU_PROT", "ROUTING_OFFER_SECONDS"])
    assert mistakes([told]) == [
        "compose, ticket: KEFU_PROT is no setting of ticket",
        "compose, ticket: ROUTING_OFFER_SECONDS is no setting of ticket",
        "compose, ticket: KEFU_DATABASE_URL is required and not given",
    ]


def test_no_file_variant_is_promised_where_none_is_read() -> None:
    assert mistakes([Told("here", "feedback", [*NEEDED, "FEEDBACK_RECOVERY_HOURS_FILE"])]) == [
        "here: FEEDBACK_RECOVERY_HOURS_FILE is no setting of feedback"
    ]
