"""People, their sessions, and failed attempts to log in."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import BYTEA, UUID

from gateway.schema import metadata

_stamp = sa.DateTime(timezone=True)

person = sa.Table(
    "person",
    metadata,
    sa.Column("id", UUID(as_uuid=True), primary_key=True),
    sa.Column("email", sa.Text, nullable=False, unique=True, comment="In lower case."),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("password_hash", sa.Text, comment="Argon2id; null for somebody who cannot log in with a password."),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("created_at", _stamp, nullable=False),
    sa.Column("updated_at", _stamp, nullable=False),
)

session = sa.Table(
    "session",
    metadata,
    sa.Column("token_hash", BYTEA, primary_key=True, comment="SHA-256 of the cookie: a dump lets nobody in."),
    sa.Column(
        "person_id", UUID(as_uuid=True), sa.ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    sa.Column("created_at", _stamp, nullable=False),
    sa.Column("expires_at", _stamp, nullable=False, index=True),
)

attempt = sa.Table(
    "login_attempt",
    metadata,
    sa.Column("key", BYTEA, primary_key=True, comment="SHA-256 of what is counted: an account at an address."),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("last_at", _stamp, nullable=False, index=True),
)
