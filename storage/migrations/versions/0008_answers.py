"""Which chats are owed an answer is looked up at every message."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_owed_to",
        "owed",
        ["address_id", "lane"],
        sqlite_where=sa.text("state IN ('owed', 'held')"),
        postgresql_where=sa.text("state IN ('owed', 'held')"),
    )


def downgrade() -> None:
    op.drop_index("ix_owed_to", table_name="owed")
