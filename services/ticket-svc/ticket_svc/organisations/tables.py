"""The tables of organisations and of the mail domains that are theirs."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, UUID

from ticket_svc.schema import metadata

_stamp = sa.DateTime(timezone=True)
_id = UUID(as_uuid=True)

organisation = sa.Table(
    "organisation",
    metadata,
    sa.Column("id", _id, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("external_id", sa.Text, comment="The organisation's id in another system."),
    sa.Column("tier", sa.Text, nullable=False),
    sa.Column("notes", sa.Text),
    sa.Column("attributes", JSONB, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("created_at", _stamp, nullable=False),
    sa.Column("updated_at", _stamp, nullable=False),
    sa.UniqueConstraint("external_id"),
    sa.Index("ix_organisation_newest", "created_at", "id"),
)

organisation_domain = sa.Table(
    "organisation_domain",
    metadata,
    sa.Column("domain", sa.Text, primary_key=True),
    sa.Column("organisation_id", _id, sa.ForeignKey("organisation.id"), nullable=False),
    sa.Index("ix_organisation_domain_of", "organisation_id"),
)
