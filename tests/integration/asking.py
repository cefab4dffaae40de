"""Asking for a ticket on a platform that is hurt: again and again with the same key, until it is there."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import httpx

from integration.desk import Desk
from integration.running import eventually


def create(desk: Desk, marker: str) -> httpx.Response:
    """Ask once for the ticket of this marker."""
    body = {"text": "hello", "customer": {"name": "x"}, "external_id": marker}
    return desk.channel.http.post("/v1/tickets", json=body, headers={"idempotency-key": marker})


def create_at_once(desk: Desk, markers: list[str]) -> list[httpx.Response]:
    """Ask once for each, all at the same time."""
    with ThreadPoolExecutor(len(markers)) as threads:
        return list(threads.map(lambda marker: create(desk, marker), markers))


def until_created(desk: Desk, marker: str, *, within: float = 60.0) -> list[int]:
    """The statuses of asking again and again with the same key, until the ticket is there."""
    statuses: list[int] = []

    def ask() -> bool:
        answer = create(desk, marker)
        statuses.append(answer.status_code)
        if answer.status_code >= 500:
            assert_says_when_to_ask_again(answer)
        return answer.is_success

    eventually(ask, within=within)
    return statuses


def assert_says_when_to_ask_again(answer: httpx.Response) -> None:
    """A refusal is a problem document with Retry-After."""
    assert answer.status_code in (429, 502, 503, 504), f"{answer.status_code} {answer.text}"
    assert answer.headers["content-type"].startswith("application/problem+json"), answer.text
    assert int(answer.headers["retry-after"]) >= 1


def opened(desk: Desk, markers: list[str]) -> list[str]:
    """The markers of these whose tickets are there: one that is there twice is named twice."""
    there = [ticket["external_id"] for ticket in desk.admin.all("/v1/tickets")]
    return sorted(marker for marker in there if marker in markers)
