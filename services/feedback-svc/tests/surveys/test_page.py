import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.contracts.tickets import Language
from feedback_svc.surveys import page


class Seen(HTMLParser):
    """What a browser makes of a page: its elements, and the text of one of them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.mark.parametrize(("language", "lang"), [("zh", "zh-CN"), ("en", "en")])
def test_the_form_asks_for_five_scores_and_a_comment(language: Language, lang: str) -> None:
    seen = Seen(page.form(language, number=42, subject="x"))
    assert seen.all("html") == [{"lang": lang}]
    assert [radio["value"] for radio in seen.all("input")] == ["5", "4", "3", "2", "1"]
    assert seen.all("form") == [{"method": "post", "action": ""}]
    assert [area["name"] for area in seen.all("textarea")] == ["comment"]


def test_every_control_has_a_label() -> None:
    seen = Seen(page.form("en", number=42, subject="x"))
    assert seen.all("textarea")[0]["id"] in [label.get("for") for label in seen.all("label")]
    assert len([label for label in seen.all("label") if label.get("class") == "score"]) == 5
    assert seen.all("fieldset")
    assert seen.all("legend")


def test_nothing_is_chosen_beforehand_unless_it_was_answered() -> None:
    fresh = Seen(page.form("en", number=1, subject="x"))
    again = Seen(page.form("en", number=1, subject="x", score=2, comment="slow"))
    assert [radio for radio in fresh.all("input") if "checked" in radio] == []
    assert [radio["value"] for radio in again.all("input") if "checked" in radio] == ["2"]
    assert "slow" in "".join(again.text)


@given(st.text(), st.text())
def test_foreign_text_stays_text(subject: str, comment: str) -> None:
    html = page.form("zh", number=1, subject=subject + "<script>", score=1, comment=comment + "</textarea><img>")
    seen = Seen(html)
    assert seen.all("script") == []
    assert seen.all("img") == []


def test_pages_need_nothing_from_elsewhere_and_run_no_script() -> None:
    for html in (page.form("en", number=1, subject="x"), page.thanks("zh", 5), page.notice("en", "expired")):
        assert not re.search(r"<script|https?:|\son\w+=", html)
    assert page.HEADERS["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")


def test_thanks_says_what_stands() -> None:
    assert "2 分（不满意）" in page.thanks("zh", 2)
    assert "5 of 5 (Very satisfied)" in page.thanks("en", 5)
