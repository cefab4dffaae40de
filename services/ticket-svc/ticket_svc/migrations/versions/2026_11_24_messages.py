"""HTML, files, mentions, edits and redactions of messages; drafts, followers, and the staff's names and roles."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_24_messages"
down_revision = "2026_11_24_fields"
branch_labels = None
depends_on = None

_stamp = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("message", sa.Column("html", sa.Text(), nullable=True, comment="Harmless: see writing/html.py."))
    op.add_column("message", sa.Column("mentions", postgresql.ARRAY(sa.UUID()), nullable=False, server_default="{}"))
    op.add_column(
        "message",
        sa.Column(
            "attachments",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            server_default="[]",
            comment="As the message shows them.",
        ),
    )
    op.add_column(
        "message",
        sa.Column("version", sa.BigInteger(), nullable=False, server_default="1", comment="One more for each edit."),
    )
    op.add_column("message", sa.Column("edited_at", _stamp, nullable=True))
    op.add_column(
        "message",
        sa.Column("redacted_at", _stamp, nullable=True, comment="When something was last made unreadable in it."),
    )
    op.alter_column("message", "text", comment="Made from the HTML when none was given.")
    _versions()
    _attachments()
    _drafts()
    _people()


def _versions() -> None:
    op.create_table(
        "message_version",
        sa.Column("message_id", sa.UUID(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False, comment="The message's version that said this."),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=True),
        sa.Column("replaced_at", _stamp, nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False, comment="Who replaced it: as on the trail."),
        sa.Column("actor_id", sa.UUID(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_message_version_message_id")),
        sa.PrimaryKeyConstraint("message_id", "number", name=op.f("pk_message_version")),
    )


def _attachments() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False, comment="Judged from the content: see kind.py."),
        sa.Column("may_be_shown", sa.Boolean(), nullable=False, comment="In a browser; all others are downloaded."),
        sa.Column("size", sa.BigInteger(), nullable=False, comment="Bytes."),
        sa.Column("sha256", postgresql.BYTEA(), nullable=False),
        sa.Column("uploaded_by", sa.UUID(), nullable=False),
        sa.Column("uploaded_at", _stamp, nullable=False),
        sa.Column("waits_since", _stamp, nullable=True, comment="For its message; null once it has one."),
        sa.Column("ticket_id", sa.UUID(), nullable=True),
        sa.Column("message_id", sa.UUID(), nullable=True),
        sa.Column("is_public", sa.Boolean(), nullable=False, comment="As its message is."),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_attachment_ticket_id")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_attachment_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    op.create_index(
        "ix_attachment_of_message",
        "attachment",
        ["message_id"],
        unique=False,
        postgresql_where=sa.text("message_id IS NOT NULL"),
    )
    op.create_index(
        "ix_attachment_of_uploader",
        "attachment",
        ["uploaded_by"],
        unique=False,
        postgresql_where=sa.text("waits_since IS NOT NULL"),
    )
    op.create_index(
        "ix_attachment_waiting",
        "attachment",
        ["waits_since"],
        unique=False,
        postgresql_where=sa.text("waits_since IS NOT NULL"),
    )
    op.create_table(
        "attachment_piece",
        sa.Column("attachment_id", sa.UUID(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("data", postgresql.BYTEA(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"],
            ["attachment.id"],
            name=op.f("fk_attachment_piece_attachment_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("attachment_id", "position", name=op.f("pk_attachment_piece")),
    )
    # Files are compressed already, as a rule: trying it again costs CPU for nothing.
    op.execute("ALTER TABLE attachment_piece ALTER COLUMN data SET STORAGE EXTERNAL")


def _drafts() -> None:
    op.create_table(
        "draft",
        sa.Column("ticket_id", sa.UUID(), nullable=False),
        sa.Column("author_id", sa.UUID(), nullable=False, comment="Nobody else sees it."),
        sa.Column("is_public", sa.Boolean(), nullable=False, comment="Whether it is to be a reply, or a note."),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=True),
        sa.Column("updated_at", _stamp, nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_draft_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", "author_id", name=op.f("pk_draft")),
    )
    op.create_index(op.f("ix_draft_updated_at"), "draft", ["updated_at"], unique=False)


def _people() -> None:
    op.create_table(
        "colleague",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False, comment="Of the event it was learnt from."),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_colleague")),
    )
    op.create_table(
        "follower",
        sa.Column("ticket_id", sa.UUID(), nullable=False),
        sa.Column("agent_id", sa.UUID(), nullable=False),
        sa.Column("since", _stamp, nullable=False),
        sa.Column("why", sa.Text(), nullable=False, comment="mentioned or asked"),
        sa.Column("by_name", sa.Text(), nullable=False, comment="Who let them follow."),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_follower_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", "agent_id", name=op.f("pk_follower")),
    )
    op.create_index("ix_follower_agent", "follower", ["agent_id", "since"], unique=False)
