"""What was suggested for each ticket, as it was then."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, UUID

from kb_svc.schema import metadata

suggestion = sa.Table(
    "suggestion",
    metadata,
    sa.Column("ticket_id", UUID(as_uuid=True), primary_key=True),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("articles", JSONB, nullable=False, comment="Best first; with the revision that was live then."),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, index=True),
)
