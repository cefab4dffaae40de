import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.forwarding.prefixes import asks_who, is_presence, way_of


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/v1/customers", "ticket"),
        ("/v1/deletions", "ticket"),
        ("/v1/tickets/0198/replies", "ticket"),
        ("/v1/ticket-types/request/form", "ticket"),
        ("/v1/fields", "ticket"),
        ("/v1/tags", "ticket"),
        ("/v1/views/counts", "ticket"),
        ("/v1/ticket-search", "ticket"),
        ("/v1/agents", "routing"),
        ("/v1/skills/billing", "routing"),
        ("/v1/work-items", "routing"),
        ("/v1/offers/1/accept", "routing"),
        ("/v1/articles", "kb"),
        ("/v1/search", "kb"),
        ("/v1/suggestions/1", "kb"),
        ("/v1/surveys", "feedback"),
        ("/v1/recoveries", "feedback"),
        ("/v1/metrics/csat", "feedback"),
        ("/v1/attachments", "ticket"),
        ("/s/token", "feedback"),
        ("/a/token", "ticket"),
    ],
)
def test_every_prefix_leads_to_its_service(path: str, service: str) -> None:
    way = way_of(path)
    assert way is not None
    assert way.service == service
    assert way.open == path.startswith(("/s/", "/a/"))


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/", "/v1/login", "/v1/ticketsx", "/v2/tickets", "//v1/tickets", "/s", "/a"]
)
def test_other_paths_are_the_gateways_own(path: str) -> None:
    assert way_of(path) is None


@given(st.lists(st.sampled_from(["v1", "tickets", "s", "..", ".", "metrics", "readyz", "", "x"]), max_size=6))
def test_a_path_that_climbs_is_never_forwarded(parts: list[str]) -> None:
    path = "/" + "/".join(parts)
    if "." in parts or ".." in parts:
        assert way_of(path) is None


def test_who_is_at_a_ticket_is_our_own_and_nothing_beside_it() -> None:
    assert is_presence("/v1/tickets/0198/presence")
    assert way_of("/v1/tickets/0198/presence") is None
    assert asks_who("/v1/tickets/0198/presence")
    for path in ("/v1/agents/0198/presence", "/v1/tickets/presence", "/v1/tickets/0198/presence/x"):
        assert not is_presence(path)
        assert way_of(path) is not None


def test_our_own_paths_ask_who_comes_but_for_the_door_itself() -> None:
    assert asks_who("/v1/users")
    assert asks_who("/v1/made-up")
    assert not any(map(asks_who, ("/", "/docs", "/openapi.json", "/v1/login", "/v1/status", "/livez")))
