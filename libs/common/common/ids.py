"""Identifiers: UUIDv7, so that ids sort by the time they were made (RFC 9562)."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A fresh UUIDv7."""
    made: UUID = uuid7()
    return made
