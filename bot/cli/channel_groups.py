"""tocds channel groups, create-group, invite-group: the groups of a Zalo Official Account."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer

from bot import oa_groups
from bot.channels.zalo_oa.channel import ZaloOaChannel
from bot.cli.needs import Needs, needs, telling
from bot.clock import Clock, SystemClock
from bot.oa_groups import Filled, Listed, NotDone
from bot.secrets import vault
from storage.engine import Database
from storage.finding import PlaceAmbiguous, PlaceUnknown

Result = TypeVar("Result")

_Name = Annotated[str, typer.Argument(help="The Official Account's name, as `channel list` shows it.")]
_Unit = Annotated[str, typer.Option("--unit", help='A unit id, an official code, or a path such as "Tú Lệ/Thôn 1".')]
_Members = Annotated[
    str,
    typer.Option("--members", help="Ids at the account, with commas; left out: everybody of the unit it can reach."),
]
_Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


def register(app: typer.Typer) -> None:
    """Add the commands to `tocds channel`."""
    app.command("groups")(groups)
    app.command("create-group")(create_group)
    app.command("invite-group")(invite_group)


def groups(context: typer.Context, name: _Name, as_json: _Json = False) -> None:
    """The groups that an Official Account made, and the places they belong to."""
    found = _run(needs(context), name, oa_groups.listed)
    if as_json:
        typer.echo(json.dumps([_row(one) for one in found], ensure_ascii=False))
        return
    for one in found:
        typer.echo(f"{one.group.id:<22} {one.place.path if one.place else '-':<24} {one.group.name}")
    if not found:
        typer.echo("no group yet: `tocds channel create-group` makes one")


def create_group(
    context: typer.Context,
    name: _Name,
    unit: _Unit,
    title: Annotated[str, typer.Option("--title", help="The group's name, 1 to 30 letters.")] = "",
    members: _Members = "",
    size: Annotated[str, typer.Option("--size", help="gmf10, gmf50, gmf100 or gmf1000.")] = "gmf100",
    as_json: _Json = False,
) -> None:
    """Make a group for a unit, with its people as first members, and bind it."""

    async def work(channel: ZaloOaChannel, database: Database, clock: Clock) -> Filled:
        return await oa_groups.created(channel, database, clock, unit, title=title, members=_ids(members), size=size)

    _tell(_run(needs(context), name, work), as_json)


def invite_group(
    context: typer.Context, name: _Name, unit: _Unit, members: _Members = "", as_json: _Json = False
) -> None:
    """Invite the people of a unit who are not in its group yet."""

    async def work(channel: ZaloOaChannel, database: Database, clock: Clock) -> Filled:
        return await oa_groups.invited(channel, database, clock, unit, members=_ids(members))

    _tell(_run(needs(context), name, work), as_json)


def _run(given: Needs, name: str, work: Callable[[ZaloOaChannel, Database, Clock], Awaitable[Result]]) -> Result:
    async def run() -> Result:
        settings, clock = given.settings(), SystemClock()
        keys = vault(settings.secret_key.get_secret_value(), settings.data_dir)
        async with given.database() as database, oa_groups.official(settings, keys, database, clock, name) as channel:
            return await work(channel, database, clock)

    with telling(NotDone, PlaceUnknown, PlaceAmbiguous):
        return asyncio.run(run())


def _ids(members: str) -> list[str]:
    return [one.strip() for one in members.split(",") if one.strip()]


def _row(one: Listed) -> dict[str, str | None]:
    return {
        "group": one.group.id,
        "name": one.group.name,
        "link": one.group.link,
        "unit": one.place.path if one.place else None,
    }


def _tell(filled: Filled, as_json: bool) -> None:
    if as_json:
        document = {"group": filled.group.id, "name": filled.group.name, "link": filled.group.link}
        counts = {"unit": filled.place.path, "invited": filled.invited, "silent": filled.silent}
        typer.echo(json.dumps({**document, **counts}, ensure_ascii=False))
        return
    link = f"  link {filled.group.link}" if filled.group.link else ""
    typer.echo(f"{filled.group.id}: {filled.place.path}, {filled.invited} invited{link}")
    if filled.silent:
        typer.echo(
            f"{filled.silent} people were silent for 7 days: they join by the link, or write to the account first"
        )
