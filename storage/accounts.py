"""Channel accounts: a bot or official account at a messenger, its token at rest, its use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    false,
    func,
    insert,
    or_,
    select,
    update,
)

from storage.addresses import addresses
from storage.engine import Connection
from storage.schema import Id, Json, Moment, key, metadata, new_id, refers

accounts = Table(
    "accounts",
    metadata,
    key(),
    Column("channel", String(16), nullable=False),
    Column("vendor_id", String(80), nullable=False),
    Column("name", String(80), nullable=False),
    Column("username", String(80)),
    Column("token", LargeBinary),
    Column("enabled", Boolean, nullable=False),
    Column("disabled_reason", String(40)),
    Column("limits", Json, nullable=False),
    Column("webhook_url", String(500)),
    Column("webhook_secret", String(256)),
    Column("created_at", Moment, nullable=False),
    Column("unit_id", Id),
    Column("ill_since", Moment),
    UniqueConstraint("channel", "vendor_id"),
)
"""(channel, the vendor's own id) names an account for ever; names and tokens change. The token is encrypted.
`unit_id`: whose pool it belongs to; none: everybody's. `ill_since`: when the vendor began to refuse its token."""

account_usage = Table(
    "account_usage",
    metadata,
    key(),
    refers("account_id", "accounts"),
    Column("month", String(7), nullable=False),
    Column("messages_in", Integer, nullable=False),
    Column("messages_out", Integer, nullable=False),
    UniqueConstraint("account_id", "month"),
)


BY_COMMAND = "by_command"
"""Kept beside an account's limits: an operator added it by command, and the environment has not named it since. The
environment takes out of service only what it has named, for it cannot miss what it never knew."""


@dataclass(frozen=True, slots=True)
class Account:
    """One account at a messenger. `disabled_reason`: "command" (an operator said so), or "not in the settings"."""

    id: int
    channel: str
    vendor_id: str
    name: str
    username: str
    token: bytes | None
    enabled: bool
    disabled_reason: str | None
    limits: Mapping[str, Any]
    webhook_url: str
    webhook_secret: str
    unit_id: int | None = None
    ill_since: datetime | None = None

    @property
    def works(self) -> bool:
        """In service, and not refused by its vendor."""
        return self.enabled and self.ill_since is None


class NameTaken(Exception):
    """Two accounts cannot have one name: it is part of an address, and what an operator types."""


@dataclass(frozen=True, slots=True)
class Seed:
    """An account as the environment names it. `token` is sealed already."""

    channel: str
    vendor_id: str
    name: str
    token: bytes | None
    limits: Mapping[str, Any] = field(default_factory=dict)
    """What the vendor's plan allows, kept with a new account; an operator may change it there."""


@dataclass(frozen=True, slots=True)
class Use:
    """How much of an account is used: people it ever met, groups that can be reached, messages this month.

    People count as the vendor counts its users: whoever ever wrote there in private, whatever became of the chat,
    since no vendor says that somebody who left makes room for another.
    """

    people: int
    groups: int
    messages_in: int
    messages_out: int


async def every(connection: Connection) -> list[Account]:
    """All accounts, by channel and name."""
    rows = await connection.execute(select(accounts).order_by(accounts.c.channel, accounts.c.name))
    return [
        Account(
            row.id,
            row.channel,
            row.vendor_id,
            row.name,
            row.username or "",
            row.token,
            row.enabled,
            row.disabled_reason,
            row.limits,
            row.webhook_url or "",
            row.webhook_secret or "",
            row.unit_id,
            row.ill_since,
        )
        for row in rows
    ]


async def seed(connection: Connection, seeds: Sequence[Seed], now: datetime, *, all_of_them: bool = True) -> None:
    """Bring the accounts in line with the environment.

    New ones are added, tokens and names renewed; one that the environment no longer names is disabled, never deleted
    (unless these are not `all_of_them`); one that an operator disabled by command stays so.
    """
    known = {(one.channel, one.vendor_id): one for one in await every(connection)}
    for one in seeds:
        held = known.pop((one.channel, one.vendor_id), None)
        if held is None:
            await connection.execute(insert(accounts), [_row(one, now)])
        else:
            enabled = held.enabled or held.disabled_reason != "command"
            await connection.execute(
                update(accounts)
                .where(accounts.c.id == held.id)
                .values(
                    name=one.name,
                    token=one.token,
                    enabled=enabled,
                    disabled_reason=None if enabled else held.disabled_reason,
                    limits={what: most for what, most in held.limits.items() if what != BY_COMMAND},
                )
            )
    gone = [one.id for one in known.values() if one.enabled and not one.limits.get(BY_COMMAND)]
    if gone and all_of_them:
        await connection.execute(
            update(accounts).where(accounts.c.id.in_(gone)).values(enabled=False, disabled_reason="not in the settings")
        )


async def add(connection: Connection, one: Seed, now: datetime) -> None:
    """An account that an operator adds by command, or adds again with another token: in service from the next start
    on, also without the environment. Raises NameTaken."""
    others = {held.name: held for held in await every(connection)}
    same = others.get(one.name)
    if same is not None and (same.channel, same.vendor_id) != (one.channel, one.vendor_id):
        raise NameTaken(f"another account is called {one.name}; see `tocds channel list`")
    held = next((it for it in others.values() if (it.channel, it.vendor_id) == (one.channel, one.vendor_id)), None)
    if held is None:
        await connection.execute(insert(accounts), [_row(replace(one, limits={**one.limits, BY_COMMAND: True}), now)])
        return
    await connection.execute(
        update(accounts)
        .where(accounts.c.id == held.id)
        .values(
            name=one.name,
            token=one.token,
            enabled=True,
            disabled_reason=None,
            ill_since=None,
            limits={**held.limits, BY_COMMAND: True},
        )
    )


def _row(one: Seed, now: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "channel": one.channel,
        "vendor_id": one.vendor_id,
        "name": one.name,
        "token": one.token,
        "enabled": True,
        "disabled_reason": None,
        "limits": dict(one.limits),
        "created_at": now,
    }


async def disable(connection: Connection, name: str) -> bool:
    """Disable an account by its name, until an operator enables it again; False where there is none."""
    result = await connection.execute(
        update(accounts).where(accounts.c.name == name).values(enabled=False, disabled_reason="command")
    )
    return result.rowcount > 0


async def registered(connection: Connection, account_id: int, url: str, secret: str) -> None:
    """Remember which webhook the vendor was last told, so that the next start asks only where it differs."""
    await connection.execute(
        update(accounts).where(accounts.c.id == account_id).values(webhook_url=url, webhook_secret=secret)
    )


async def met(connection: Connection, account_id: int, username: str) -> None:
    """Remember the account's public name at the vendor, who takes its token, then."""
    await connection.execute(
        update(accounts).where(accounts.c.id == account_id).values(username=username, ill_since=None)
    )


async def assign(connection: Connection, name: str, unit_id: int | None) -> bool:
    """An account belongs to a unit's pool from now on, or to everybody's (None); False where there is no such name."""
    result = await connection.execute(update(accounts).where(accounts.c.name == name).values(unit_id=unit_id))
    return result.rowcount > 0


async def limit(connection: Connection, account: Account, changed: Mapping[str, Any]) -> None:
    """Change some of an account's limits; one that becomes None is no limit any more."""
    kept = {what: most for what, most in {**account.limits, **changed}.items() if most is not None}
    await connection.execute(update(accounts).where(accounts.c.id == account.id).values(limits=kept))


async def fell_ill(connection: Connection, account_id: int, now: datetime) -> bool:
    """The vendor refuses the account's token; True for the process that says so first."""
    result = await connection.execute(
        update(accounts).where(accounts.c.id == account_id, accounts.c.ill_since.is_(None)).values(ill_since=now)
    )
    return result.rowcount > 0


async def recovered(connection: Connection, account_id: int) -> None:
    """The vendor takes the account's token again."""
    await connection.execute(
        update(accounts).where(accounts.c.id == account_id, accounts.c.ill_since.is_not(None)).values(ill_since=None)
    )


async def use(connection: Connection, month: str) -> dict[int, Use]:
    """How much of each account is used in a month ("2026-11")."""
    chats: dict[tuple[int, bool], int] = {}
    for row in await connection.execute(
        select(addresses.c.account_id, addresses.c.is_group, func.count())
        .where(or_(addresses.c.state == "open", addresses.c.is_group == false()))
        .group_by(addresses.c.account_id, addresses.c.is_group)
    ):
        chats[row[0], bool(row[1])] = row[2]
    counted = {
        row.account_id: (row.messages_in, row.messages_out)
        for row in await connection.execute(select(account_usage).where(account_usage.c.month == month))
    }
    return {
        one: Use(chats.get((one, False), 0), chats.get((one, True), 0), *counted.get(one, (0, 0)))
        for one in {account for account, _ in chats} | set(counted)
    }


async def count(connection: Connection, month: str, traffic: Mapping[int, tuple[int, int]]) -> None:
    """Add messages (in, out) to accounts' month."""
    for account_id, (came, went) in traffic.items():
        result = await connection.execute(
            update(account_usage)
            .where(account_usage.c.account_id == account_id, account_usage.c.month == month)
            .values(messages_in=account_usage.c.messages_in + came, messages_out=account_usage.c.messages_out + went)
        )
        if not result.rowcount:
            await connection.execute(
                insert(account_usage),
                [
                    {
                        "id": new_id(),
                        "account_id": account_id,
                        "month": month,
                        "messages_in": came,
                        "messages_out": went,
                    }
                ],
            )
