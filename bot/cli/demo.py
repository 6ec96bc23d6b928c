"""tocds demo: a first look, on a throw-away database."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.channels.webchat.looks import Look


def register(app: typer.Typer) -> None:
    app.command("demo")(_demo)


def _demo(
    port: Annotated[int, typer.Option(help="Port of the demo's page.", min=0, max=65535)] = 8080,
    look: Annotated[
        Look, typer.Option(help="telegram: choices are buttons; zalo: they are typed. The page can change it.")
    ] = Look.TELEGRAM,
    once: Annotated[bool, typer.Option("--once", help="Live one week without a server, print it, and end.")] = False,
) -> None:
    """A throw-away database with the sample roster, the web chat, and simulated members."""
    if once:
        asyncio.run(_once())
    else:
        from bot.demo.served import serve

        asyncio.run(serve(port, typer.echo, look))


async def _once() -> None:
    from bot.demo.once import SHOWN, live_once

    lived = await live_once(Path("demo-out"), typer.echo)
    for name in SHOWN:
        typer.echo(f"\n===== The group of {name} received =====")
        for post in lived.posts.get(name, []):
            typer.echo(f"\n{post}")
    figures = lived.figures
    messages = {"sent": 0, "failed": 0} | figures.owed
    owed = ", ".join(f"{state} {number}" for state, number in messages.items())
    typer.echo(
        f"\n===== The week in figures =====\n"
        f"events {figures.events}, people enrolled {figures.enrolled}\n"
        f"check-ins in force {figures.in_force} (entries kept {figures.entries}), {lived.tally.checkins} in this week\n"
        f"villages reported {lived.tally.reported} of {lived.tally.expected}\n"
        f"reminders {figures.reminders}, lessons given {figures.lessons}, questions {figures.questions}\n"
        f"messages owed {sum(messages.values())}: {owed}\n"
        f"pictures {len(lived.pictures)} in ./demo-out/\n"
        f"lived in {lived.seconds:.1f} s"
    )
