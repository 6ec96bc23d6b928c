"""Which of a person's doors something goes through: one that works, then the chosen one, then where they wrote last."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import and_, false, select, true

from storage.accounts import accounts
from storage.addresses import address_people, addresses
from storage.engine import Connection
from storage.known import Door
from storage.people import persons


async def best(connection: Connection, person_ids: Iterable[int], *, but_account: int | None = None) -> dict[int, Door]:
    """For each person the private door to write to, at an account in service; it may be closed, where no open one is
    left. A door at an account whose token is refused is the last resort; `but_account`: none but working others."""
    table = addresses.c
    elsewhere = and_(table.account_id != but_account, accounts.c.ill_since.is_(None)) if but_account else true()
    rows = await connection.execute(
        select(
            address_people.c.person_id,
            table.id,
            table.account_id,
            table.vendor_id,
            table.is_group,
            table.state,
            table.title,
            table.person_id.label("speaking"),
        )
        .join(addresses, table.id == address_people.c.address_id)
        .join(accounts, accounts.c.id == table.account_id)
        .join(persons, persons.c.id == address_people.c.person_id)
        .where(
            address_people.c.person_id.in_(sorted(set(person_ids))),
            table.is_group == false(),
            accounts.c.enabled,
            elsewhere,
        )
        .order_by(
            and_(table.state == "open", accounts.c.ill_since.is_(None)),
            table.state == "open",
            table.id == persons.c.preferred_address_id,
            table.heard_at.is_not(None),
            table.heard_at,
            table.id,
        )
    )
    return {
        row.person_id: Door(
            row.id, row.account_id, row.vendor_id, row.is_group, row.state, row.title or "", row.speaking
        )
        for row in rows
    }
