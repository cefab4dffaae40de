"""The search index over tickets and messages, and the indexes that lists and searches go by."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_24_search"
down_revision = "2026_11_24_incidents"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ticket_words",
        sa.Column("ticket_id", sa.UUID(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False, comment="The ticket's: results come in its order."),
        sa.Column("version", sa.BigInteger(), nullable=False, comment="Of the ticket when its texts were read."),
        sa.Column("tokens_version", sa.SmallInteger(), nullable=False, comment="Which cutting of text made the row."),
        sa.Column(
            "words", postgresql.TSVECTOR(), nullable=False, comment="Terms and marks without positions: terms.py."
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_words_ticket_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_ticket_words")),
        postgresql_with={"toast_tuple_target": 128},
    )
    op.create_index(
        "ix_ticket_words_words",
        "ticket_words",
        ["words"],
        postgresql_using="gin",
        postgresql_with={"gin_pending_list_limit": "256"},
    )
    _lists()
    # Catches up with the tickets that are there already; a new database has none, and no need of it.
    op.execute(
        "INSERT INTO timer (id, kind, subject_id, due_at, wake_at, payload, traceparent)"
        " SELECT id, 'search.catch_up', id, now(), now(), '{}', ''"
        " FROM (SELECT CAST('00000000-0000-7000-8000-6b6566755f74' AS uuid) AS id) AS one"
        " WHERE EXISTS (SELECT FROM ticket)"
        " ON CONFLICT (kind, subject_id) DO UPDATE SET payload = excluded.payload, wake_at = excluded.wake_at"
    )


def _lists() -> None:
    op.create_index("ix_ticket_of_status", "ticket", ["status", "opened_at", "id"])
    op.drop_index("ix_ticket_alive", "ticket")
    for name, columns, where in (
        ("ix_ticket_of_agent_status", ["agent_id", "status", "opened_at", "id"], "agent_id IS NOT NULL"),
        ("ix_ticket_of_topic", ["topic", "opened_at", "id"], "topic IS NOT NULL"),
    ):
        op.create_index(name, "ticket", columns, postgresql_where=sa.text(where))
    for column in ("name", "email", "phone"):
        op.create_index(
            f"ix_customer_{column}_begins", "customer", [column], postgresql_ops={column: "text_pattern_ops"}
        )
