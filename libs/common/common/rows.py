"""Many rows in one statement: they travel as one JSON parameter, so the statement and its plan stay the same."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB


def given(*columns: sa.ColumnClause[Any]) -> sa.TableValuedAlias:
    """The rows passed as the parameter `rows` (a list of mappings), to select from; columns carry their types."""
    rows = sa.bindparam("rows", type_=JSONB)
    # Fresh columns: those of a table stay that table's.
    shape = [sa.column(column.name, column.type) for column in columns]
    return sa.func.jsonb_to_recordset(rows).table_valued(*shape).render_derived(name="given", with_types=True)
