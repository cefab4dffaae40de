"""Issuing an API key. Two keys of a name may live at a time: the old one works until the new one is in place."""

from __future__ import annotations

import secrets
from datetime import datetime

import sqlalchemy as sa

from common.db import Db
from common.http.identity import Caller
from common.http.problems import Conflict, Problem, invalid
from common.ids import new_id
from gateway.keys import grant
from gateway.keys.schemas import IssuedKey, IssueKey
from gateway.keys.tables import api_key
from gateway.keys.token import Token

LIVE_PER_NAME = 2


class TooManyKeys(Conflict):
    """Two keys of this name are live; revoke one first."""


class BeyondYours(Problem):
    """Nobody can give a key more than they may do themselves."""

    status, title = 403, "Not allowed"


async def issue_key(db: Db, who: Caller, wanted: IssueKey, now: datetime) -> IssuedKey:
    """Make a key. Raises BeyondYours, TooManyKeys, or Invalid for an end in the past or a scope without effect."""
    scopes = sorted(set(wanted.scopes)) if wanted.scopes else [grant.ALL]
    _check(who, wanted, scopes, now)
    # Two requests for one name come one after the other, so that both cannot count the same live keys.
    await db.execute(sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 1))"), {"name": wanted.name})
    if await _live(db, wanted.name, now) >= LIVE_PER_NAME:
        raise TooManyKeys(f"Two keys called {wanted.name} are live; revoke one of them first.")
    token = Token(new_id(), secrets.token_urlsafe(32))
    row = {
        "id": token.id,
        "name": wanted.name,
        "secret_hash": token.hash,
        "role": wanted.role,
        "scopes": scopes,
        "created_by": who.id,
        "created_at": now,
        "expires_at": wanted.expires_at,
    }
    new = (await db.execute(sa.insert(api_key).values(row).returning(api_key))).one()
    return IssuedKey(
        **{name: new._mapping[name] for name in IssuedKey.model_fields if name != "token"}, token=str(token)
    )


def _check(who: Caller, wanted: IssueKey, scopes: list[str], now: datetime) -> None:
    if wanted.expires_at and wanted.expires_at <= now:
        raise invalid("/expires_at", "This is in the past.", "in_the_past")
    useless = grant.without_effect(role=wanted.role, scopes=scopes)
    if useless:
        raise invalid("/scopes", f"The role {wanted.role} never has {', '.join(useless)}.", "without_effect")
    beyond = grant.beyond(who.can, role=wanted.role, scopes=scopes)
    if beyond:
        raise BeyondYours(f"You do not have {', '.join(beyond)} yourself.")


async def _live(db: Db, name: str, now: datetime) -> int:
    unexpired = sa.or_(api_key.c.expires_at.is_(None), api_key.c.expires_at > now)
    live = sa.select(sa.func.count()).where(api_key.c.name == name, api_key.c.revoked_at.is_(None), unexpired)
    return int((await db.execute(live)).scalar_one())
