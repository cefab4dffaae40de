"""What a ticket is found by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from common.words import LONGEST
from ticket_svc.search.terms import BLOCK, MOST_BYTES, block, month, terms, vector


def test_every_term_of_every_text_is_there_once() -> None:
    assert terms(["退款", "退款 Refunds", "refund"]) == ["退款", "款", "refund"]


def test_the_last_character_of_a_run_is_a_term_so_that_one_character_finds_it() -> None:
    assert set(terms(["我的猫，真好"])) == {"我的", "的猫", "猫", "真好", "好"}


def test_no_more_is_kept_than_postgres_takes() -> None:
    long = [" ".join(f"{number:064d}" for number in range(start, start + 5_000)) for start in (0, 5_000)]
    kept = terms(long)
    assert len(kept) == MOST_BYTES // LONGEST
    assert kept[0] == f"{0:064d}"


def test_tickets_of_a_block_share_a_mark() -> None:
    assert block(0) == block(BLOCK - 1) == "#b0"
    assert block(BLOCK) == "#b1"


def test_the_month_is_that_of_utc() -> None:
    shanghai = timezone(timedelta(hours=8))
    assert month(datetime(2026, 3, 1, 7, 0, tzinfo=shanghai)) == "#m202602"
    assert month(datetime(2026, 3, 1, 0, 0, tzinfo=UTC)) == "#m202603"


@given(st.lists(st.text(), max_size=5))
def test_nothing_that_anybody_writes_breaks_out_of_the_vector(texts: list[str]) -> None:
    found = terms(texts)
    assert not any(mark in term for term in found for mark in ("'", "\\", "#", " ", "\0"))
    assert vector(found).count("'") == 2 * len(found)
