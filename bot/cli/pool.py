"""tocds channel …: whose an account is, what its plan allows, where its people go when it dies."""

from __future__ import annotations

import asyncio
import json
from enum import StrEnum
from typing import Annotated, Any

import typer

from bot.capabilities import table
from bot.cli.invite import link_lines, links_of
from bot.cli.needs import Needs, fail, needs, telling
from bot.clock import SystemClock
from bot.moving import Move, move
from bot.secrets import vault
from locales import local
from storage import accounts, places
from storage.finding import PlaceAmbiguous, PlaceUnknown
from storage.quotas import BOTH, COUNTS

_Name = Annotated[str, typer.Argument(help="The account's name, as `channel list` shows it.")]
_Most = Annotated[int | None, typer.Option(min=0, help="At most so many; 0: no limit.")]


class Counts(StrEnum):
    """Which messages use up a month."""

    BOTH = "both"
    OUT = "out"


def register(app: typer.Typer) -> None:
    """Add the commands to `channel`."""
    app.command("limits")(limits)
    app.command("assign")(assign)
    app.command("move")(move_)


def limits(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="An account; left out: what each messenger can and cannot do.")] = "",
    people: _Most = None,
    groups: _Most = None,
    messages: _Most = None,
    counts: Annotated[
        Counts | None, typer.Option(help="Which messages use up the month: both ways, or out only.")
    ] = None,
) -> None:
    """What each messenger can and cannot do, as a Markdown table (docs/channels.md); or the limits of one account."""
    asked = {"people": people, "groups": groups, "messages": messages}
    changed: dict[str, Any] = {what: most or None for what, most in asked.items() if most is not None}
    if counts is not None:
        changed[COUNTS] = counts.value
    if name:
        typer.echo(asyncio.run(_limit(needs(context), name, changed)))
    elif changed:
        raise typer.BadParameter("limits are settings of an account: name it", param_hint="NAME")
    else:
        typer.echo(table(), nl=False)


async def _limit(given: Needs, name: str, changed: dict[str, Any]) -> str:
    async with given.database() as opened, opened.write() as connection:
        found = [one for one in await accounts.every(connection) if one.name == name]
        if not found:
            fail(f"no account is called {name}; see `tocds channel list`")
        await accounts.limit(connection, found[0], changed)
        (now,) = [one for one in await accounts.every(connection) if one.name == name]
    most = "  ".join(f"{what} {now.limits.get(what) or 'no limit'}" for what in ("people", "groups", "messages"))
    return f"{name}: {most}  counting {now.limits.get(COUNTS, BOTH)}"


def assign(
    context: typer.Context,
    name: _Name,
    unit: Annotated[str, typer.Argument(help="Whose account it is; left out: everybody's again.")] = "",
) -> None:
    """Give an account to a unit: its invites lead there, and nobody else's do."""
    with telling(PlaceUnknown, PlaceAmbiguous):
        whose = asyncio.run(_assign(needs(context), name, unit))
    typer.echo(f"{name}: of {whose}" if whose else f"{name}: everybody's")


async def _assign(given: Needs, name: str, unit: str) -> str:
    async with given.database() as opened, opened.write() as connection:
        place = await places.find(connection, unit, local(given.now()).date()) if unit else None
        if not await accounts.assign(connection, name, place.id if place else None):
            fail(f"no account is called {name}; see `tocds channel list`")
    return place.path if place else ""


def move_(
    context: typer.Context,
    name: _Name,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Codes and links for the people of an account that is out of service or whose token is refused, by commune.

    Whoever types the code at another account and says who they are goes on as the same person.
    """
    with telling(LookupError, ValueError):
        found = [_document(one) for one in asyncio.run(_move(needs(context), name))]
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    for one in found:
        typer.echo(f"{one['unit']}: {one['people']} people, code {one['code']} until {one['expires']}")
        for line in link_lines(one):
            typer.echo(f"  {line}")
    if not found:
        typer.echo(f"{name}: everybody has another door, there is nobody to move")


async def _move(given: Needs, name: str) -> list[Move]:
    settings = given.settings()
    keys = vault(settings.secret_key.get_secret_value(), settings.data_dir)
    async with given.database() as opened:
        return await move(settings, keys, opened, SystemClock(), name)


def _document(one: Move) -> dict[str, Any]:
    return {
        "unit": one.place.path,
        "people": one.people,
        "code": one.invite.code,
        "expires": local(one.invite.expires_at).date().isoformat(),
        "links": links_of(one.offered),
        "notices": list(one.offered.notices),
    }
