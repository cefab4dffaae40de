"""Alembic's door: see `common.migrate`."""

from common.migrate import run_migrations

run_migrations()
