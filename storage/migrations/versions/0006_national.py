"""On PostgreSQL, find entries by when they were recorded or replaced."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.create_index("ix_checkins_recorded", "checkins", ["recorded_at"], postgresql_using="brin")
        op.create_index("ix_replacements_replaced_at", "replacements", ["replaced_at"], postgresql_using="brin")


def downgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.drop_index("ix_replacements_replaced_at", table_name="replacements")
        op.drop_index("ix_checkins_recorded", table_name="checkins")
