import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.tokens import Forged, read_token, write_token

MACS = st.binary(min_size=32, max_size=32)


@given(body=st.binary(max_size=40), mac=MACS)
def test_what_was_written_is_read_again(body: bytes, mac: bytes) -> None:
    assert read_token(write_token(body, mac), len(body)) == (body, mac)


@given(body=st.binary(min_size=1, max_size=40), mac=MACS, at=st.integers(0), character=st.sampled_from("AZaz09-_ =é"))
def test_one_token_has_one_spelling(body: bytes, mac: bytes, at: int, character: str) -> None:
    token = write_token(body, mac)
    at %= len(token)
    other = token[:at] + character + token[at + 1 :]
    if other == token:
        return
    try:
        read = read_token(other, len(body))
    except Forged:
        return
    assert read != (body, mac)


@pytest.mark.parametrize("length", [0, 31, 32, 34])
def test_a_token_of_another_length_is_none_of_ours(length: int) -> None:
    with pytest.raises(Forged):
        read_token(write_token(b"x" * length, b""), 1)
