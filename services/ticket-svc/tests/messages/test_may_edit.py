"""Who may write a message anew."""

from __future__ import annotations

from typing import Any

import pytest

from ticket_svc.messages.may_edit import may_edit


@pytest.mark.parametrize(
    ("author", "is_author", "edits_others", "may"),
    [
        ("agent", True, False, True),
        ("agent", False, True, True),
        ("agent", False, False, False),
        ("assistant", True, False, True),
        ("rule", False, True, True),
        ("customer", True, True, False),
        ("system", False, True, False),
    ],
)
def test_own_words_and_those_of_colleagues(author: Any, *, is_author: bool, edits_others: bool, may: bool) -> None:
    assert may_edit(author, is_author=is_author, edits_others=edits_others) is may
