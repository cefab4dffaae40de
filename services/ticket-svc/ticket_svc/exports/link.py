"""The link that lets an export's file out: unguessable, short-lived, checked without asking the database. Pure."""

from __future__ import annotations

import hmac
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from common.tokens import Expired, Forged, read_token, write_token

LIFETIME = timedelta(minutes=15)

_LAYOUT = struct.Struct(">16sI")


@dataclass(frozen=True, slots=True)
class Link:
    """What a link says: which export, until when."""

    export_id: UUID
    expires_at: datetime


class Links:
    """Makes and reads the links of one deployment."""

    def __init__(self, secret: str, public_url: str) -> None:
        """`public_url` is how the gateway is reached."""
        self._key = sha256(b"export-link" + secret.encode()).digest()
        self._public_url = public_url.rstrip("/")

    def url(self, export_id: UUID, *, now: datetime) -> tuple[str, datetime]:
        """The link as it is given out, and when it expires."""
        expires_at = (now + LIFETIME).replace(microsecond=0)
        body = _LAYOUT.pack(export_id.bytes, int(expires_at.timestamp()))
        return f"{self._public_url}/x/{write_token(body, self._mac(body))}", expires_at

    def read(self, token: str, *, now: datetime) -> Link:
        """What the token says. Raises Forged or Expired."""
        body, mac = read_token(token, _LAYOUT.size)
        if not hmac.compare_digest(mac, self._mac(body)):
            raise Forged(token)
        export, expires = _LAYOUT.unpack(body)
        link = Link(UUID(bytes=export), datetime.fromtimestamp(expires, UTC))
        if now >= link.expires_at:
            raise Expired(token)
        return link

    def _mac(self, body: bytes) -> bytes:
        return hmac.digest(self._key, b"v1|" + body, sha256)
