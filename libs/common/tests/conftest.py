"""A toy service over the real plumbing: notes on a wall. `POST /walls/{id}/notes` says note.pinned; it hears it too."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
import sqlalchemy as sa
from fastapi import FastAPI, Response

from common import outbox
from common.contracts.base import Event, Heard
from common.db import Db
from common.http.app import Platform, build_app
from common.http.cursors import Page, Pages
from common.http.etag import IfMatch, guard, tag
from common.http.problems import Conflict
from common.http.route import Now, Reads, Router, Tx, needs, once, public
from common.http.shapes import Line, View, Wanted
from common.listen import Listen, on, on_batch
from common.made_of import Service
from common.settings import Settings
from common.testing.plugin import FreshStage
from common.testing.stage import Stage
from common.timers import Due

CREATE = """
CREATE TABLE wall (id uuid PRIMARY KEY, version bigint NOT NULL, title text);
CREATE TABLE effect (position bigserial, wall_id uuid, sequence bigint, text text, listener text);
"""


class NotePinned(Event, type="note.pinned", owner="toy"):
    """A toy fact."""

    text: str


class PinNote(Wanted):
    text: Line


class WallView(View):
    id: UUID
    version: int


router = Router(prefix="/walls", tags=["walls"])

PIN = sa.text(
    "INSERT INTO wall (id, version) VALUES (:id, 1) ON CONFLICT (id) DO UPDATE SET version = wall.version + 1"
    " RETURNING version"
)


async def pin(db: Db, wall_id: UUID, text: str, now: datetime) -> int:
    """The toy operation: bump, then say."""
    version: int = (await db.execute(PIN, {"id": wall_id})).scalar_one()
    await outbox.say(db, NotePinned(text=text), about=wall_id, version=version, now=now)
    if text == "break the wall":
        raise RuntimeError("after the change, before the commit")
    return version


@router.post("/{wall_id}/notes", status_code=201, dependencies=[needs("tickets:write"), once])
async def pin_note(wall_id: UUID, wanted: PinNote, db: Tx, now: Now, response: Response) -> WallView:
    version = await pin(db, wall_id, wanted.text, now)
    tag(response, version)
    return WallView(id=wall_id, version=version)


@router.patch("/{wall_id}", dependencies=[needs("tickets:write")])
async def change(wall_id: UUID, wanted: PinNote, db: Tx, seen: IfMatch) -> WallView:
    row = (await db.execute(sa.text("SELECT * FROM wall WHERE id = :id FOR UPDATE"), {"id": wall_id})).one()
    guard(row.version, seen)
    await db.execute(
        sa.text("UPDATE wall SET version = version + 1, title = :t WHERE id = :id"), {"id": wall_id, "t": wanted.text}
    )
    return WallView(id=wall_id, version=row.version + 1)


@router.post("/{wall_id}/seal", dependencies=[needs("tickets:write"), once])
async def seal(wall_id: UUID, db: Tx) -> WallView:
    """What can be done once only: a second request without the first one's key is refused."""
    new = sa.text("INSERT INTO wall (id, version) VALUES (:id, 1) ON CONFLICT DO NOTHING RETURNING id")
    if (await db.execute(new, {"id": wall_id})).one_or_none() is None:
        raise Conflict("It is sealed already.")
    return WallView(id=wall_id, version=1)


@router.get("", dependencies=[needs("tickets:read")])
async def walls(db: Reads, page: Pages) -> Page[WallView]:
    after = page.after("walls") or ["00000000-0000-0000-0000-000000000000"]
    found = (
        await db.execute(
            sa.text("SELECT id, version FROM wall WHERE id > :after ORDER BY id LIMIT :limit"),
            {"after": after[0], "limit": page.limit + 1},
        )
    ).all()
    items = [WallView.model_validate(row) for row in found[: page.limit]]
    more = page.next("walls", [items[-1].id]) if len(found) > page.limit else None
    return Page(items=items, next_cursor=more)


@router.get("/open-door", dependencies=[public])
async def open_door() -> dict[str, str]:
    return {"come": "in"}


@router.get("/broken", dependencies=[public])
async def broken() -> None:
    raise RuntimeError("a secret of the inside")


_EFFECT = sa.text("INSERT INTO effect (wall_id, sequence, text, listener) VALUES (:wall, :seq, :text, :listener)")


def effect_of(listener: str, heard: Heard[NotePinned]) -> dict[str, Any]:
    """The row that a listener leaves behind."""
    return {"wall": heard.subject, "seq": heard.sequence, "text": heard.data.text, "listener": listener}


async def remember(db: Db, heard: Heard[NotePinned], _now: datetime) -> None:
    """Leaves a row; fails on a poisonous text, after its effect."""
    await db.execute(_EFFECT, effect_of("one", heard))
    if heard.data.text == "poison":
        raise ValueError("poison")


async def remember_many(db: Db, heard: Sequence[Heard[NotePinned]], _now: datetime) -> None:
    """The same, for a batch."""
    await db.execute(_EFFECT, [effect_of("many", one) for one in heard])
    if any(one.data.text == "poison for many" for one in heard):
        raise ValueError("poison")


async def ring(db: Db, due: Due, now: datetime) -> None:
    """The toy timer: leaves a row with the instant that was due."""
    if due.payload.get("fails_until") and now.isoformat() < due.payload["fails_until"]:
        raise RuntimeError("not yet")
    await db.execute(_EFFECT, {"wall": due.subject_id, "seq": 0, "text": due.due_at.isoformat(), "listener": "ring"})


LISTENS: list[Listen] = [on(NotePinned, remember), on_batch(NotePinned, remember_many)]


def build(platform: Platform) -> FastAPI:
    return build_app("toy", platform, [router])


SERVICE = Service(
    name="toy-svc",
    owner="toy",
    package="common",
    settings=Settings,
    build=build,
    listens=LISTENS,
    timers={"wall.ring": ring},
)


@pytest.fixture
def note() -> type[NotePinned]:
    """The toy event."""
    return NotePinned


@pytest_asyncio.fixture(loop_scope="session")
async def stage(fresh_stage: FreshStage) -> Stage:
    return await fresh_stage(SERVICE, schema=CREATE)
