"""When the author of a broadcast was asked what to do with messages that are kept back."""

import sqlalchemy as sa
from alembic import op

from storage.schema import Moment

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("broadcasts", sa.Column("asked_at", Moment(), nullable=True))


def downgrade() -> None:
    op.drop_column("broadcasts", "asked_at")
