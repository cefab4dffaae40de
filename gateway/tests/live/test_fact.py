import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.contracts.base import wrap
from common.contracts.feedback import SurveySent
from common.contracts.kb import ArticleArchived
from common.ids import new_id
from common.testing.stage import MORNING
from gateway.live.fact import frame, read_fact


def envelope(event) -> bytes:
    return wrap(event, event_id=new_id(), subject=new_id(), sequence=1, now=MORNING, traceparent="")


def shown(fact) -> dict:
    return orjson.loads(fact.frame.split(b"data: ")[1])


def test_an_event_is_shown_byte_for_byte_under_its_id() -> None:
    raw = envelope(ArticleArchived(article_id=new_id()))
    fact = read_fact(raw)
    assert fact.type == "article.archived"
    assert fact.frame == b"id: " + fact.id.encode() + b"\ndata: " + raw + b"\n\n"


def test_the_link_of_a_survey_is_its_customers_alone() -> None:
    ids = {name: new_id() for name in ("survey_id", "ticket_id", "customer_id")}
    sent = SurveySent(**ids, agent_id=None, language="zh", link="https://kefu.example/s/secret", sent_at=MORNING)
    fact = read_fact(envelope(sent))
    assert b"secret" not in fact.frame
    assert shown(fact)["data"]["survey_id"] == str(ids["survey_id"])


@pytest.mark.parametrize("raw", [b"", b"{}", b"[]", b"not json", b'{"id":1}'])
def test_what_is_no_event_is_left_out(raw: bytes) -> None:
    assert read_fact(raw) is None


@pytest.mark.parametrize(
    ("types", "wanted"),
    [([], True), (["article.archived"], True), (["article.*"], True), (["ticket.*"], False), (["article"], False)],
)
def test_a_viewer_chooses_by_name_or_beginning(types: list[str], wanted: bool) -> None:
    assert read_fact(envelope(ArticleArchived(article_id=new_id()))).is_wanted(types) is wanted


@given(st.dictionaries(st.text(), st.text()))
def test_a_frame_is_never_torn_by_its_data(data: dict[str, str]) -> None:
    assert frame(orjson.dumps(data)).count(b"\n") == 2
