import pytest

from gateway.people.demo import is_this_machine


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "127.8.8.8"])
@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost", "LOCALHOST:80", "[::1]:8080", "[::1]"])
def test_a_browser_on_this_machine_is_let_in(address: str, host: str) -> None:
    assert is_this_machine(address, host)


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("192.168.1.7", "127.0.0.1"),
        ("127.0.0.1", "rebound.example.com"),
        ("127.0.0.1", ""),
        ("", "localhost"),
        ("testclient", "localhost"),
    ],
)
def test_others_are_not(address: str, host: str) -> None:
    assert not is_this_machine(address, host)
