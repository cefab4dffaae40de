"""Bad input, through the whole platform: a problem document each time, nothing half-written, nothing of the inside."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from integration.desk import Desk
from integration.running import eventually

NOBODY = "01890000-0000-7000-8000-000000000000"


def is_problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, f"{answer.status_code} {answer.text}"
    assert answer.headers["content-type"].startswith("application/problem+json")
    body: dict[str, Any] = answer.json()
    assert (body["status"], bool(body["title"]), len(body["trace_id"])) == (status, True, 32)
    assert "Traceback" not in answer.text
    assert "sqlalchemy" not in answer.text.lower()
    return body


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"customer": {"name": "x"}}, "/text"),
        ({"text": "", "customer": {"name": "x"}}, "/text"),
        ({"text": 5, "customer": {"name": "x"}}, "/text"),
        ({"text": "a\x00b", "customer": {"name": "x"}}, "/text"),
        ({"text": "x", "customer": {"name": "x"}, "prioriti": "high"}, "/prioriti"),
        ({"text": "x", "customer": {"name": "x"}, "priority": "highest"}, "/priority"),
        ({"text": "x", "customer": {"id": "not an id"}}, "/customer/id"),
        ({"text": "x" * 60_000, "customer": {"name": "x"}}, "/text"),
    ],
)
def test_a_bad_ticket_names_its_field_and_opens_nothing(desk: Desk, body: dict[str, Any], pointer: str) -> None:
    marker = uuid4().hex
    problem = is_problem(desk.channel.http.post("/v1/tickets", json={**body, "external_id": marker}), 422)
    assert any(error["pointer"].startswith(pointer) for error in problem["errors"]), problem["errors"]
    assert marker not in [ticket["external_id"] for ticket in desk.admin.all("/v1/tickets")]


def test_malformed_json_and_oversize_bodies_are_refused_at_the_door(desk: Desk) -> None:
    json = {"content-type": "application/json"}
    http = desk.channel.http
    is_problem(http.post("/v1/tickets", content=b'{"text": ', headers=json), 400)
    is_problem(http.post("/v1/tickets", content=b'{"text":"' + b"x" * 2_000_000 + b'"}', headers=json), 413)


def test_unknown_things_are_404(desk: Desk) -> None:
    for path in (
        f"/v1/tickets/{NOBODY}",
        f"/v1/customers/{NOBODY}",
        f"/v1/articles/{NOBODY}",
        "/v1/nothing",
        "/nowhere",
    ):
        is_problem(desk.admin.http.get(path), 404)
    is_problem(desk.admin.http.post(f"/v1/tickets/{NOBODY}/replies", json={"text": "x"}), 404)
    is_problem(desk.admin.http.post(f"/v1/offers/{NOBODY}/accept", json={}), 404)


def test_a_change_based_on_a_stale_version_is_refused_with_the_current_one(desk: Desk) -> None:
    # A skill that nobody has: an assignment in between would make a version of its own.
    skill = f"nobody-{uuid4().hex[:6]}"
    desk.admin.put(f"/v1/skills/{skill}", {"topics": [skill]})
    ticket = desk.open("hello", topic=skill)
    path = f"/v1/tickets/{ticket['id']}"
    seen = desk.admin.http.get(path).headers["etag"]
    is_problem(desk.admin.http.patch(path, json={"priority": "high"}), 428)
    assert desk.admin.http.patch(path, json={"priority": "high"}, headers={"if-match": seen}).is_success
    problem = is_problem(desk.admin.http.patch(path, json={"priority": "low"}, headers={"if-match": seen}), 412)
    assert problem["current_version"] > int(seen.strip('"'))
    assert desk.ticket(ticket["id"])["priority"] == "high"


def test_forged_and_missing_credentials_are_401_and_the_wrong_role_is_403(desk: Desk) -> None:
    url = desk.platform.url
    is_problem(httpx.get(f"{url}/v1/tickets"), 401)
    for token in ("kefu_nonsense", f"kefu_{uuid4().hex}_{uuid4().hex}", "x"):
        is_problem(httpx.get(f"{url}/v1/tickets", headers={"authorization": f"Bearer {token}"}), 401)
    is_problem(httpx.get(f"{url}/v1/tickets", cookies={"kefu_session": "forged"}), 401)
    is_problem(httpx.get(f"{url}/v1/tickets", headers={"kefu-identity": "forged"}), 401)
    is_problem(httpx.post(f"{url}/v1/login", json={"email": "admin@example.com", "password": "wrong"}), 401)
    is_problem(desk.channel.http.post("/v1/users", json={}), 403)


def test_a_revoked_key_stops_working(desk: Desk) -> None:
    program = desk.program("gone")
    headers = {"authorization": program.http.headers["authorization"]}
    url = f"{desk.platform.url}/v1/tickets"
    assert httpx.get(url, headers=headers).is_success
    assert desk.admin.http.delete(f"/v1/keys/{program.id}").is_success
    # The gateway may remember a key for five seconds.
    eventually(lambda: httpx.get(url, headers=headers).status_code == 401, within=10)
    is_problem(httpx.get(url, headers=headers), 401)


def test_foreign_and_forged_survey_links_are_refused_and_record_nothing(desk: Desk) -> None:
    for token in ("x", "a.b.c", uuid4().hex * 3):
        answer = httpx.post(f"{desk.platform.url}/s/{token}", json={"score": 5}, headers={"accept": "application/json"})
        assert answer.status_code in (400, 403, 404, 410), answer.text
        assert answer.headers["content-type"].startswith("application/problem+json")


def test_the_same_key_for_another_request_is_refused(desk: Desk) -> None:
    key, customer = uuid4().hex, {"name": "x"}
    first = desk.channel.post("/v1/tickets", {"text": "one", "customer": customer}, **{"idempotency-key": key})
    again = desk.channel.post("/v1/tickets", {"text": "one", "customer": customer}, **{"idempotency-key": key})
    assert again == first
    other = {"text": "two", "customer": customer}
    is_problem(desk.channel.http.post("/v1/tickets", json=other, headers={"idempotency-key": key}), 422)
