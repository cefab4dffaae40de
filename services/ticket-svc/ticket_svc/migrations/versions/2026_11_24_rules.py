"""Rules, their versions, what they did; the rule that brought a step of a ticket's trail about."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_24_rules"
down_revision = "2026_11_24_customers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "ticket_event",
        sa.Column(
            "rule",
            postgresql.JSONB(),
            comment="The rule that did it: id, version, and its place in a chain.",
        ),
    )
    _by_whom("person, key, customer, system or rule", was="person, key, customer or system")
    op.create_table(
        "rule",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False, comment="The present one; what it says stands there."),
        sa.Column("position", sa.Integer(), nullable=False, comment="Rules are asked in this order."),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("active_since", sa.DateTime(timezone=True), comment="It hears of nothing that happened before."),
        sa.Column("removed_at", sa.DateTime(timezone=True), comment="Its versions and runs stay."),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule")),
    )
    op.create_table(
        "rule_version",
        sa.Column("rule_id", sa.UUID(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False, comment="Never changes once it is written."),
        sa.Column("what", sa.Text(), nullable=False, comment="What made it: created, changed, activated, …"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("trigger", postgresql.JSONB(), nullable=False),
        sa.Column("conditions", postgresql.JSONB(), comment="Null: any ticket. Checked again whenever it is used."),
        sa.Column("actions", postgresql.JSONB(), nullable=False),
        sa.Column("stop", sa.Boolean(), nullable=False),
        sa.Column("by_kind", sa.Text(), nullable=False, comment="Who made it: as on the trail of tickets."),
        sa.Column("by_id", sa.UUID()),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["rule_id"], ["rule.id"], name=op.f("fk_rule_version_rule_id_rule")),
        sa.PrimaryKeyConstraint("rule_id", "version", name=op.f("pk_rule_version")),
    )
    edition = op.create_table(
        "rule_edition",
        sa.Column("only", sa.Boolean(), nullable=False, comment="True: there is one row."),
        sa.Column("edition", sa.UUID(), nullable=False, comment="A new one with every change of a rule."),
        sa.CheckConstraint('"only"', name=op.f("ck_rule_edition_only")),
        sa.PrimaryKeyConstraint("only", name=op.f("pk_rule_edition")),
    )
    op.execute(edition.insert().values(only=True, edition=sa.func.gen_random_uuid()))
    _runs()


def _by_whom(comment: str, *, was: str) -> None:
    op.alter_column(
        "ticket_event",
        "actor_kind",
        existing_type=sa.Text(),
        existing_nullable=False,
        comment=comment,
        existing_comment=was,
    )


def _runs() -> None:
    op.create_table(
        "rule_run",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("rule_id", sa.UUID(), nullable=False),
        sa.Column("rule_version", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", sa.UUID(), nullable=False),
        sa.Column("happened", sa.Text(), nullable=False, comment="What it was about: a happening, or time."),
        sa.Column("event_id", sa.UUID(), comment="Of the event; null for time."),
        sa.Column(
            "chain_id", sa.UUID(), nullable=False, comment="The same for all that followed from one change of a ticket."
        ),
        sa.Column("depth", sa.Integer(), nullable=False, comment="How many rules acted one because of the other."),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("problem", postgresql.JSONB(), comment="Why it was refused."),
        sa.Column("version_before", sa.BigInteger(), nullable=False, comment="The ticket's."),
        sa.Column("version_after", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("outcome IN ('done', 'refused', 'loop', 'too_deep')", name=op.f("ck_rule_run_outcome")),
        sa.ForeignKeyConstraint(["rule_id"], ["rule.id"], name=op.f("fk_rule_run_rule_id_rule")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_rule_run_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_run")),
    )
    op.create_index("ix_rule_run_at", "rule_run", ["at"])
    op.create_index("ix_rule_run_chain", "rule_run", ["chain_id", "ticket_id"])
    op.create_index("ix_rule_run_of_rule", "rule_run", ["rule_id", "id"])
    op.create_index("ix_rule_run_of_ticket", "rule_run", ["ticket_id", "id"])
    op.create_index("ix_rule_run_of_outcome", "rule_run", ["outcome", "id"])


def downgrade() -> None:
    for table in ("rule_run", "rule_edition", "rule_version", "rule"):
        op.drop_table(table)
    op.drop_column("ticket_event", "rule")
    _by_whom("person, key, customer or system", was="person, key, customer, system or rule")
