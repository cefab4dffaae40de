"""Surveys and recoveries of a customer: asked for when their data are exported or erased."""

from alembic import op

revision = "2026_11_25_of_customer"
down_revision = "2026_11_23_surveys"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_survey_of_customer", "survey", ["customer_id", "id"])
    op.create_index("ix_recovery_of_customer", "recovery", ["customer_id", "due_at", "id"])
