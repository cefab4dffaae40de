"""Collecting an export: one ZIP out of the shares of all services, asked for as whoever wants it.

Built in a file first, so that a service that is away is a 503 and never half a copy.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

import aiohttp
import orjson
from yarl import URL

from common.http.problems import NotFound, Unavailable
from gateway.forwarding.headers import Headers
from gateway.forwarding.messages import README
from gateway.forwarding.prefixes import way_of
from gateway.forwarding.upstreams import Upstreams

IN_MEMORY = 8 * 1024 * 1024
_PIECE = 256 * 1024
_PAGE = 50

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asking:
    """Asks services as one caller; an identity is good for minutes only, so each request gets its own."""

    upstreams: Upstreams
    identity: Callable[[], Headers]

    async def get(self, path: str) -> Json | None:
        """What a service answers; None when it has nothing there. Raises Unavailable."""
        response = await self.open(path)
        try:
            if response.status == 404:
                return None
            if response.status != 200:
                raise _away(path)
            found: Json = orjson.loads(await response.read())
            return found
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _away(path) from error
        finally:
            response.release()

    async def items(self, path: str) -> AsyncIterator[Json]:
        """All items of a list. Raises Unavailable."""
        url, cursor = URL(path), None
        while True:
            asked = url.update_query({"limit": str(_PAGE), **({"cursor": cursor} if cursor else {})})
            page = await self.get(str(asked)) or {"items": [], "next_cursor": None}
            for one in page["items"]:
                yield one
            cursor = page["next_cursor"]
            if not cursor:
                return

    async def open(self, path: str) -> aiohttp.ClientResponse:
        """An answer, to be read and released. Raises Unavailable."""
        way = way_of(path.partition("?")[0])
        if way is None:
            raise _away(path)
        try:
            return await self.upstreams.send(way.service, "GET", path, headers=self.identity())
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _away(path) from error


async def collect(asking: Asking, export_id: UUID) -> IO[bytes]:
    """The export as a ZIP, to be read from its beginning. Raises NotFound, Unavailable."""
    export = await asking.get(f"/v1/customer-exports/{export_id}")
    if export is None:
        raise NotFound(f"There is no export {export_id} that can be read (any more).")
    file: IO[bytes] = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 whoever sends it closes it
    try:
        with ZipFile(file, "w", ZIP_DEFLATED) as archive:
            for language, text in README.items():
                archive.writestr(f"README.{language}.md", text)
            archive.writestr("export.json", orjson.dumps(export))
            await _fill(archive, asking, export)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


async def _fill(archive: ZipFile, asking: Asking, export: Json) -> None:
    parts: dict[str, list[str]] = {}
    for part in export["parts"]:
        parts.setdefault(part["name"], []).append(part["path"])
    archive.writestr("person.json", orjson.dumps(await asking.get(parts.pop("person")[0])))
    tickets, files = await _tickets(archive, asking, parts.pop("tickets")[0])
    for name, paths in parts.items():
        lines = [orjson.dumps(one) async for one in _lines(asking, paths, tickets)]
        archive.writestr(f"{name}.jsonl", b"\n".join(lines))
    for one in files:
        await _file(archive, asking, one)


async def _tickets(archive: ZipFile, asking: Asking, path: str) -> tuple[list[str], list[Json]]:
    """Write the tickets; their ids, and the files of their messages."""
    tickets, files = [], []
    with archive.open("tickets.jsonl", "w") as to:
        async for one in asking.items(path):
            tickets.append(one["ticket"]["id"])
            files += [file for said in one["messages"] for file in said["message"]["attachments"]]
            to.write(orjson.dumps(one) + b"\n")
    return tickets, files


async def _lines(asking: Asking, paths: list[str], tickets: list[str]) -> AsyncIterator[Json]:
    for path in paths:
        if "{ticket_id}" in path:
            for ticket_id in tickets:
                found = await asking.get(path.format(ticket_id=ticket_id))
                if found is not None:
                    yield found
        else:
            async for one in asking.items(path):
                yield one


async def _file(archive: ZipFile, asking: Asking, file: Json) -> None:
    link = await asking.get(f"/v1/attachments/{file['id']}/link")
    if link is None:  # made unreadable meanwhile
        return
    response = await asking.open(URL(link["url"]).path)
    try:
        if response.status != 200:
            raise _away("/a")
        name = str(file["file_name"]).replace("/", "_").replace("\\", "_")
        with archive.open(f"files/{file['id']}-{name}", "w") as to:
            async for piece in response.content.iter_chunked(_PIECE):
                to.write(piece)
    except (aiohttp.ClientError, TimeoutError) as error:
        raise _away("/a") from error
    finally:
        response.release()


async def pieces(file: IO[bytes]) -> AsyncIterator[bytes]:
    """The file in pieces; it is closed at the end."""
    with file:
        while piece := file.read(_PIECE):
            yield piece


def _away(path: str) -> Unavailable:
    return Unavailable(f"{path} cannot be read for the moment; ask again.", headers={"Retry-After": "5"})
