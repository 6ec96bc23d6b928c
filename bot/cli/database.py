"""tocds db …: the schema."""

from __future__ import annotations

import asyncio

import typer

from bot.settings import load
from storage import upgrade as schema
from storage.engine import Database

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _group() -> None:
    """The database's schema."""


@app.command()
def upgrade() -> None:
    """Bring the schema to the newest revision."""
    asyncio.run(_upgrade())


async def _upgrade() -> None:
    settings = load()
    database = Database(settings.database)
    try:
        if database.file is not None:
            database.file.parent.mkdir(parents=True, exist_ok=True)
        before = await schema.current(database)
        await schema.upgrade(database)
        typer.echo(f"schema: {before or 'empty'} -> {schema.newest()}")
    finally:
        await database.close()
