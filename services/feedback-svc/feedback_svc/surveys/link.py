"""The survey's link: unguessable, good for one survey and 14 days, checked without asking the database.

The token carries what was signed, HMAC-SHA256 over `v1|survey|ticket|points|expires` (times in seconds since 1970).
"""

import hmac
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from common.tokens import Expired, Forged, read_token, write_token

LIFETIME = timedelta(days=14)
POINTS = 5
"""Of the scale that is asked for: a link for another scale is another link."""

_LAYOUT = struct.Struct(">16s16sBI")


@dataclass(frozen=True, slots=True)
class Link:
    """What a link says: which survey, and until when."""

    survey_id: UUID
    ticket_id: UUID
    expires_at: datetime


def expiry(sent_at: datetime) -> datetime:
    """When a link sent at `sent_at` expires, in whole seconds."""
    return (sent_at + LIFETIME).replace(microsecond=0)


def signature(key: bytes, *, survey: str, ticket: str, points: int, expires: int) -> bytes:
    """HMAC-SHA256 over what the link says."""
    return hmac.digest(key, f"v1|{survey}|{ticket}|{points}|{expires}".encode(), sha256)


class Links:
    """Makes and reads the links of one deployment."""

    def __init__(self, secret: str, public_url: str) -> None:
        """`public_url` is where customers reach the gateway."""
        self._key = sha256(b"survey-link" + secret.encode()).digest()
        self._public_url = public_url.rstrip("/")

    def url(self, link: Link) -> str:
        """The link as the customer gets it."""
        return f"{self._public_url}/s/{self.token(link)}"

    def token(self, link: Link) -> str:
        """The link's last part."""
        expires = int(link.expires_at.timestamp())
        body = _LAYOUT.pack(link.survey_id.bytes, link.ticket_id.bytes, POINTS, expires)
        return write_token(body, self._mac(link, POINTS, expires))

    def read(self, token: str, *, now: datetime) -> Link:
        """What the token says. Raises Forged or Expired."""
        body, mac = read_token(token, _LAYOUT.size)
        survey, ticket, points, expires = _LAYOUT.unpack(body)
        link = Link(UUID(bytes=survey), UUID(bytes=ticket), datetime.fromtimestamp(expires, UTC))
        if not hmac.compare_digest(mac, self._mac(link, points, expires)):
            raise Forged(token)
        if now >= link.expires_at:
            raise Expired(token)
        return link

    def _mac(self, link: Link, points: int, expires: int) -> bytes:
        survey, ticket = str(link.survey_id), str(link.ticket_id)
        return signature(self._key, survey=survey, ticket=ticket, points=points, expires=expires)
