"""The term of a sending lease; a request's number is unique in its commune."""

import sqlalchemy as sa
from alembic import op

from storage.schema import Id

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account_leases", sa.Column("term", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("requests", sa.Column("asked_of_id", Id, nullable=True))
    op.create_index("uq_requests_asked_of_id_number", "requests", ["asked_of_id", "number"], unique=True)


def downgrade() -> None:
    op.drop_index("uq_requests_asked_of_id_number", table_name="requests")
    op.drop_column("requests", "asked_of_id")
    op.drop_column("account_leases", "term")
