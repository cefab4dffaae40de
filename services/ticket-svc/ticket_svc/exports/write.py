"""Writing an export step by step: each is a transaction that adds a piece and says where to go on."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from common.db import Db
from common.timers import Due, Timer, set_timers
from ticket_svc.exports.lines import Asked, line, next_lines
from ticket_svc.exports.start import WRITE_TIMER
from ticket_svc.exports.state import MOST_BYTES, next_kind
from ticket_svc.exports.tables import export, export_piece

# The sweep holds timers and what its other operations have locked: so nobody is waited for (see begin_for_timer).
_HOLD = sa.select(export).where(export.c.id == sa.bindparam("wanted_id")).with_for_update(nowait=True)
_ADD = sa.insert(export_piece)


async def write_step(db: Db, due: Due, now: datetime) -> None:
    """Write the next piece of an export, and set the timer anew until all of it is written."""
    row = (await db.execute(_HOLD, {"wanted_id": due.subject_id})).mappings().one()
    if row["state"] != "running":
        return
    if now >= row["expires_at"] or row["size"] > MOST_BYTES:
        why = "It took too long." if now >= row["expires_at"] else "It is too large; export less of it at a time."
        await _change(db, row, state="failed", ended_at=now, reason=why)
        return
    kind = row["doing"] or row["kinds"][0]
    asked = Asked(row["after_id"], row["since"], row["until"], row["masked"])
    found = await next_lines(db, kind, asked)
    counts = {**row["counts"], kind: row["counts"][kind] + len(found.lines)}
    lines = [] if row["pieces"] else [line("export", _begins(row))]
    lines += found.lines
    doing = kind if found.last else next_kind(row["kinds"], kind)
    if doing is None:
        lines.append(line("end", {"counts": counts}))
    size = await _add(db, row, lines)
    change = {"doing": doing, "after_id": found.last, "counts": counts, "size": row["size"] + size}
    change["pieces"] = row["pieces"] + bool(lines)
    ended = {} if doing else {"state": "done", "ended_at": now}
    await _change(db, row, **change, **ended)
    if doing:
        await set_timers(db, [Timer(WRITE_TIMER, row["id"], now)])


def _begins(row: Mapping[Any, Any]) -> dict[str, Any]:
    names = ("id", "kinds", "since", "until", "masked", "cursor", "started_at")
    return {name: row[name] for name in names}


async def _add(db: Db, row: Mapping[Any, Any], lines: list[bytes]) -> int:
    if not lines:
        return 0
    # Without a time in it: the same lines are the same bytes. Members stand one after the other in a gzip file.
    data = gzip.compress(b"".join(lines), 6, mtime=0)
    await db.execute(
        _ADD, {"export_id": row["id"], "position": row["pieces"], "data": data, "expires_at": row["expires_at"]}
    )
    return len(data)


async def _change(db: Db, row: Mapping[Any, Any], **values: Any) -> None:
    await db.execute(sa.update(export).where(export.c.id == row["id"]).values(values))
