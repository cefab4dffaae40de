"""Which column becomes which field, and what a row becomes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kefu_local.bring_in.command import given as given_pairs
from kefu_local.bring_in.mapping import BadRow, CannotMap, Source, body, external_id, mapping, row_id
from kefu_local.bring_in.ready import ready
from kefu_local.bring_in.rows import Row
from kefu_local.refused import Refused

TICKETS = Source("tickets", "crm")
ARTICLES = Source("articles", "wiki", publish=True)


def test_columns_are_guessed_in_english_and_chinese() -> None:
    assert mapping("tickets", ["id", "product", "narrative"], {}) == {
        "id": "id",
        "topic": "product",
        "text": "narrative",
    }
    assert mapping("tickets", ["工单号", "内容", "客户姓名", "手机"], {}) == {
        "text": "内容",
        "customer.name": "客户姓名",
        "customer.phone": "手机",
        "id": "工单号",
    }
    assert mapping("articles", ["ID", "Title", "Body", "Locale"], {})["locale"] == "Locale"


def test_what_is_said_wins_over_what_is_guessed() -> None:
    assert mapping("tickets", ["text", "narrative"], {"narrative": "text"}) == {"text": "narrative"}


def test_a_column_serves_one_field_only() -> None:
    found = mapping("articles", ["question", "text"], {"text": "title", "question": "body"})
    assert found == {"title": "text", "body": "question"}


def test_what_cannot_be_mapped_is_said_with_what_there_is() -> None:
    with pytest.raises(CannotMap, match=r"No column looks like text; .* There are: a, b"):
        mapping("tickets", ["a", "b"], {})
    with pytest.raises(CannotMap, match="no column x; there are: a"):
        mapping("tickets", ["a"], {"x": "text"})
    with pytest.raises(CannotMap, match="no field colour"):
        mapping("tickets", ["a"], {"a": "colour"})


def test_pairs_are_column_equals_field() -> None:
    assert given_pairs(["narrative=text", "a=b=topic"]) == {"narrative": "text", "a=b": "topic"}
    with pytest.raises(Refused, match="COLUMN=FIELD"):
        given_pairs(["narrative"])


def test_a_ticket_is_marked_as_imported_and_belongs_to_its_customer() -> None:
    values = {"id": "7", "text": "Hello", "name": "王芳", "email": "w@example.com", "product": " Card\n x "}
    made = body(TICKETS, values, mapping("tickets", list(values), {}), "7")
    assert made == {
        "text": "Hello",
        "topic": "Card x",
        "customer": {"name": "王芳", "email": "w@example.com"},
        "channel": "import",
        "external_id": "crm:7",
    }


def test_customers_nothing_is_known_of_share_one_that_says_so() -> None:
    found = {"text": "text", "customer.name": "name"}
    assert body(TICKETS, {"text": "a"}, found, "1")["customer"] == {
        "name": "crm (unknown)",
        "external_id": "crm:unknown",
    }
    assert body(TICKETS, {"text": "a", "name": "Li"}, found, "2")["customer"] == {"name": "Li", "external_id": "crm:Li"}


def test_a_tickets_customer_number_is_that_of_the_customers_file() -> None:
    found = {"text": "text", "customer.external_id": "customer_id"}
    ticket = body(TICKETS, {"text": "a", "customer_id": "42"}, found, "1")
    customer = body(Source("customers", "crm"), {"name": "Li", "id": "42"}, {"name": "name", "id": "id"}, "42")
    assert ticket["customer"]["external_id"] == customer["external_id"] == "crm:42"


def test_an_article_without_title_takes_its_first_line() -> None:
    values = {"body": "How to return\nSend it back.", "locale": "zh_cn", "keywords": "a，b; c"}
    made = body(ARTICLES, values, {name: name for name in values}, "1")
    assert (made["title"], made["locale"], made["keywords"]) == ("How to return", "zh-CN", ["a", "b", "c"])
    assert made["publish"] is True


def test_an_empty_needed_value_is_a_bad_row() -> None:
    with pytest.raises(BadRow, match=r"text \(column narrative\) is empty"):
        body(TICKETS, {"id": "1"}, {"text": "narrative", "id": "id"}, "1")


@given(st.text(min_size=1, max_size=2000), st.text(min_size=1, max_size=300))
def test_an_external_id_always_fits_and_is_stable(own: str, name: str) -> None:
    source = Source("tickets", name)
    assert len(external_id(source, own)) <= 255
    assert external_id(source, own) == external_id(source, own)


@given(st.dictionaries(st.text(), st.text(), min_size=1))
def test_a_row_without_id_is_named_by_its_content_whatever_the_order(values: dict[str, str]) -> None:
    turned = dict(reversed(values.items()))
    assert row_id(values, {}) == row_id(turned, {})


def test_equal_rows_without_id_stay_two_and_bad_rows_stop_nothing() -> None:
    refused: list[tuple[int, str]] = []
    given_rows = [Row(2, {"text": "same"}), Row(3, {"text": "same"}), Row(4, wrong="torn"), Row(5, {"subject": "x"})]
    made = list(ready(given_rows, TICKETS, {"text": "text"}, lambda line, why: refused.append((line, why))))
    assert made[1].external_id == f"{made[0].external_id}-2"
    assert refused == [(4, "torn"), (5, "text (column text) is empty")]


def test_an_id_that_stands_twice_is_refused_the_second_time() -> None:
    refused: list[tuple[int, str]] = []
    given_rows = [Row(2, {"text": "a", "id": "1"}), Row(3, {"text": "b", "id": "1"})]
    found = {"text": "text", "id": "id"}
    made = list(ready(given_rows, TICKETS, found, lambda line, why: refused.append((line, why))))
    assert [row.external_id for row in made] == ["crm:1"]
    assert refused == [(3, "id 1 stands in line 2 already")]
