"""Tokens that links carry: bytes and an HMAC-SHA256 over what they say, as base64url in its one spelling."""

from __future__ import annotations

import base64
import binascii
from hashlib import sha256


class Forged(ValueError):
    """The token is none of ours."""


class Expired(ValueError):
    """The token was ours and is too old."""


def write_token(body: bytes, mac: bytes) -> str:
    """The token of what is said and its signature."""
    return base64.urlsafe_b64encode(body + mac).rstrip(b"=").decode()


def read_token(token: str, size: int) -> tuple[bytes, bytes]:
    """What a token says, `size` bytes of it, and the signature that it has; whether that is ours is not asked here.

    Raises Forged for what `write_token` cannot have written.
    """
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise Forged(token) from error
    # One link is one token: spare bits at the end must not make others that read the same.
    if write_token(raw, b"") != token or len(raw) != size + sha256().digest_size:
        raise Forged(token)
    return raw[:size], raw[size:]
