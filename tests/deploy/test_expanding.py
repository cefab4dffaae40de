"""Every migration only adds, and the check that says so finds what is planted."""

from pathlib import Path

import pytest

from k8s.expanding import mistakes

ROOT = Path(__file__).parents[2]
MIGRATIONS = sorted(
    path for folder in ("libs", "gateway", "services") for path in (ROOT / folder).rglob("migrations/versions/*.py")
)


@pytest.mark.parametrize("migration", MIGRATIONS, ids=lambda path: f"{path.parents[2].name}-{path.stem}")
def test_a_migration_takes_nothing_away_that_running_code_needs(migration: Path) -> None:
    assert mistakes(migration.read_text()) == []


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ('op.drop_table("ticket")', "drop_table"),
        ('op.drop_column("ticket", "subject")', "drop_column"),
        ('op.rename_table("ticket", "case")', "rename_table"),
        ('op.alter_column("ticket", "subject", new_column_name="title")', "new_column_name"),
        ('op.alter_column("ticket", "subject", type_=sa.Text())', "type_"),
        ('op.alter_column("ticket", "subject", nullable=False)', "NOT NULL"),
        ('op.alter_column("ticket", "subject", server_default=None)', "without its default"),
        ('op.add_column("ticket", sa.Column("x", sa.Text(), nullable=False))', "without a default"),
        ('op.create_unique_constraint("uq", "ticket", ["subject"])', "old code writes"),
        ('op.create_check_constraint("ck", "ticket", "x > 0")', "old code writes"),
        (
            'op.create_check_constraint("ck", "ticket", "x IN (\'a\') OR y > 0")\n    '
            'op.add_column("ticket", sa.Column("x", sa.Text()))',
            "old code writes",
        ),
        ('op.create_index("ix", "ticket", ["subject"], unique=True)', "unique index"),
        ('op.execute("ALTER TABLE ticket ALTER COLUMN x SET NOT NULL")', "SET NOT NULL"),
        ('op.execute("alter table ticket rename column a to b")', "rename column"),
        ('op.execute(f"DROP TABLE {x}")', "DROP TABLE"),
        ('op.execute("ALTER TABLE ticket ALTER COLUMN x TYPE bigint")', "TYPE"),
    ],
)
def test_what_is_planted_is_found(statement: str, named: str) -> None:
    for body in (f"def upgrade():\n    {statement}\n", f"def upgrade():\n    more()\ndef more():\n    {statement}\n"):
        (found,) = mistakes(body)
        assert named in found


@pytest.mark.parametrize(
    "statement",
    [
        'op.add_column("ticket", sa.Column("x", sa.Text(), nullable=True))',
        'op.add_column("ticket", sa.Column("x", sa.Text(), nullable=False, server_default="{}"))',
        'op.add_column("ticket", sa.Column("x", sa.Text()))\n    '
        """op.create_check_constraint("ck", "ticket", "x IN ('a', 'b')")""",
        'op.create_index("ix", "ticket", ["subject"])',
        'op.drop_index("ix", "ticket")',
        'op.create_table("new", sa.Column("x"))\n    op.create_index("ix", "new", ["x"], unique=True)',
        'op.alter_column("ticket", "subject", nullable=True)',
    ],
)
def test_what_only_adds_is_not_taken_for_a_mistake(statement: str) -> None:
    undo = 'def downgrade():\n    op.drop_table("new")\n'
    assert mistakes(f"def upgrade():\n    {statement}\n{undo}") == []
