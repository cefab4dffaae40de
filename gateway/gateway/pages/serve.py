"""Serving the pages: files of this package and of Swagger UI's distribution. A page may load nothing from elsewhere."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from fastapi import FastAPI
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive, Scope, Send

STATIC = Path(str(files("gateway.pages").joinpath("static")))
SWAGGER = Path(str(files("fastapi_swagger").joinpath("resources")))

_COMMON = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
BOARD = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
# Swagger UI sets styles from its script and draws its icons from data: addresses.
DOCS = f"{BOARD}; style-src 'self' 'unsafe-inline'; img-src 'self' data:"


class _Guarded(StaticFiles):
    """Static files with our headers; a browser asks each time whether its copy is still the newest."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_raw({**_COMMON, "cache-control": "no-cache"})]
            await send(message)

        await super().__call__(scope, receive, guarded)


def _raw(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers.items()]


def _page(name: str, policy: str) -> Response:
    headers = {**_COMMON, "content-security-policy": policy, "cache-control": "no-cache"}
    return FileResponse(STATIC / name, headers=headers, media_type="text/html; charset=utf-8")


async def _board(*_: object) -> Response:
    return _page("index.html", BOARD)


async def _docs(*_: object) -> Response:
    return _page("docs.html", DOCS)


def add_pages(app: FastAPI) -> None:
    """Let `app` show the board at / and the API documentation at /docs."""
    app.add_route("/", _board, include_in_schema=False)
    app.add_route("/docs", _docs, include_in_schema=False)
    app.mount("/assets/swagger", _Guarded(directory=SWAGGER))
    app.mount("/assets", _Guarded(directory=STATIC))
