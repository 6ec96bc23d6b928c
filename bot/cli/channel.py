"""tocds channel …: the accounts at the messengers."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from pydantic import SecretStr

from bot.accounts import add_zalo_bot, give_refresh_token
from bot.cli import channel_groups, pool
from bot.cli.needs import Needs, fail, needs, telling
from bot.clock import SystemClock
from bot.estimate import estimate
from bot.estimate import table as estimates
from bot.secrets import Vault, vault
from bot.settings import named_tokens
from locales import local
from storage import accounts, leases, moves, places, quotas, seats
from storage.finding import Place, PlaceAmbiguous, PlaceUnknown
from storage.quotas import Month

app = typer.Typer(no_args_is_help=True)
adding = typer.Typer(no_args_is_help=True)
app.add_typer(adding, name="add", help="A new account, or a new key for one.")
channel_groups.register(app)
pool.register(app)

_Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]
_Name = Annotated[str, typer.Argument(help="The account's name, as `channel list` shows it.")]


@app.command("list")
def list_(
    context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False
) -> None:
    """Every account, with its people, groups and messages of this month."""
    rows = asyncio.run(_rows(needs(context)))
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        typer.echo(
            f"{row['channel']:<10} {row['account']:<20} {_state(row):<4} "
            f"people {_of(row['people'], row['people_limit'])}{_promised(row)}  "
            f"groups {_of(row['groups'], row['groups_limit'])}  in {row['messages_in']}  out {row['messages_out']}"
            f"{_left(row)}{_whose(row)}"
        )
    if not rows:
        typer.echo(
            "no account yet: set ZALO_BOT_TOKENS, TELEGRAM_BOT_TOKEN or WEBCHAT=on and start `tocds run`, "
            "or `tocds channel add`"
        )


@app.command(name="estimate")
def estimate_(
    members: Annotated[int, typer.Option(help="Village members of the commune.", min=0)] = 110,
    groups: Annotated[int, typer.Option(help="Zalo groups that the bots are to post into.", min=0)] = 9,
    as_json: _Json = False,
) -> None:
    """How many free Zalo bots that takes, and how much of their month it uses (docs/channels.md)."""
    found = estimate(members, groups)
    if as_json:
        typer.echo(json.dumps({**dataclasses.asdict(found), "share": round(found.share, 3)}))
    else:
        typer.echo(estimates([found]), nl=False)


@app.command()
def disable(
    context: typer.Context, name: Annotated[str, typer.Argument(help="The account's name, as `channel list` shows it.")]
) -> None:
    """Take an account out of service. A running service notices at its next start."""
    left = asyncio.run(_disable(needs(context), name))
    if left is None:
        fail(f"no account is called {name}; see `tocds channel list`")
    typer.echo(f"{name}: disabled")
    if left:
        typer.echo(f"{left} people write there and nowhere else; codes to move them: tocds channel move {name}")


@adding.command("zalo-bot")
def add_zalo_bot_(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="How we call it: letters, digits, - and _. Part of its webhook address.")],
    token: Annotated[str, typer.Argument(help="The token that Zalo sent; asked for where it is left out.")] = "",
    unit: Annotated[str, typer.Option("--unit", help="Whose bot it is; left out: everybody's.")] = "",
) -> None:
    """A Zalo bot, or a new token for one. A running service notices at its next start."""
    given, secret = needs(context), token or typer.prompt("Token", hide_input=True)
    with telling(ValueError, accounts.NameTaken, PlaceUnknown, PlaceAmbiguous):
        ((name, secret),) = named_tokens(SecretStr(f"{name}={secret}"))
        asyncio.run(_add_zalo_bot(given, name, secret, unit))
    typer.echo(f"{name}: added")


@adding.command("zalo-oa")
def add_zalo_oa(
    context: typer.Context,
    refresh_token: Annotated[
        str, typer.Option(help="From the console at developers.zalo.me; asked for where it is left out.")
    ] = "",
) -> None:
    """A new refresh token for the Official Account of the settings. A running service takes it up by itself."""
    given, secret = needs(context), refresh_token or typer.prompt("Refresh token", hide_input=True)
    with telling(LookupError):
        taken = asyncio.run(_give(given, secret))
    if not taken:
        fail("this refresh token was given before, and each works once: make a new one at developers.zalo.me")
    typer.echo("zalo-oa: refresh token kept")


def _vault(given: Needs) -> Vault:
    return vault(given.settings().secret_key.get_secret_value(), given.settings().data_dir)


async def _add_zalo_bot(given: Needs, name: str, token: str, unit: str) -> None:
    async with given.database() as opened:
        await add_zalo_bot(_vault(given), opened, name, token, given.now(), unit)


async def _give(given: Needs, token: str) -> bool:
    async with given.database() as opened:
        return await give_refresh_token(given.settings(), _vault(given), opened, SystemClock(), token)


def _of(used: int, limit: int | None) -> str:
    return str(used) if limit is None else f"{used}/{limit}"


def _left(row: Mapping[str, Any]) -> str:
    """What is left of the month, and how much of it may be used for what nobody asked for."""
    if row["messages_limit"] is None:
        return ""
    month = Month(row["messages_counted"], row["messages_limit"])
    left = max(0, row["messages_limit"] - month.used)
    return f" of {row['messages_limit']}: {left} left, {month.left_for_posts} of them for posts"


def _state(row: Mapping[str, Any]) -> str:
    if not row["enabled"]:
        return "off"
    return "dead: token refused" if row["token_refused"] else "on"


def _whose(row: Mapping[str, Any]) -> str:
    return f"  of {row['unit']}" if row["unit"] else ""


def _promised(row: Mapping[str, Any]) -> str:
    return f" (+{row['seats_reserved']} promised)" if row["seats_reserved"] else ""


async def _rows(given: Needs) -> list[dict[str, Any]]:
    now = given.now()
    async with given.database() as opened, opened.read() as connection:
        used = await accounts.use(connection, f"{local(now):%Y-%m}")
        reserved = await seats.seats(connection, now)
        every = await accounts.every(connection)
        units = [one.unit_id for one in every if one.unit_id is not None]
        known = await places.by_ids(connection, units, local(now).date())
        holders = await leases.holders(connection)
        return [
            {
                **_row(one, used.get(one.id, accounts.Use(0, 0, 0, 0)), known.get(one.unit_id or 0)),
                "seats_reserved": reserved[one.id].reserved,
                "holder": holders.get(one.id),
            }
            for one in every
        ]


def _row(account: accounts.Account, use: accounts.Use, place: Place | None) -> dict[str, Any]:
    return {
        "channel": account.channel,
        "account": account.name,
        "enabled": account.enabled,
        "token_refused": account.ill_since is not None,
        "unit": place.path if place else account.unit_id and str(account.unit_id),
        "people": use.people,
        "people_limit": account.limits.get("people"),
        "groups": use.groups,
        "groups_limit": account.limits.get("groups"),
        "messages_in": use.messages_in,
        "messages_out": use.messages_out,
        "messages_counted": quotas.counted(account.limits, use.messages_in, use.messages_out),
        "messages_limit": account.limits.get("messages"),
    }


async def _disable(given: Needs, name: str) -> int | None:
    """How many people are left without another door; None where no account has that name."""
    async with given.database() as opened, opened.write() as connection:
        if not await accounts.disable(connection, name):
            return None
        account = next(one for one in await accounts.every(connection) if one.name == name)
        return len(await moves.stranded(connection, account.id, local(given.now()).date()))
