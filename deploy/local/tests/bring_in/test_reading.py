"""Reading files: encodings, CSV, JSON lines, and rows that are damaged."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.testing import shared_data
from kefu_local.bring_in.encoding import encoding_of
from kefu_local.bring_in.rows import Row, Unreadable, delimiter_of, rows, shape_of

CHINESE = "编号,内容\n1,快递一直没有到，客服也不回复\n"
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), min_size=1).filter(
    lambda text: text.strip() == text
)


def read(text: str) -> list[Row]:
    return list(rows(io.StringIO(text, newline=""), "csv"))


def read_json(text: str) -> list[Row]:
    return list(rows(io.StringIO(text), "jsonl"))


@pytest.mark.parametrize(
    ("encoded", "expected"),
    [
        (CHINESE.encode(), "utf-8"),
        (CHINESE.encode("utf-8-sig"), "utf-8-sig"),
        (CHINESE.encode("gbk"), "gb18030"),
        (CHINESE.encode("gb18030") + "𠮷".encode("gb18030"), "gb18030"),
        (CHINESE.encode("utf-16"), "utf-16"),
        (b"id,text\n1,plain\n", "utf-8"),
        (b"", "utf-8"),
        ((CHINESE * 50).encode() + b"\xff\n", "utf-8"),
    ],
)
def test_the_encoding_is_recognised(encoded: bytes, expected: str) -> None:
    assert encoding_of([encoded]) == expected


@given(st.integers(1, 40))
def test_the_encoding_does_not_depend_on_where_a_chunk_ends(size: int) -> None:
    for expected in ("utf-8", "gb18030"):
        encoded = CHINESE.encode(expected)
        assert encoding_of(encoded[start : start + size] for start in range(0, len(encoded), size)) == expected


@given(st.lists(st.tuples(TEXT, TEXT), max_size=8))
def test_whatever_csv_can_quote_is_read_back(written: list[tuple[str, str]]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([("id", "text"), *written])
    found = read(out.getvalue())
    assert [row.wrong for row in found] == [None] * len(written)
    assert [(row.values["id"], row.values["text"]) for row in found] == written


def test_a_row_tells_the_line_it_begins_on() -> None:
    found = read('id,text\n1,"two\nlines"\n\n2,x\n')
    assert [(row.line, row.values["id"]) for row in found] == [(2, "1"), (5, "2")]


def test_a_row_with_another_number_of_columns_is_bad_and_holds_up_nothing() -> None:
    found = read("id,text\n1\n2,b,c\n3,ok\n")
    assert [row.wrong for row in found] == ["has 1 columns, the header has 2", "has 3 columns, the header has 2", None]


def test_an_unclosed_quote_is_said_rather_than_lost() -> None:
    assert len(read('id,text\n1,"never closed\n2,x\n')) == 1


def test_damaged_bytes_and_nul_are_said_with_their_column() -> None:
    damaged = b"id,text\n1,a\xff\n2,ok\n".decode("utf-8", "surrogateescape")
    assert [row.wrong for row in read(damaged)] == [
        "column text holds bytes that are not text in the file's encoding",
        None,
    ]
    assert read_json(json.dumps({"text": "a\0b"}) + "\n")[0].wrong == "column text holds a NUL character"


def test_empty_files_and_doubled_columns_are_refused_as_a_whole() -> None:
    with pytest.raises(Unreadable, match="empty"):
        read("")
    with pytest.raises(Unreadable, match="twice: id"):
        read("id,id\n1,2\n")


def test_semicolons_and_tabs_separate_too() -> None:
    assert [delimiter_of(header) for header in ("a;b;c", "a\tb", "a,b", "a|b", "a")] == [";", "\t", ",", "|", ","]


def test_json_lines_are_flattened_and_null_is_nothing() -> None:
    text = '{"id": 7, "customer": {"name": "王", "email": null}, "tags": ["a", 1], "vip": true}\n\n'
    expected = {"id": "7", "customer.name": "王", "tags": "a,1", "vip": "true"}
    assert read_json(text) == [Row(1, expected)]


def test_a_torn_or_foreign_json_line_is_bad_and_holds_up_nothing() -> None:
    found = read_json('{"a": 1}\n[1]\n{"a": \n{"a": 2}\n')
    assert [(row.line, row.wrong is None) for row in found] == [(1, True), (2, False), (3, False), (4, True)]
    assert found[1].wrong == "is list, not a JSON object"


def test_the_shape_is_told_by_name_else_by_the_first_character() -> None:
    assert [
        shape_of(name, head) for name, head in (("a.NDJSON", ""), ("a.csv", "{"), ("a", ' {"x"'), ("a", "id,x"))
    ] == [
        "jsonl",
        "csv",
        "jsonl",
        "csv",
    ]


def test_real_complaints_and_articles_are_read_without_a_bad_row() -> None:
    with (shared_data() / "feedback" / "cfpb_narratives_en.csv").open(encoding="utf-8", newline="") as file:
        complaints = list(rows(file, "csv"))
    with (shared_data() / "kb" / "corpus.jsonl").open(encoding="utf-8") as file:
        articles = list(rows(file, "jsonl"))
    assert (len(complaints), len(articles)) == (1968, 12352)
    assert not [row for row in (*complaints, *articles) if row.wrong]
