"""What answers mean, how long to wait, and what is remembered. The platform here is a function."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kefu_local.bring_in.answer import Meaning, meaning, pause, reason
from kefu_local.bring_in.checkpoint import Checkpoint, checkpoint_name
from kefu_local.bring_in.send import Interrupted, Ready, Sender, Sent, entered, send_all

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def platform(answer: Callable[[httpx.Request], httpx.Response]) -> Sender:
    return Sender(httpx.AsyncClient(base_url="http://kefu.test", transport=httpx.MockTransport(answer)), "/v1/tickets")


def ticket(line: int) -> Ready:
    return Ready(line, {"text": "x", "external_id": f"crm:{line}"})


@pytest.mark.parametrize(
    ("status", "problem", "expected"),
    [
        (201, {}, Meaning.CREATED),
        (200, {}, Meaning.KNOWN),
        (422, {}, Meaning.BAD),
        (413, {}, Meaning.BAD),
        (409, {}, Meaning.BAD),
        (409, {"type": "urn:kefu:problem:being-opened"}, Meaning.LATER),
        (409, {"type": "urn:kefu:problem:customer-changing"}, Meaning.LATER),
        (429, {}, Meaning.LATER),
        (503, {}, Meaning.LATER),
        (500, {}, Meaning.LATER),
        (401, {}, Meaning.NOT_ALLOWED),
        (403, {}, Meaning.NOT_ALLOWED),
    ],
)
def test_every_answer_has_one_meaning(status: int, problem: dict[str, str], expected: Meaning) -> None:
    assert meaning(status, problem) is expected


def test_a_replayed_creation_was_there_already() -> None:
    assert meaning(201, {}, replayed=True) is Meaning.KNOWN


def test_the_reason_names_the_fields() -> None:
    errors = [{"pointer": "/text", "detail": "too long"}, {"pointer": "/topic", "detail": "empty"}]
    assert reason(422, {"detail": "x", "errors": errors}) == "/text: too long; /topic: empty"
    assert reason(409, {"title": "In conflict", "detail": "Taken."}) == "Taken."
    assert reason(418, {}) == "status 418"


def test_retry_after_is_honoured_in_seconds_and_as_a_date() -> None:
    assert pause(0, "7", NOW) == 7
    assert pause(0, format(NOW + timedelta(seconds=9), "%a, %d %b %Y %H:%M:%S GMT"), NOW) == 9
    assert pause(0, "0", NOW) == 0
    assert pause(0, "soon", NOW) == 1


@given(st.integers(0, 10_000), st.one_of(st.none(), st.text(max_size=20)))
def test_no_pause_is_negative_or_longer_than_half_a_minute(attempt: int, retry_after: str | None) -> None:
    assert 0 <= pause(attempt, retry_after, NOW) <= 30


@pytest.mark.asyncio
async def test_busy_and_lost_connections_are_waited_out_with_the_same_key() -> None:
    keys: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers["idempotency-key"])
        if len(keys) == 1:
            return httpx.Response(503, headers={"retry-after": "0"})
        if len(keys) == 2:
            raise httpx.ConnectError("refused")
        return httpx.Response(201, json={})

    sent = await platform(answer).send(ticket(2))
    assert sent.meaning is Meaning.CREATED
    assert len(keys) == 3
    assert len(set(keys)) == 1
    assert keys[0].isascii()


@pytest.mark.asyncio
async def test_a_bad_row_comes_back_with_its_reason() -> None:
    problem = {"errors": [{"pointer": "/text", "detail": "too long"}]}
    sent = await platform(lambda _: httpx.Response(422, json=problem)).send(ticket(2))
    assert (sent.meaning, sent.why) == (Meaning.BAD, "/text: too long")


@pytest.mark.asyncio
async def test_a_platform_that_refuses_us_ends_the_run() -> None:
    sender = platform(lambda _: httpx.Response(403, json={"detail": "tickets:write is missing"}))
    with pytest.raises(Interrupted, match="tickets:write is missing"):
        await send_all(sender, [ticket(2), ticket(3)], concurrency=2, done=lambda _: None)


@pytest.mark.asyncio
async def test_every_row_is_sent_once() -> None:
    seen: list[str] = []
    done: list[Sent] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(json.loads(request.content)["external_id"])
        return httpx.Response(201, json={})

    await send_all(platform(answer), (ticket(line) for line in range(100)), concurrency=8, done=done.append)
    assert sorted(seen) == sorted(f"crm:{line}" for line in range(100))
    assert len(done) == 100


@pytest.mark.asyncio
async def test_a_login_is_used_from_then_on_and_a_refused_one_said() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path != "/v1/login":
            return httpx.Response(200 if request.headers.get("cookie") == "kefu_session=s" else 401)
        if json.loads(request.content)["password"] != "right":
            return httpx.Response(401, json={"detail": "Wrong address or password."})
        return httpx.Response(200, headers={"set-cookie": "kefu_session=s; HttpOnly; Path=/"})

    transport = httpx.MockTransport(answer)
    async with entered("http://kefu.test", key=None, login=("a@b", "right"), transport=transport) as client:
        assert (await client.get("/v1/me")).status_code == 200
    with pytest.raises(Interrupted, match="Wrong address"):
        async with entered("http://kefu.test", key=None, login=("a@b", "wrong"), transport=transport):
            pass


@pytest.mark.asyncio
async def test_an_api_key_needs_no_login() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"as": request.headers["authorization"], "path": request.url.path})

    async with entered("http://kefu.test", key="kefu_1_2", login=None, transport=httpx.MockTransport(answer)) as client:
        assert (await client.get("/v1/me")).json() == {"as": "Bearer kefu_1_2", "path": "/v1/me"}


def test_a_checkpoint_remembers_across_runs_and_survives_a_torn_line(tmp_path: Path) -> None:
    path = tmp_path / "imports" / "x.done"
    first = Checkpoint(path)
    for name in ("crm:1", "crm:2", "crm:1"):
        first.add(name)
    first.close()
    path.write_text(path.read_text()[:-10])

    again = Checkpoint(path)
    assert ("crm:1" in again, "crm:2" in again, len(again)) == (True, False, 1)
    again.add("crm:3")
    again.close()
    assert "crm:3" in Checkpoint(path)


def test_a_checkpoint_of_a_platform_that_lost_its_data_is_forgotten(tmp_path: Path) -> None:
    checkpoint = Checkpoint(tmp_path / "x.done")
    checkpoint.add("crm:1")
    checkpoint.forget()
    assert "crm:1" not in checkpoint
    assert len(Checkpoint(tmp_path / "x.done")) == 0


def test_each_target_kind_and_source_has_its_own_checkpoint() -> None:
    names = {checkpoint_name(url, kind, source) for url in "ab" for kind in ("tickets", "articles") for source in "xy"}
    assert len(names) == 8
