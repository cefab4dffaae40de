import secrets
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from gateway.keys.token import Token, read_token


def test_a_token_is_read_as_it_was_written() -> None:
    for _ in range(200):
        token = Token(uuid4(), secrets.token_urlsafe(32))
        assert read_token(str(token)) == token
        assert str(token).startswith("kefu_")


def test_the_secret_is_not_in_what_is_kept() -> None:
    token = Token(uuid4(), secrets.token_urlsafe(32))
    assert token.secret.encode() not in token.hash
    assert len(token.hash) == 32


@given(
    st.one_of(st.text(), st.text().map(lambda rest: f"kefu_{rest}"), st.text().map(lambda x: f"kefu_{'g' * 32}_{x}"))
)
def test_anything_else_is_no_token(text: str) -> None:
    assert read_token(text) is None or str(read_token(text)).lower() == text.lower()
