"""Who of a place an Official Account can invite into a group, and which groups of it are bound to which place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from storage.addresses import address_people, addresses, group_bindings
from storage.audience import serving
from storage.engine import Connection
from storage.oa_ledger import CLOSED_AFTER


@dataclass(frozen=True, slots=True)
class Invitable:
    """People of a place by their ids at the Official Account: those who can be invited now, who were heard within
    seven days; `silent` is how many have a chat there and must write first."""

    users: tuple[str, ...]
    silent: int


async def invitable(
    connection: Connection, account_id: int, units: Iterable[int], now: datetime, day: date
) -> Invitable:
    """The people who serve at these places and have an open chat at the account, those heard last first."""
    people = await serving(connection, tuple(units), day)
    rows = await connection.execute(
        select(addresses.c.vendor_id, addresses.c.heard_at, address_people.c.person_id)
        .join(address_people, address_people.c.address_id == addresses.c.id)
        .where(addresses.c.account_id == account_id, addresses.c.is_group.is_(False), addresses.c.state == "open")
    )
    heard = {row.vendor_id: row.heard_at for row in rows if row.person_id in people}
    fresh = [user for user, at in heard.items() if at is not None and now - at <= CLOSED_AFTER]
    fresh.sort(key=lambda user: heard[user], reverse=True)
    return Invitable(tuple(fresh), len(heard) - len(fresh))


async def bindings(connection: Connection, account_id: int) -> dict[str, int]:
    """The place (id) to which each group (the vendor's id) of an account is bound."""
    rows = await connection.execute(
        select(addresses.c.vendor_id, group_bindings.c.unit_id)
        .join(group_bindings, group_bindings.c.address_id == addresses.c.id)
        .where(addresses.c.account_id == account_id, group_bindings.c.ended_at.is_(None))
        .order_by(group_bindings.c.id)
    )
    return {row.vendor_id: row.unit_id for row in rows}
