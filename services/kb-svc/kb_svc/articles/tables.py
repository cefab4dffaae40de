"""Articles and their revisions: the texts stand in the revisions, an article says which is newest and which live."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from kb_svc.schema import metadata

_stamp = sa.DateTime(timezone=True)

article = sa.Table(
    "article",
    metadata,
    sa.Column("id", UUID(as_uuid=True), primary_key=True),
    sa.Column("external_id", sa.Text, unique=True, comment="The article's id in the system it was imported from."),
    sa.Column("locale", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False, comment="The newest revision's number."),
    sa.Column("live_revision", sa.Integer, comment="The revision that is found; kept when archived, null before."),
    sa.Column("version", sa.BigInteger, nullable=False, comment="Rises with every change: ETag and event sequence."),
    sa.Column("created_at", _stamp, nullable=False),
    sa.Column("updated_at", _stamp, nullable=False),
    sa.Column("published_at", _stamp, comment="When live_revision went live."),
    sa.CheckConstraint("locale IN ('zh-CN', 'zh-TW', 'en')", name="locale"),
    sa.CheckConstraint("state IN ('draft', 'published', 'archived')", name="state"),
    sa.CheckConstraint("state <> 'published' OR live_revision IS NOT NULL", name="published_is_live"),
)

revision = sa.Table(
    "revision",
    metadata,
    sa.Column("article_id", UUID(as_uuid=True), sa.ForeignKey("article.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("audience", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("keywords", ARRAY(sa.Text), nullable=False),
    sa.Column("made_at", _stamp, nullable=False),
    sa.Column("made_by", UUID(as_uuid=True), nullable=False, comment="The user or API key."),
    sa.CheckConstraint("audience IN ('public', 'internal')", name="audience"),
)
