"""The tables of macros: what is kept, and how often each was used."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, UUID

from ticket_svc.schema import metadata

_stamp = sa.DateTime(timezone=True)

macro = sa.Table(
    "macro",
    metadata,
    sa.Column("id", UUID(as_uuid=True), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("category", sa.Text, comment="Under which heading of a menu it stands."),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("owner_id", UUID(as_uuid=True), nullable=False, comment="The user or API key that made it."),
    sa.Column("owner_name", sa.Text, nullable=False),
    sa.Column("shared", sa.Text, nullable=False, comment="private or everyone"),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("message", JSONB(none_as_null=True), comment="Its kind, and the text in each language; HTML harmless."),
    sa.Column("actions", JSONB, nullable=False, comment="As they were given: what was left out is not there."),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("created_at", _stamp, nullable=False),
    sa.Column("updated_at", _stamp, nullable=False),
    sa.Index("ix_macro_of_owner", "owner_id"),
    sa.Index("ix_macro_shared", "id", postgresql_where=sa.text("shared = 'everyone'")),
)

macro_use = sa.Table(
    "macro_use",
    metadata,
    sa.Column("macro_id", UUID(as_uuid=True), sa.ForeignKey("macro.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("day", sa.Date, primary_key=True, comment="In UTC."),
    sa.Column("slot", sa.SmallInteger, primary_key=True, comment="Drawn: so that not all wait for one row."),
    sa.Column("uses", sa.BigInteger, nullable=False),
    sa.Column("last_at", _stamp, nullable=False),
    sa.Index("ix_macro_use_last", "last_at"),
)
