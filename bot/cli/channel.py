"""tocds channel …: the accounts at the messengers."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated, Any

import typer

from bot.cli.needs import Needs, fail, needs
from locales import local
from storage import accounts

app = typer.Typer(no_args_is_help=True)

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
            f"{row['channel']:<10} {row['account']:<20} {state:<4} people {row['people']}  groups {row['groups']}  "
            f"in {row['messages_in']}  out {row['messages_out']}"
        )
    if not rows:
        typer.echo("no account yet: set TELEGRAM_BOT_TOKEN or WEBCHAT=on and start `tocds run`")


@app.command()
def disable(
    context: typer.Context, name: Annotated[str, typer.Argument(help="The account's name, as `channel list` shows it.")]
) -> None:
    """Take an account out of service. A running service notices at its next start."""
    if not asyncio.run(_disable(needs(context), name)):
        fail(f"no account is called {name}; see `tocds channel list`")
    typer.echo(f"{name}: disabled")


async def _rows(given: Needs) -> list[dict[str, Any]]:
    async with given.database() as opened, opened.read() as connection:
        used = await accounts.use(connection, f"{local(given.now()):%Y-%m}")
        return [
            _row(account, used.get(account.id, accounts.Use(0, 0, 0, 0)))
            for account in await accounts.every(connection)
        ]


def _row(account: accounts.Account, use: accounts.Use) -> dict[str, Any]:
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
    }


async def _disable(given: Needs, name: str) -> bool:
    async with given.database() as opened, opened.write() as connection:
        return await accounts.disable(connection, name)
