from typing import Any

from common.http.describe import put_right

PROBLEM = {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}
OTHER = {"schema": {"$ref": "#/components/schemas/TicketView"}}


def described(content: dict[str, Any]) -> Any:
    """The content of a response after the document was put right."""
    document = {"paths": {"/x": {"get": {"responses": {"404": {"content": content}}}}}}
    return put_right(document)["paths"]["/x"]["get"]["responses"]["404"]["content"]


def test_problems_are_filed_under_their_own_media_type() -> None:
    assert described({"application/json": PROBLEM}) == {"application/problem+json": PROBLEM}


def test_a_route_that_shows_pages_may_answer_an_error_with_one() -> None:
    page = {"schema": {"type": "string"}}
    assert described({"text/html": PROBLEM}) == {"text/html": page, "application/problem+json": PROBLEM}


def test_everything_else_stays_and_twice_is_once() -> None:
    once = described({"application/json": OTHER})
    assert once == {"application/json": OTHER}
    assert described({"application/problem+json": PROBLEM}) == {"application/problem+json": PROBLEM}
