"""The people of an account that is no more: for each commune a code, and links to accounts with room for them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from bot import pools
from bot.clock import Clock
from bot.pools import Offer
from bot.secrets import Vault
from bot.settings import Settings
from locales import local
from storage import accounts, invitations, moves, places
from storage.accounts import Account
from storage.engine import Connection, Database
from storage.finding import Place
from storage.invitations import DEFAULT_USES, Invite
from storage.known import Person


@dataclass(frozen=True, slots=True)
class Move:
    """What to hand out in one commune. `people`: how many are left there without another door."""

    invite: Invite
    place: Place
    people: int
    offered: Offer


async def move(settings: Settings, vault: Vault, database: Database, clock: Clock, name: str) -> list[Move]:
    """A code and links for each commune whose people an account leaves behind; made once, then shown again.

    Raises LookupError for a name that no account has, ValueError for one that still works.
    """
    now, day = clock.now(), local(clock.now()).date()
    async with database.write() as connection:
        account = await _broken(connection, name)
        left = _by_commune(await moves.stranded(connection, account.id, day))
        known = await places.by_ids(connection, left, day)
        made = {
            unit: await _code(connection, account, known[unit], left[unit], clock) for unit in left if unit in known
        }
    found = []
    for unit, (code, is_new) in made.items():
        given = settings, vault, database, clock
        offered = await (pools.offer(*given, code, left[unit]) if is_new else pools.again(*given, code))
        async with database.read() as connection:
            invite = await invitations.find(connection, code, now)
        if isinstance(invite, Invite):
            found.append(Move(invite, known[unit], left[unit], offered))
    return sorted(found, key=lambda one: places.reading_order(one.place))


async def _broken(connection: Connection, name: str) -> Account:
    account = next((one for one in await accounts.every(connection) if one.name == name), None)
    if account is None:
        raise LookupError(f"no account is called {name}; see `tocds channel list`")
    if account.works:
        raise ValueError(f"{name} works, and its people stay; to move them: tocds channel disable {name}")
    return account


def _by_commune(people: list[Person]) -> Counter[int]:
    """How many go with the code of each commune: everybody once, with the first they serve."""
    return Counter(one.services[0].commune_id for one in people if one.services)


async def _code(connection: Connection, account: Account, place: Place, people: int, clock: Clock) -> tuple[str, bool]:
    """The live code of an earlier time, else a new one; and whether it is new."""
    now = clock.now()
    live = await moves.live_code(connection, account.id, place.id, now)
    if live is not None:
        return live, False
    made = await invitations.create_for(
        connection, place, role="member", now=now, day=local(now).date(), uses=max(people, DEFAULT_USES)
    )
    await moves.keep(connection, made.id, account.id)
    return made.code, True
