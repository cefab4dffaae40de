"""Who calls: a short-lived identity, signed by the gateway (Ed25519 JWT), without which a service answers nobody.

Services hold only the public key, so none of them can make an identity, its own or another's.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import jwt
from fastapi import Request

from common import telemetry
from common.http.permissions import allows
from common.http.problems import Problem

HEADER = "kefu-identity"
LIFETIME = 120
"""Seconds an identity is good for; the gateway makes a new one well before."""

Role = Literal["admin", "supervisor", "agent", "light_agent", "customer", "integration"]


class NotIdentified(Problem):
    """The request carries no identity, or one that is forged or expired."""

    status, title = 401, "Who are you?"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and what they may do."""

    id: UUID
    kind: Literal["user", "key", "customer"]
    role: Role
    name: str
    scopes: frozenset[str] = frozenset({"*"})
    """What an API key is limited to; `*` for no limit beyond the role."""

    def can(self, permission: str) -> bool:
        """Whether role and scopes both allow it."""
        return allows(self.role, permission) and ("*" in self.scopes or permission in self.scopes)

    @property
    def is_staff(self) -> bool:
        """Someone of the organisation, not a customer."""
        return self.role != "customer"


class Mint:
    """The gateway's: makes identities."""

    def __init__(self, private_key_pem: str) -> None:
        self._key = private_key_pem
        self._made: dict[Caller, tuple[float, str]] = {}

    def identity(self, caller: Caller) -> str:
        """A token for `caller`, good for at least half of LIFETIME; the same one again while it is."""
        now = time.time()
        until, token = self._made.get(caller, (0.0, ""))
        if until > now:
            return token
        claims = {
            "iss": "kefu-gateway",
            "aud": "kefu",
            "sub": str(caller.id),
            "kind": caller.kind,
            "role": caller.role,
            "name": caller.name,
            "scopes": sorted(caller.scopes),
            "exp": int(now) + LIFETIME,
        }
        token = jwt.encode(claims, self._key, algorithm="EdDSA")
        if len(self._made) > 10_000:
            self._made.clear()
        self._made[caller] = (now + LIFETIME / 2, token)
        return token


class Verifier:
    """A service's: reads identities. Remembers those it has checked until they expire."""

    def __init__(self, public_key_pem: str) -> None:
        self._key = public_key_pem
        self._seen: dict[str, tuple[float, Caller]] = {}

    def caller(self, token: str) -> Caller:
        """Who the token says is calling. Raises NotIdentified."""
        until, caller = self._seen.get(token, (0.0, None))
        if caller is not None and until > time.time():
            return caller
        claims = self._claims(token)
        caller = Caller(
            UUID(claims["sub"]), claims["kind"], claims["role"], claims["name"], frozenset(claims["scopes"])
        )
        if len(self._seen) > 10_000:
            self._seen.clear()
        self._seen[token] = (float(claims["exp"]), caller)
        return caller

    def _claims(self, token: str) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(
                token, self._key, algorithms=["EdDSA"], audience="kefu", issuer="kefu-gateway"
            )
        except jwt.ExpiredSignatureError as error:
            telemetry.AUTH_FAILURES.labels("identity_expired").inc()
            raise NotIdentified("The identity has expired.") from error
        except jwt.InvalidTokenError as error:
            telemetry.AUTH_FAILURES.labels("identity_not_ours").inc()
            raise NotIdentified("The identity is not one of ours.") from error
        return claims


def caller(request: Request) -> Caller:
    """The caller of this request. Raises NotIdentified."""
    token = request.headers.get(HEADER)
    if not token:
        telemetry.AUTH_FAILURES.labels("identity_missing").inc()
        raise NotIdentified("Ask through the gateway: it says who you are.")
    verifier: Verifier = request.app.state.platform.verifier
    return verifier.caller(token)
