"""The layer that refuses what is beyond capacity, around an application that works until it is told to end."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from prometheus_client import REGISTRY
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from common.http.admission import Admission
from common.http.asgi import Observed
from common.http.capacity import QUEUE

pytestmark = pytest.mark.asyncio(loop_scope="session")


class Work:
    """An application whose every request works until `end` is called."""

    def __init__(self) -> None:
        self.begun = 0
        self.bodies: list[bytes] = []
        self._ending = asyncio.Semaphore(0)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.begun += 1
        message: Message = {"more_body": scope["method"] == "POST"}
        body = b""
        while message["more_body"]:
            message = await receive()
            body += message["body"]
        self.bodies.append(body)
        await self._ending.acquire()
        if scope["path"] == "/broken":
            raise RuntimeError("broken")
        await Response(b"done")(scope, receive, send)

    def end(self, requests: int) -> None:
        """Let as many requests end."""
        for _ in range(requests):
            self._ending.release()


def client(work: Work, places: int, *, patience: float = 60, body_within: float = 60) -> httpx.AsyncClient:
    app = Admission(work, places, uncounted={"/stream"}, patience=patience, body_within=body_within)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url="http://door")


async def under_way(asking: httpx.AsyncClient, number: int, path: str = "/") -> list[asyncio.Task[httpx.Response]]:
    """Requests that were begun, as far as they get by themselves."""
    tasks = [asyncio.create_task(asking.get(path)) for _ in range(number)]
    for _ in range(20):
        await asyncio.sleep(0)
    return tasks


def is_refusal(answer: httpx.Response) -> bool:
    return (
        answer.status_code == 503
        and answer.headers["content-type"] == "application/problem+json"
        and answer.json()["type"] == "urn:kefu:problem:busy"
        and 1 <= int(answer.headers["retry-after"]) <= 4
    )


def measured(name: str) -> float:
    return REGISTRY.get_sample_value(name) or 0.0


async def test_requests_beyond_the_places_wait_and_are_served_in_turn() -> None:
    work = Work()
    async with client(work, 2) as asking:
        tasks = await under_way(asking, 5)
        assert work.begun == 2
        assert (measured("http_server_requests_in_work"), measured("http_server_requests_waiting")) == (2, 3)
        work.end(5)
        assert {answer.status_code for answer in await asyncio.gather(*tasks)} == {200}
    assert (work.begun, measured("http_server_requests_in_work")) == (5, 0)


async def test_beyond_the_queue_a_request_is_refused_at_once_with_the_time_to_come_back() -> None:
    work, before = Work(), measured("http_server_requests_refused_total")
    async with client(work, 1) as asking:
        tasks = await under_way(asking, 1 + QUEUE)
        assert is_refusal(await asking.get("/"))
        assert is_refusal(await asking.post("/", content=b"never read"))
        work.end(1 + QUEUE)
        assert {answer.status_code for answer in await asyncio.gather(*tasks)} == {200}
    assert work.begun == 1 + QUEUE
    assert measured("http_server_requests_refused_total") == before + 2


async def test_who_waited_too_long_is_refused_and_the_place_is_not_lost() -> None:
    work = Work()
    async with client(work, 1, patience=0.02) as asking:
        (first, *others) = await under_way(asking, 3)
        refused = await asyncio.gather(*others)
        assert all(is_refusal(answer) for answer in refused)
        work.end(2)
        assert (await first).status_code == 200
        assert (await asking.get("/")).status_code == 200


async def test_a_queue_that_moved_slowly_is_kept_short_until_it_moves_again() -> None:
    work = Work()
    async with client(work, 1) as asking:
        (first, second) = await under_way(asking, 2)
        await asyncio.sleep(0.5)
        work.end(1)
        assert (await first).status_code == 200
        # One place in half a second, of which an eighth counts: the tenth would wait longer than it should.
        some = await under_way(asking, 10)
        assert is_refusal(await some[-1])
        for _ in range(60):
            work.end(1)
            some += await under_way(asking, 1)
        work.end(60)
        served = await asyncio.gather(second, *some)
        assert len([answer for answer in served if is_refusal(answer)]) < 60
        tasks = await under_way(asking, 1 + 10)
        work.end(1 + 10)
        assert {answer.status_code for answer in await asyncio.gather(*tasks)} == {200}


async def test_health_and_the_live_stream_take_no_place() -> None:
    work = Work()
    async with client(work, 1) as asking:
        tasks = [
            *await under_way(asking, 1),
            *await under_way(asking, 3, "/stream"),
            *await under_way(asking, 3, "/livez"),
        ]
        assert (work.begun, measured("http_server_requests_in_work")) == (1 + 3 + 3, 1)
        work.end(9)
        assert {answer.status_code for answer in await asyncio.gather(*tasks)} == {200}


async def test_a_request_that_fails_gives_its_place_back() -> None:
    work = Work()
    async with client(work, 1) as asking:
        work.end(2)
        assert (await asking.get("/broken")).status_code == 500
        assert (await asking.get("/")).status_code == 200


async def test_whoever_is_cancelled_leaves_its_place_to_the_next() -> None:
    work = Work()
    async with client(work, 1) as asking:
        (working, waiting, next_one) = await under_way(asking, 3)
        waiting.cancel()
        working.cancel()
        await asyncio.gather(working, waiting, return_exceptions=True)
        work.end(1)
        assert (await next_one).status_code == 200
    assert (work.begun, measured("http_server_requests_in_work")) == (2, 0)


async def test_whoever_is_cancelled_when_its_turn_has_just_come_leaves_its_place_to_the_next() -> None:
    go, tasks, served = asyncio.Event(), list[asyncio.Task[None]](), list[int]()

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        await go.wait()
        served.append(scope["number"])
        if scope["number"] == 0:
            # Runs before the second, whose turn comes when this returns, finds out that it came.
            asyncio.get_running_loop().call_soon(tasks[1].cancel)

    async def nothing(_message: Message | None = None) -> Message:
        return {}

    door = Admission(app, 1)
    scope = {"type": "http", "method": "GET", "path": "/"}
    tasks += [asyncio.create_task(door({**scope, "number": number}, nothing, nothing)) for number in range(3)]
    await asyncio.sleep(0)
    go.set()
    assert [type(end) for end in await asyncio.gather(*tasks, return_exceptions=True)] == [
        type(None),
        asyncio.CancelledError,
        type(None),
    ]
    assert (served, measured("http_server_requests_in_work")) == ([0, 2], 0)


async def test_a_body_on_its_way_takes_no_place() -> None:
    work, rest = Work(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b"half, "
        await rest.wait()
        yield b"half"

    async with client(work, 1) as asking:
        sending = asyncio.create_task(asking.post("/", content=slow()))
        work.end(2)
        assert (await asking.get("/")).status_code == 200
        assert work.begun == 1
        rest.set()
        assert (await sending).status_code == 200
    assert work.bodies == [b"", b"half, half"]


async def test_a_long_body_is_streamed_once_its_first_part_is_here() -> None:
    work, rest = Work(), asyncio.Event()

    async def long() -> AsyncIterator[bytes]:
        for _ in range(10):
            yield b"x" * 10_000
        await rest.wait()
        yield b"end"

    async with client(work, 1) as asking:
        sending = asyncio.create_task(asking.post("/", content=long()))
        for _ in range(50):
            await asyncio.sleep(0)
        assert work.begun == 1
        rest.set()
        work.end(1)
        assert (await sending).status_code == 200
    assert work.bodies == [b"x" * 100_000 + b"end"]


async def test_a_body_that_does_not_arrive_is_408_and_never_had_a_place() -> None:
    work = Work()

    async def never() -> AsyncIterator[bytes]:
        yield b"half"
        await asyncio.Event().wait()

    async with client(work, 1, body_within=0.05) as asking:
        answer = await asking.post("/", content=never())
    assert (answer.status_code, answer.headers["connection"], answer.json()["status"]) == (408, "close", 408)
    assert work.begun == 0


async def test_a_client_that_goes_away_while_sending_never_had_a_place() -> None:
    sent: list[Message] = [
        {"type": "http.request", "body": b"half", "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> Message:
        return sent.pop(0)

    async def send(message: Message) -> None:
        raise AssertionError(f"nobody is there to be told {message}")

    work = Work()
    await Admission(work, 1)({"type": "http", "method": "POST", "path": "/"}, receive, send)
    assert work.begun == 0


async def test_a_request_without_an_answer_is_measured_as_one_whose_client_had_gone() -> None:
    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        return None

    async def nothing(_message: Message | None = None) -> Message:
        return {}

    await Observed(app)({"type": "http", "method": "GONE", "path": "/", "headers": []}, nothing, nothing)
    labels = {"method": "other", "route": "unmatched", "status": "499"}
    assert REGISTRY.get_sample_value("http_server_request_duration_seconds_count", labels) == 1
