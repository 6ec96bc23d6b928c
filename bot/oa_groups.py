"""Groups of an Official Account for its operator: listed with what they are bound to, made for a place, filled."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.accounts import channel_of, seed
from bot.channels.base import SendFailed
from bot.channels.zalo_oa.channel import ZaloOaChannel
from bot.channels.zalo_oa.groups import LONGEST_NAME, MOST_FIRST, Group
from bot.channels.zalo_oa.refusals import advice
from bot.clock import Clock
from bot.secrets import Vault
from bot.settings import Settings
from locales import local
from storage import addresses, places
from storage.engine import Connection, Database
from storage.finding import Place
from storage.oa_people import Invitable, bindings, invitable
from storage.schema import new_id
from storage.scopes import Within
from storage.waiting import address_at
from storage.writing import apply


class NotDone(Exception):
    """What an operator asked was not done; the text is one line that says what to do."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A group at the vendor and the place it is bound to; None where it is to none."""

    group: Group
    place: Place | None


@dataclass(frozen=True, slots=True)
class Filled:
    """A group, its place, how many were invited, and how many of the place must write first or use the link."""

    group: Group
    place: Place
    invited: int
    silent: int


@asynccontextmanager
async def official(
    settings: Settings, vault: Vault, database: Database, clock: Clock, name: str
) -> AsyncIterator[ZaloOaChannel]:
    """The open channel of an Official Account in service; a refusal of Zalo inside becomes NotDone, one line that says
    what to do. Raises NotDone where no Official Account has this name."""
    found = [one for one in await seed(settings, vault, database, clock.now(), all_of_them=False) if one.name == name]
    channel = channel_of(found[0], settings, vault, clock, database) if found else None
    if not isinstance(channel, ZaloOaChannel):
        raise NotDone(f"{name} is no Official Account in service: see `tocds channel list`")
    await channel.open()
    try:
        given = settings.zalo_oa_refresh_token.get_secret_value()
        if given:
            await channel.tokens.give(given)
        yield channel
    except SendFailed as failed:
        raise NotDone(advice(failed)) from None
    finally:
        await channel.close()


async def listed(channel: ZaloOaChannel, database: Database, clock: Clock) -> list[Listed]:
    """Every group that the account made. Raises SendFailed."""
    groups = await channel.groups.every()
    async with database.read() as connection:
        bound = await bindings(connection, channel.account_id)
        known = {place.id: place for place in await places.everything(connection, local(clock.now()).date())}
    return [Listed(group, known.get(bound.get(group.id, 0))) for group in groups]


async def created(
    channel: ZaloOaChannel,
    database: Database,
    clock: Clock,
    unit: str,
    *,
    title: str = "",
    members: Sequence[str] = (),
    size: str = "gmf100",
) -> Filled:
    """A new group of a place, bound to it, with its people who can be invited (or with these `members`, ids at the
    account) as first members. Raises SendFailed, NotDone, PlaceUnknown, PlaceAmbiguous."""
    place, people = await _place(channel, database, clock, unit)
    assets = await channel.groups.assets(size)
    if not assets:
        raise NotDone(f"no free place for a {size} group: buy one at oa.zalo.me, or give another --size")
    first = tuple(members) or people.users[:MOST_FIRST]
    name = (title or f"Tổ CĐS {place.name}")[:LONGEST_NAME].strip()
    group = await channel.groups.create(name, f"Tổ công nghệ số cộng đồng {place.path}"[:200], assets[0], first)
    async with database.write() as connection:
        await _bind(connection, channel, clock, group, place)
    return Filled(group, place, len(first), 0 if members else people.silent)


async def invited(
    channel: ZaloOaChannel, database: Database, clock: Clock, unit: str, *, members: Sequence[str] = ()
) -> Filled:
    """People of a place (or these `members`) who are not in its group yet are invited. Raises as `created` does."""
    place, people = await _place(channel, database, clock, unit)
    async with database.read() as connection:
        bound = [
            one for one, unit_id in (await bindings(connection, channel.account_id)).items() if unit_id == place.id
        ]
    if not bound:
        raise NotDone(f"{place.path} has no group at this account: make one with `tocds channel create-group`")
    there = set(await channel.groups.members(bound[-1]))
    new = [one for one in (members or people.users) if one not in there]
    await channel.groups.invite(bound[-1], new)
    return Filled(Group(bound[-1], ""), place, len(new), 0 if members else people.silent)


async def _place(channel: ZaloOaChannel, database: Database, clock: Clock, unit: str) -> tuple[Place, Invitable]:
    now = clock.now()
    day = local(now).date()
    async with database.read() as connection:
        place = await places.find(connection, unit, day)
        (units,) = await Within.answer(connection, [Within((place.id,), day)])
        return place, await invitable(connection, channel.account_id, units, now, day)


async def _bind(connection: Connection, channel: ZaloOaChannel, clock: Clock, group: Group, place: Place) -> None:
    """The vendor's own word of the new group may have come before us."""
    now = clock.now()
    door_id = await address_at(connection, channel.account_id, group.id)
    writes = []
    if door_id is None:
        door_id = new_id()
        writes.append(addresses.opened(door_id, channel.account_id, group.id, True, group.name, now))
    await apply(connection, [*writes, *addresses.bound(new_id(), door_id, place.id, None, now)])
