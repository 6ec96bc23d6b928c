"""Steps of a migration that do not stop those who work on the same tables."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op


def create_index(name: str, table: str, columns: list[str], **more: Any) -> None:
    """An index on a table that may be large and in use: CONCURRENTLY on PostgreSQL, where an invalid one that an
    interrupted attempt left is made anew. Put it into a migration of its own: it ends the step's transaction.

    PostgreSQL cannot do so on a partitioned table: make it on each partition, then on the parent.
    """
    if op.get_context().dialect.name != "postgresql":
        op.create_index(name, table, columns, **more)
        return
    with op.get_context().autocommit_block():
        if _is_invalid(name):
            op.drop_index(name, table_name=table, postgresql_concurrently=True)
        op.create_index(name, table, columns, postgresql_concurrently=True, if_not_exists=True, **more)


def _is_invalid(name: str) -> bool:
    found = op.get_bind().execute(
        sa.text("SELECT NOT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)"), {"name": name}
    )
    return bool(found.scalar())
