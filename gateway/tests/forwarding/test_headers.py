from hypothesis import given
from hypothesis import strategies as st

from gateway.forwarding.headers import Headers, back, onward


def sent(headers: Headers, identity: str | None = "a.b.c") -> dict[bytes, bytes]:
    return dict(onward(headers, identity=identity, traceparent="00-1-2-01", client="10.0.0.9", scheme="https"))


def test_credentials_end_at_the_door_and_the_identity_begins() -> None:
    on = sent([(b"authorization", b"Bearer kefu_1_2"), (b"cookie", b"kefu_session=1"), (b"kefu-identity", b"forged")])
    assert b"authorization" not in on
    assert b"cookie" not in on
    assert on[b"kefu-identity"] == b"a.b.c"


def test_without_an_identity_nobodys_is_sent() -> None:
    assert b"kefu-identity" not in sent([(b"kefu-identity", b"forged")], identity=None)


def test_where_it_came_from_is_said_anew() -> None:
    on = sent([(b"host", b"kefu.example"), (b"x-forwarded-for", b"1.1.1.1"), (b"forwarded", b"for=1.1.1.1")])
    assert on[b"x-forwarded-for"] == b"10.0.0.9"
    assert on[b"x-forwarded-proto"] == b"https"
    assert on[b"x-forwarded-host"] == b"kefu.example"
    assert b"forwarded" not in on
    assert b"host" not in on


def test_what_belongs_to_one_connection_stays_there() -> None:
    on = sent([(b"connection", b"keep-alive, X-Mine"), (b"x-mine", b"1"), (b"te", b"trailers"), (b"accept", b"*/*")])
    assert b"x-mine" not in on
    assert b"te" not in on
    assert on[b"accept"] == b"*/*"


def test_the_answer_comes_back_without_what_is_the_services_own() -> None:
    given_back = back(
        [(b"Content-Type", b"text/html"), (b"Set-Cookie", b"kefu_session=x"), (b"Transfer-Encoding", b"chunked"),
         (b"ETag", b'"7"'), (b"Date", b"now"), (b"trace-id", b"1")]
    )  # fmt: skip
    assert given_back == [(b"content-type", b"text/html"), (b"etag", b'"7"')]


@given(st.lists(st.tuples(st.sampled_from([b"accept", b"x-a", b"content-type", b"if-match"]), st.binary(max_size=5))))
def test_all_other_headers_go_on_in_their_order(headers: Headers) -> None:
    on = onward(headers, identity=None, traceparent="", client="", scheme="http")
    assert on[: len(headers)] == headers
