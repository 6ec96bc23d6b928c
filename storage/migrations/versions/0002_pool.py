"""A unit's pool of accounts: whose an account is, seats promised by links, codes to move by, alarms told."""

import sqlalchemy as sa
from alembic import op

from storage.schema import Id, Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("accounts", sa.Column("unit_id", Id, nullable=True))
    op.add_column("accounts", sa.Column("ill_since", Moment(), nullable=True))
    op.create_table(
        "seat_reservations",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        _refers("seat_reservations", "invite_id", "invites"),
        _refers("seat_reservations", "account_id", "accounts"),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_reservations")),
    )
    op.create_index(op.f("ix_seat_reservations_invite_id"), "seat_reservations", ["invite_id"])
    op.create_table(
        "seat_arrivals",
        _refers("seat_arrivals", "invite_id", "invites"),
        _refers("seat_arrivals", "address_id", "addresses"),
        sa.Column("arrived_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("invite_id", "address_id", name=op.f("pk_seat_arrivals")),
    )
    op.create_table(
        "moves",
        _refers("moves", "invite_id", "invites"),
        _refers("moves", "account_id", "accounts"),
        sa.PrimaryKeyConstraint("invite_id", name=op.f("pk_moves")),
    )
    op.create_table(
        "account_alarms",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        _refers("account_alarms", "account_id", "accounts"),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("told_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_alarms")),
        sa.UniqueConstraint("account_id", "what", "month", name=op.f("uq_account_alarms_account_id_what_month")),
    )


def _refers(table: str, name: str, target: str) -> sa.Column[int]:
    key = sa.ForeignKey(f"{target}.id", name=op.f(f"fk_{table}_{name}_{target}"), deferrable=True, initially="DEFERRED")
    return sa.Column(name, Id, key, nullable=False)


def downgrade() -> None:
    op.drop_table("account_alarms")
    op.drop_table("moves")
    op.drop_table("seat_arrivals")
    op.drop_index(op.f("ix_seat_reservations_invite_id"), table_name="seat_reservations")
    op.drop_table("seat_reservations")
    op.drop_column("accounts", "ill_since")
    op.drop_column("accounts", "unit_id")
