import pytest

from kb_svc.search.unfinished import unfinished


@pytest.mark.parametrize(
    ("terms", "known", "expected"),
    [
        (["猫"], {"猫"}, ["猫"]),
        (["猫", "狗"], set(), ["猫", "狗"]),
        (["credit", "paym"], {"credit"}, ["paym"]),
        (["credit", "card"], {"credit", "card"}, []),
        (["paym", "card"], {"card"}, []),
        (["退款", "款流"], {"退款"}, []),
        ([], set(), []),
    ],
)
def test_single_characters_and_a_last_word_that_nobody_has_are_unfinished(
    terms: list[str], known: set[str], expected: list[str]
) -> None:
    assert unfinished(terms, known) == expected
