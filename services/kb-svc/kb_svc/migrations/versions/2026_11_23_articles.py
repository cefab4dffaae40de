"""Articles, the search index and suggestions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_23_articles"
down_revision = None
branch_labels = None
depends_on = None

_SLOTS = 16


def upgrade() -> None:
    _articles()
    _index()
    op.create_table(
        "suggestion",
        sa.Column("ticket_id", sa.UUID(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column(
            "articles",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="Best first; with the revision that was live then.",
        ),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_suggestion")),
    )
    # The watch over the index's version sets itself anew each time; this is the first.
    op.execute(
        "INSERT INTO timer (id, kind, subject_id, due_at, wake_at, payload, traceparent)"
        " SELECT id, 'search.rebuild', id, now(), now(), '{}', ''"
        " FROM (SELECT CAST('00000000-0000-7000-8000-6b6566755f6b' AS uuid) AS id) AS one ON CONFLICT DO NOTHING"
    )


def _articles() -> None:
    op.create_table(
        "article",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column(
            "external_id", sa.Text(), nullable=True, comment="The article's id in the system it was imported from."
        ),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False, comment="The newest revision's number."),
        sa.Column(
            "live_revision",
            sa.Integer(),
            nullable=True,
            comment="The revision that is found; kept when archived, null before.",
        ),
        sa.Column(
            "version", sa.BigInteger(), nullable=False, comment="Rises with every change: ETag and event sequence."
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True, comment="When live_revision went live."),
        sa.CheckConstraint("locale IN ('zh-CN', 'zh-TW', 'en')", name=op.f("ck_article_locale")),
        sa.CheckConstraint(
            "state <> 'published' OR live_revision IS NOT NULL", name=op.f("ck_article_published_is_live")
        ),
        sa.CheckConstraint("state IN ('draft', 'published', 'archived')", name=op.f("ck_article_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
        sa.UniqueConstraint("external_id", name=op.f("uq_article_external_id")),
    )
    op.create_table(
        "revision",
        sa.Column("article_id", sa.UUID(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("keywords", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.UUID(), nullable=False, comment="The user or API key."),
        sa.CheckConstraint("audience IN ('public', 'internal')", name=op.f("ck_revision_audience")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_revision_article_id")),
        sa.PrimaryKeyConstraint("article_id", "number", name=op.f("pk_revision")),
    )


def _index() -> None:
    _document()
    op.create_table(
        "term",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("term", sa.Text(collation="C"), nullable=False, comment="C: a range finds beginnings."),
        sa.Column(
            "df", sa.Integer(), nullable=False, comment="In how many documents it occurs; 0 when no longer in any."
        ),
        sa.Column(
            "tail", sa.Text(), nullable=True, comment="The second character of a pair, for one-character queries."
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term")),
        sa.UniqueConstraint("term", name=op.f("uq_term_term")),
        postgresql_with={"fillfactor": 70},
    )
    op.create_index("ix_term_tail", "term", ["tail"], postgresql_where=sa.text("tail IS NOT NULL"))
    op.create_table(
        "posting",
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("doc", sa.Integer(), nullable=False),
        sa.Column("impact", sa.REAL(), nullable=False, comment="The term's weight in the document, without idf."),
        sa.Column(
            "visibility", sa.SmallInteger(), nullable=False, comment="Bits of locale and audience: visibility.py."
        ),
    )
    op.create_index(
        "ux_posting", "posting", ["term_id", "doc"], unique=True, postgresql_include=["impact", "visibility"]
    )
    op.create_table(
        "corpus",
        sa.Column("slot", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("articles", sa.BigInteger(), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("slot", name=op.f("pk_corpus")),
        comment="How many documents there are and how long together; in slots, so that publishers need not queue.",
    )
    op.execute(f"INSERT INTO corpus (slot, articles, length) SELECT s, 0, 0 FROM generate_series(0, {_SLOTS - 1}) AS s")


def _document() -> None:
    op.create_table(
        "document",
        sa.Column("doc", sa.Integer(), sa.Identity(always=True), nullable=False, comment="Short, for posting's sake."),
        sa.Column("article_id", sa.UUID(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("keywords", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column(
            "length",
            sa.Integer(),
            nullable=False,
            comment="Tokens of the body, and thrice of the title.",
        ),
        sa.Column(
            "terms",
            postgresql.ARRAY(sa.Integer()),
            nullable=False,
            comment="Every term, so that its postings can be found.",
        ),
        sa.Column("title_terms", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("tokens_version", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("doc", name=op.f("pk_document")),
        sa.UniqueConstraint("article_id", name=op.f("uq_document_article_id")),
    )
    op.create_index(op.f("ix_document_tokens_version"), "document", ["tokens_version"])
