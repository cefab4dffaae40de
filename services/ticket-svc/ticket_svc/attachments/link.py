"""The link that lets one attachment out: unguessable, short-lived, checked without asking the database. Pure.

The token is what was signed, byte for byte (attachment, whether to show it, expiry in seconds since 1970), and an
HMAC-SHA256 over it. It says nothing of who asked for it: whoever holds it may read that one file, so it expires soon.
"""

from __future__ import annotations

import hmac
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from common.tokens import Expired, Forged, read_token, write_token

LIFETIME = timedelta(minutes=15)

_LAYOUT = struct.Struct(">16s?I")


@dataclass(frozen=True, slots=True)
class Link:
    """What a link says: which attachment, whether a browser may show it, until when."""

    attachment_id: UUID
    is_shown: bool
    expires_at: datetime


def expiry(asked_at: datetime) -> datetime:
    """When a link that was asked for at `asked_at` expires, in whole seconds."""
    return (asked_at + LIFETIME).replace(microsecond=0)


class Links:
    """Makes and reads the links of one deployment."""

    def __init__(self, secret: str, public_url: str) -> None:
        """`public_url` is how the gateway is reached."""
        self._key = sha256(b"attachment-link" + secret.encode()).digest()
        self._public_url = public_url.rstrip("/")

    def url(self, link: Link) -> str:
        """The link as it is given out."""
        return f"{self._public_url}/a/{self.token(link)}"

    def token(self, link: Link) -> str:
        """The link's last part."""
        body = _LAYOUT.pack(link.attachment_id.bytes, link.is_shown, int(link.expires_at.timestamp()))
        return write_token(body, self._mac(body))

    def read(self, token: str, *, now: datetime) -> Link:
        """What the token says. Raises Forged or Expired."""
        body, mac = read_token(token, _LAYOUT.size)
        if not hmac.compare_digest(mac, self._mac(body)):
            raise Forged(token)
        attachment, is_shown, expires = _LAYOUT.unpack(body)
        link = Link(UUID(bytes=attachment), is_shown, datetime.fromtimestamp(expires, UTC))
        if now >= link.expires_at:
            raise Expired(token)
        return link

    def _mac(self, body: bytes) -> bytes:
        return hmac.digest(self._key, b"v1|" + body, sha256)
