"""Where a code leads: to accounts of the unit's pool with room, one messenger after the other, seats promised there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.accounts import ASK_WITHIN, NEWCOMERS_FIRST, Link, channel_of, seed
from bot.channels.base import Channel, Meets, SendFailed
from bot.clock import Clock
from bot.secrets import Vault
from bot.settings import Settings
from locales import local
from storage import accounts, invitations, places, pools, seats
from storage.engine import Connection, Database
from storage.finding import Place
from storage.invitations import Invite
from storage.quotas import NEARLY
from storage.seats import Promise

MAKE_ANOTHER = "make another bot, docs/channels.md"


@dataclass(frozen=True, slots=True)
class Offer:
    """Links in the order in which a newcomer should try them, and what the operator should know of the pool."""

    links: tuple[Link, ...]
    notices: tuple[str, ...] = ()


async def offer(settings: Settings, vault: Vault, database: Database, clock: Clock, code: str, wanted: int) -> Offer:
    """Promise seats for a live code at accounts with room, and link to them. Raises LookupError for another code."""
    now = clock.now()
    built = await _channels(settings, vault, database, clock)
    async with database.write() as connection:
        invite = await invitations.find(connection, code, now)
        if not isinstance(invite, Invite):
            raise LookupError(f"no live invite has the code {code}")
        promises, notices = await _promised(connection, invite, wanted, built, clock)
    return Offer(await _links(promises, built, database, code), tuple(notices))


async def again(settings: Settings, vault: Vault, database: Database, clock: Clock, code: str) -> Offer:
    """The links of a code that has promised its seats before."""
    built = await _channels(settings, vault, database, clock)
    async with database.read() as connection:
        invite = await invitations.find(connection, code, clock.now())
        promises = [] if not isinstance(invite, Invite) else await seats.promises_of(connection, invite.id)
    return Offer(await _links(promises, built, database, code))


async def _channels(settings: Settings, vault: Vault, database: Database, clock: Clock) -> dict[int, Channel]:
    every = await seed(settings, vault, database, clock.now(), all_of_them=False)
    found = ((one.id, channel_of(one, settings, vault, clock, database)) for one in every)
    return {account_id: channel for account_id, channel in found if channel is not None}


async def _promised(
    connection: Connection, invite: Invite, wanted: int, built: dict[int, Channel], clock: Clock
) -> tuple[list[Promise], list[str]]:
    now, day = clock.now(), local(clock.now()).date()
    place = await places.by_id(connection, invite.unit_id, day)
    serving = [one for one in await pools.pool(connection, invite.unit_id, day) if one.id in built]
    promises: list[Promise] = []
    notices: list[str] = []
    for channel in NEWCOMERS_FIRST:
        among = [one.id for one in serving if one.channel == channel]
        if among:
            made = await seats.reserve(connection, invite.id, wanted, among, now)
            promises += made
            notices += _notices(_pool_name(place), channel, wanted, made, await _room(connection, among, clock))
    return promises, notices


async def _room(connection: Connection, among: Iterable[int], clock: Clock) -> tuple[int, int] | None:
    """Seats taken or promised, and all there are; None where one of the accounts has no limit."""
    known = await seats.seats(connection, clock.now())
    used = sum(known[one].taken + known[one].reserved for one in among)
    limits = [known[one].limit for one in among]
    return None if None in limits else (used, sum(one for one in limits if one is not None))


def _notices(pool: str, channel: str, wanted: int, made: Sequence[Promise], room: tuple[int, int] | None) -> list[str]:
    if room is None:
        return []
    placed = sum(one.seats or 0 for one in made)
    if not placed:
        return [f"{channel}: the pool of {pool} is full: {MAKE_ANOTHER}"]
    if placed < wanted:
        return [f"{channel}: the pool of {pool} has room for {placed} of {wanted}: {MAKE_ANOTHER}"]
    used, all_of_them = room
    if used > NEARLY * all_of_them:
        told = f"{used} of {all_of_them} seats are taken or promised"
        return [f"{channel}: the pool of {pool} is nearly full, {told}: {MAKE_ANOTHER}"]
    return []


def _pool_name(place: Place | None) -> str:
    """Bots are made for communes: a village is served by its commune's."""
    if place is None:
        return "this place"
    return place.parent_name if place.kind == "village" and place.parent_name else place.name


async def _links(
    promises: Iterable[Promise], built: dict[int, Channel], database: Database, code: str
) -> tuple[Link, ...]:
    found = []
    for one in promises:
        channel = built.get(one.account_id)
        if channel is None:
            continue
        if isinstance(channel, Meets) and not channel.profile_link(code):
            await _meet(channel, database)
        found.append(Link(channel.name, channel.account, channel.profile_link(code), one.seats))
    return tuple(found)


async def _meet(channel: Meets, database: Database) -> None:
    """Ask for the bot's name once; a vendor that does not answer leaves the link empty."""
    await channel.open()
    try:
        name = await asyncio.wait_for(channel.meet(), ASK_WITHIN)
        async with database.write() as connection:
            await accounts.met(connection, channel.account_id, name)
    except (SendFailed, TimeoutError):
        pass
    finally:
        await channel.close()
