"""tocds channel …: the accounts at the messengers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from pydantic import SecretStr

from bot.accounts import add_zalo_bot, give_refresh_token
from bot.capabilities import table
from bot.cli.needs import Needs, fail, needs, telling
from bot.clock import SystemClock
from bot.quotas import left_for_posts
from bot.secrets import Vault, vault
from bot.settings import named_tokens
from locales import local
from storage import accounts, leases
from storage.quotas import Month

app = typer.Typer(no_args_is_help=True)
adding = typer.Typer(no_args_is_help=True)
app.add_typer(adding, name="add", help="A new account, or a new key for one.")

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
        state = "on" if row["enabled"] else "off"
        typer.echo(
            f"{row['channel']:<10} {row['account']:<20} {state:<4} people {_of(row['people'], row['people_limit'])}  "
            f"groups {_of(row['groups'], row['groups_limit'])}  in {row['messages_in']}  out {row['messages_out']}"
            f"{_left(row)}"
        )
    if not rows:
        typer.echo(
            "no account yet: set ZALO_BOT_TOKENS, TELEGRAM_BOT_TOKEN or WEBCHAT=on and start `tocds run`, "
            "or `tocds channel add`"
        )


@app.command()
def limits() -> None:
    """What each messenger can and cannot do, as a Markdown table (docs/channels.md)."""
    typer.echo(table(), nl=False)


@app.command()
def disable(
    context: typer.Context, name: Annotated[str, typer.Argument(help="The account's name, as `channel list` shows it.")]
) -> None:
    """Take an account out of service. A running service notices at its next start."""
    if not asyncio.run(_disable(needs(context), name)):
        fail(f"no account is called {name}; see `tocds channel list`")
    typer.echo(f"{name}: disabled")


@adding.command("zalo-bot")
def add_zalo_bot_(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="How we call it: letters, digits, - and _. Part of its webhook address.")],
    token: Annotated[str, typer.Argument(help="The token that Zalo sent; asked for where it is left out.")] = "",
) -> None:
    """A Zalo bot, or a new token for one. A running service notices at its next start."""
    given, secret = needs(context), token or typer.prompt("Token", hide_input=True)
    with telling(ValueError, accounts.NameTaken):
        ((name, secret),) = named_tokens(SecretStr(f"{name}={secret}"))
        asyncio.run(_add_zalo_bot(given, name, secret))
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


async def _add_zalo_bot(given: Needs, name: str, token: str) -> None:
    async with given.database() as opened:
        await add_zalo_bot(_vault(given), opened, name, token, given.now())


async def _give(given: Needs, token: str) -> bool:
    async with given.database() as opened:
        return await give_refresh_token(given.settings(), _vault(given), opened, SystemClock(), token)


def _of(used: int, limit: int | None) -> str:
    return str(used) if limit is None else f"{used}/{limit}"


def _left(row: Mapping[str, Any]) -> str:
    """What is left of the month, and how much of it may be used for what nobody asked for."""
    if row["messages_limit"] is None:
        return ""
    month = Month(row["messages_in"] + row["messages_out"], row["messages_limit"])
    left = max(0, row["messages_limit"] - month.used)
    return f" of {row['messages_limit']}: {left} left, {left_for_posts(month)} of them for posts"


async def _rows(given: Needs) -> list[dict[str, Any]]:
    async with given.database() as opened, opened.read() as connection:
        holders = await leases.holders(connection)
        used = await accounts.use(connection, f"{local(given.now()):%Y-%m}")
        return [
            _row(account, used.get(account.id, accounts.Use(0, 0, 0, 0)), holders.get(account.id))
            for account in await accounts.every(connection)
        ]


def _row(account: accounts.Account, use: accounts.Use, holder: str | None) -> dict[str, Any]:
    return {
        "channel": account.channel,
        "account": account.name,
        "enabled": account.enabled,
        "people": use.people,
        "people_limit": account.limits.get("people"),
        "groups": use.groups,
        "groups_limit": account.limits.get("groups"),
        "messages_in": use.messages_in,
        "messages_out": use.messages_out,
        "messages_limit": account.limits.get("messages"),
        "holder": holder,
    }


async def _disable(given: Needs, name: str) -> bool:
    async with given.database() as opened, opened.write() as connection:
        return await accounts.disable(connection, name)
