from hypothesis import given
from hypothesis import strategies as st

from common.bus import Record
from common.bus.acknowledged import MAX_RECORD_BYTES, after_first_failure, too_large

sends = st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=30)


@given(sends)
def test_after_the_first_failure_of_a_key_its_later_records_count_as_failed(send: list[tuple[str, bool]]) -> None:
    records = [Record("t", key, b"") for key, _ in send]
    answer = after_first_failure(records, [yes for _, yes in send])
    for key in "abc":
        of_key = [said for record, said in zip(records, answer, strict=True) if record.key == key]
        arrived = [yes for sent, yes in send if sent == key]
        first = arrived.index(False) if False in arrived else len(arrived)
        assert of_key == [True] * first + [False] * (len(of_key) - first)


def test_the_same_key_of_another_topic_is_another_key() -> None:
    assert after_first_failure([Record("t", "a", b""), Record("u", "a", b"")], [False, True]) == [False, True]


def test_the_size_of_a_record_counts_key_and_headers() -> None:
    assert not too_large(Record("t", "k", b"x" * (MAX_RECORD_BYTES - 1)))
    assert too_large(Record("t", "k", b"x" * (MAX_RECORD_BYTES - 1), {"a": ""}))
    assert too_large(Record("t", "客", b"x" * (MAX_RECORD_BYTES - 2)))
