"""Every setting is known, documented and checked by its name."""

import re
from pathlib import Path

from kefu_local.configuration.known import settings_of
from kefu_local.configuration.mistakes import Told, mistakes
from kefu_local.configuration.page import PAGE, page
from kefu_local.place import ROOT
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


def unknown_in(text: str) -> set[str]:
    """The variables that a text names and that neither a settings model nor anything that reads variables knows."""
    named = set(re.findall(r"\b(?:KEFU|TICKET|ROUTING|FEEDBACK)_[A-Z_]+[A-Z]\b", text))
    known = {name for member in MEMBERS for name in settings_of(member)}
    readers = [path.read_text(encoding="utf-8") for path in (ROOT / "kefu", ROOT / ".ci" / "run", *reading())]
    return {name for name in named - known if not any(name in reader for reader in readers)}


def reading() -> list[Path]:
    """Our programs, the compose files, and what runs the containers of the tests."""
    sources = [path for folder in ("libs", "gateway", "services", "deploy/local/kefu_local")
               for path in (ROOT / folder).rglob("*.py") if "tests" not in path.parts]  # fmt: skip
    return [*sources, *ROOT.glob("docker-compose*.yml"), *(ROOT / "tests" / "containers").glob("*.py")]


def pages() -> list[Path]:
    patterns = ("*.md", "docs/**/*.md", "deploy/**/*.md", "services/*/*.md", "gateway/*.md", "libs/*/*.md")
    return [found for pattern in patterns for found in ROOT.glob(pattern)]


def test_every_variable_that_the_documentation_names_exists() -> None:
    assert {"README.md", "deploy/README.md", "deploy/observability/README.md", "docs/decisions/0034-images.md"} <= {
        str(page.relative_to(ROOT)) for page in pages()
    }
    assert {page: found for page in pages() if (found := unknown_in(page.read_text(encoding="utf-8")))} == {}
    assert unknown_in("Set `KEFU_NO_SUCH_THING=1`.") == {"KEFU_NO_SUCH_THING"}
