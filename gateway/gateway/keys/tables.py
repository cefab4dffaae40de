"""API keys."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, UUID

from gateway.schema import metadata

_stamp = sa.DateTime(timezone=True)

api_key = sa.Table(
    "api_key",
    metadata,
    sa.Column("id", UUID(as_uuid=True), primary_key=True),
    sa.Column("name", sa.Text, nullable=False, index=True),
    sa.Column("secret_hash", BYTEA, nullable=False, comment="SHA-256 of the secret: a dump lets nobody in."),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("scopes", ARRAY(sa.Text), nullable=False, comment="`*` for everything the role may do."),
    sa.Column("created_by", UUID(as_uuid=True), nullable=False),
    sa.Column("created_at", _stamp, nullable=False),
    sa.Column("expires_at", _stamp),
    sa.Column("revoked_at", _stamp),
    sa.Column("last_used_at", _stamp, comment="Written at most every ten minutes."),
)
