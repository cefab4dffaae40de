"""The form of an API key: `kefu_<id>_<secret>`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Token:
    """What a caller presents: which key, and the secret that shows it is theirs."""

    id: UUID
    secret: str

    def __str__(self) -> str:
        return f"kefu_{self.id.hex}_{self.secret}"

    @property
    def hash(self) -> bytes:
        """What is kept of the secret: it has 256 random bits, so a fast hash is enough."""
        return sha256(self.secret.encode()).digest()


def read_token(text: str) -> Token | None:
    """The token in `text`, or None when it is none of ours."""
    prefix, _, rest = text.partition("_")
    hexadecimal, _, secret = rest.partition("_")
    if prefix != "kefu" or len(hexadecimal) != 32 or not 20 <= len(secret) <= 100:
        return None
    try:
        return Token(UUID(hexadecimal), secret)
    except ValueError:
        return None
