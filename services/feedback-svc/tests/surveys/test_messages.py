import re

import pytest

from feedback_svc.surveys.messages import MESSAGES, preferred


def test_both_languages_say_the_same_things() -> None:
    assert MESSAGES["zh"].keys() == MESSAGES["en"].keys()


def test_both_languages_fill_in_the_same_values() -> None:
    blanks = {
        language: {name: sorted(re.findall(r"{\w+}", text)) for name, text in words.items()}
        for language, words in MESSAGES.items()
    }
    assert blanks["zh"] == blanks["en"]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", "zh"),
        ("en-US,en;q=0.9", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("fr,en;q=0.5,zh;q=0.4", "en"),
        ("de", "zh"),
        ("en;q=x, zh;q=0.1", "zh"),
    ],
)
def test_the_readers_language_is_chosen(header: str, expected: str) -> None:
    assert preferred(header) == expected
