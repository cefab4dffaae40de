"""Who a request's credentials stand for. Remembered for 5 s, so that most requests cost no SQL.

Whatever is revoked or disabled is refused at once by the process that did it, and within 5 s by every other one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256

from starlette.requests import cookie_parser

from common import telemetry
from common.clock import Clock
from common.db import Database
from common.http.identity import Caller, Mint, NotIdentified
from gateway.keys.find import whose_key
from gateway.keys.token import read_token
from gateway.people.session import COOKIE, whose_session

REMEMBERED = timedelta(seconds=5)
_ENTRIES = 10_000

_HOW = "Log in, or send an API key as `Authorization: Bearer kefu_…`."


class Identities:
    """Knows callers by their API key or session."""

    def __init__(self, database: Database, clock: Clock, mint: Mint) -> None:
        self._database, self._clock, self._mint = database, clock, mint
        self._known: dict[bytes, tuple[datetime, Caller | None]] = {}
        """Replaced, never emptied: what was looked up before `forget` goes into the old one, which nobody reads."""

    async def of(self, headers: Mapping[str, str], *, slide: bool = True) -> Caller:
        """The caller with these headers (lower-case names); an API key counts before a cookie.

        `slide` lets a session live on from now. Raises NotIdentified, DatabaseAway.
        """
        credential = credential_of(headers)
        if credential is None:
            telemetry.AUTH_FAILURES.labels("missing").inc()
            raise NotIdentified(_HOW, headers={"WWW-Authenticate": "Bearer"})
        caller = await self._caller(credential, slide=slide)
        if caller is None:
            telemetry.AUTH_FAILURES.labels("not_valid").inc()
            raise NotIdentified(f"This key or session is not valid (any more). {_HOW}")
        return caller

    def token(self, caller: Caller) -> str:
        """What the services are shown of `caller`."""
        return self._mint.identity(caller)

    def forget(self) -> None:
        """Remember nobody: keys, sessions or people have changed."""
        self._known = {}

    async def _caller(self, credential: str, *, slide: bool) -> Caller | None:
        now = self._clock.now()
        # Its hash, so that a dump of the memory shows no credentials of the last hours.
        memory = sha256(credential.encode()).digest()
        known = self._known
        until, caller = known.get(memory, (now, None))
        if until > now:
            return caller
        caller = await self._look_up(credential, now=now, slide=slide)
        if len(known) >= _ENTRIES:
            known.clear()
        known[memory] = (now + REMEMBERED, caller)
        return caller

    async def _look_up(self, credential: str, *, now: datetime, slide: bool) -> Caller | None:
        kind, _, secret = credential.partition(" ")
        if kind == "session":
            return await whose_session(self._database, secret, now=now, slide=slide)
        token = read_token(secret)
        return await whose_key(self._database, token, now=now) if token else None


def credential_of(headers: Mapping[str, str]) -> str | None:
    """`key …` or `session …` as the headers present it, or None. Raises NotIdentified for an unknown scheme."""
    authorization = headers.get("authorization")
    if authorization is not None:
        scheme, _, value = authorization.partition(" ")
        if scheme.lower() != "bearer":
            telemetry.AUTH_FAILURES.labels("unknown_scheme").inc()
            raise NotIdentified(_HOW, headers={"WWW-Authenticate": "Bearer"})
        return f"key {value.strip()}"
    token = cookie_parser(headers.get("cookie", "")).get(COOKIE)
    return f"session {token}" if token else None
