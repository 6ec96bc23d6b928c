"""The term of a sending lease."""

import sqlalchemy as sa
from alembic import op

revision = "0006_lease"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account_leases", sa.Column("term", sa.BigInteger(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("account_leases", "term")
