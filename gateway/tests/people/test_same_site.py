import pytest

from gateway.people.same_site import is_foreign, may_change


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_reading_needs_nothing(method: str) -> None:
    assert may_change(method, {})


@pytest.mark.parametrize("headers", [{"x-kefu-csrf": "1"}, {"sec-fetch-site": "same-origin"}])
def test_a_change_from_our_own_pages_may_go_on(headers: dict[str, str]) -> None:
    assert may_change("POST", headers)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"origin": "x"},
    ],
)
def test_a_change_that_cannot_show_where_it_comes_from_may_not(headers: dict[str, str]) -> None:
    assert not may_change("DELETE", headers)


def test_programs_say_nothing_about_sites_and_are_not_foreign() -> None:
    assert not is_foreign({})
    assert not is_foreign({"sec-fetch-site": "same-origin"})
    assert is_foreign({"sec-fetch-site": "cross-site"})
    assert is_foreign({"sec-fetch-site": "same-site"})
