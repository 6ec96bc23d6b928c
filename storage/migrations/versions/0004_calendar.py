"""Days that the government moves, and pauses of places."""

import sqlalchemy as sa
from alembic import op

from storage.schema import Id, Moment

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_days")),
    )
    op.create_table(
        "pauses",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("begins_at", Moment(), nullable=False),
        sa.Column("ends_at", Moment(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["units.id"],
            name=op.f("fk_pauses_unit_id_units"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.id"],
            name=op.f("fk_pauses_person_id_persons"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pauses")),
    )
    op.create_index("ix_pauses_unit_ends", "pauses", ["unit_id", "ends_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_pauses_unit_ends", table_name="pauses")
    op.drop_table("pauses")
    op.drop_table("calendar_days")
