"""An export as one file: all shares, all pages, all files; or none of it."""

from __future__ import annotations

import io
import json
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import pytest
from fastapi import FastAPI, Request
from starlette.responses import JSONResponse, Response

EXPORT, FILE = uuid4(), uuid4()
PARTS = [
    {"name": "person", "path": f"/v1/customer-exports/{EXPORT}/person"},
    {"name": "tickets", "path": f"/v1/customer-exports/{EXPORT}/tickets"},
    {"name": "surveys", "path": "/v1/surveys?customer_id=1"},
    {"name": "surveys", "path": "/v1/surveys?customer_id=2"},
    {"name": "suggestions", "path": "/v1/suggestions/{ticket_id}"},
]


def services() -> FastAPI:
    """All services in one."""
    app = FastAPI()
    app.state.asked = []

    @app.middleware("http")
    async def remember(request: Request, call_next: Any) -> Response:
        app.state.asked.append((request.url.path, request.headers.get("kefu-identity")))
        answer: Response = await call_next(request)
        return answer

    def page(items: list[Any], cursor: str | None = None) -> dict[str, Any]:
        return {"items": items, "next_cursor": cursor}

    def ticket(number: str, *files: dict[str, str]) -> dict[str, Any]:
        return {"ticket": {"id": number}, "messages": [{"message": {"attachments": list(files)}}]}

    app.get(f"/v1/customer-exports/{EXPORT}")(lambda: {"id": str(EXPORT), "parts": PARTS})
    app.get(f"/v1/customer-exports/{EXPORT}/person")(lambda: {"name": "李雷"})
    file = {"id": str(FILE), "file_name": "a/b.txt"}
    pages = {None: page([ticket("t1", file)], "more"), "more": page([ticket("t2")])}
    app.get(f"/v1/customer-exports/{EXPORT}/tickets")(lambda cursor=None: pages[cursor])
    app.get("/v1/surveys")(lambda customer_id: page([{"of": customer_id}]))
    missing = JSONResponse({}, status_code=404)
    app.get("/v1/suggestions/{ticket_id}")(lambda ticket_id: {"of": ticket_id} if ticket_id == "t2" else missing)
    app.get(f"/v1/attachments/{FILE}/link")(lambda: {"url": "http://elsewhere.example/a/token"})
    app.get("/a/token")(lambda: Response(b"hello"))
    return app


@pytest.mark.asyncio
async def test_every_share_is_in_it(make_stage: Any, serve: Any, session_headers: Any) -> None:
    app = services()
    where = await serve(app)
    stage = await make_stage(upstreams=dict.fromkeys(("ticket", "feedback", "kb", "routing"), where))
    async with stage.stranger() as admin:
        admin.headers.update(await session_headers(stage, "admin"))
        answer = await admin.get(f"/v1/customer-export-files/{EXPORT}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    archive = ZipFile(io.BytesIO(answer.content))
    told = {name: archive.read(name).decode() for name in archive.namelist()}
    assert told.keys() == {
        *("README.zh-CN.md", "README.en.md", "export.json", "person.json", "tickets.jsonl", "surveys.jsonl"),
        *("suggestions.jsonl", f"files/{FILE}-a_b.txt"),
    }
    assert json.loads(told["person.json"]) == {"name": "李雷"}
    assert [json.loads(line)["ticket"]["id"] for line in told["tickets.jsonl"].splitlines()] == ["t1", "t2"]
    assert [json.loads(line) for line in told["surveys.jsonl"].splitlines()] == [{"of": "1"}, {"of": "2"}]
    assert json.loads(told["suggestions.jsonl"]) == {"of": "t2"}
    assert told[f"files/{FILE}-a_b.txt"] == "hello"
    assert all(identity for _, identity in app.state.asked)


@pytest.mark.asyncio
async def test_service_that_is_away_makes_no_half_a_copy(make_stage: Any, serve: Any, session_headers: Any) -> None:
    here = await serve(services())
    stage = await make_stage(upstreams={"ticket": here, "feedback": "http://127.0.0.1:1", "kb": here, "routing": here})
    async with stage.stranger() as admin:
        admin.headers.update(await session_headers(stage, "admin"))
        assert (await admin.get(f"/v1/customer-export-files/{EXPORT}")).status_code == 503
        assert (await admin.get(f"/v1/customer-export-files/{uuid4()}")).status_code == 404


@pytest.mark.asyncio
async def test_only_whoever_may_export_gets_it(make_stage: Any, serve: Any, session_headers: Any) -> None:
    stage = await make_stage(upstreams={"ticket": await serve(services())})
    async with stage.stranger() as client:
        client.headers.update(await session_headers(stage, "supervisor"))
        assert (await client.get(f"/v1/customer-export-files/{EXPORT}")).status_code == 403
