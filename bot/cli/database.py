"""tocds db …: the schema, copies, and the way to another database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.needs import fail, telling
from bot.cli.progress import progress
from bot.clock import SystemClock
from bot.one_process import OneProcess
from bot.settings import load
from locales import local
from storage import backups, copying, partitions
from storage import upgrade as schema
from storage.engine import Database

app = typer.Typer(no_args_is_help=True)

_File = Annotated[Path, typer.Argument(metavar="FILE", help="The copy.")]
_From = Annotated[
    str, typer.Argument(metavar="FROM", help="sqlite+aiosqlite:///… or postgresql+asyncpg://…, as DATABASE_URL")
]
_To = Annotated[str, typer.Argument(metavar="TO", help="An empty database, of either kind.")]


@app.callback()
def _group() -> None:
    """The database's schema, copies of it, and moving to another."""


@app.command()
def upgrade() -> None:
    """Bring the schema to the newest revision. On PostgreSQL also beside running services, and by several at once."""
    with telling(schema.Busy):
        asyncio.run(_upgrade())


@app.command()
def backup(file: _File) -> None:
    """A consistent copy of the SQLite database, while it is in use. (On PostgreSQL: pg_dump.)"""
    with telling(backups.CannotBackUp):
        asyncio.run(_backup(file))
    typer.echo(f"backup: {file}; keep the secret.key of DATA_DIR with it, it opens the accounts' tokens")


@app.command()
def restore(file: _File) -> None:
    """Back from a copy; what was there before is kept beside it. The service must be stopped."""
    with telling(backups.CannotBackUp):
        before = asyncio.run(_restore(file))
    typer.echo(f"restored from {file}" + (f"; what was there before is in {before}" if before else ""))


@app.command()
def copy(from_: _From, to: _To) -> None:
    """Every row of one database into another, verified by count and checksum. The services must be stopped."""
    with telling(copying.CannotCopy, schema.Busy):
        asyncio.run(_copy(from_, to))


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        await database.close()


async def _upgrade() -> None:
    async with _opened(load().database) as database:
        if database.file is not None:
            database.file.parent.mkdir(parents=True, exist_ok=True)
        before = await schema.current(database)
        await schema.upgrade(database)
        await partitions.keep_ahead(database, local(SystemClock().now()).date())
        typer.echo(f"schema: {before or 'empty'} -> {schema.newest()}")


async def _backup(file: Path) -> None:
    async with _opened(load().database) as database:
        await backups.back_up(database, file)


async def _restore(file: Path) -> Path | None:
    async with _opened(load().database) as database:
        with OneProcess(database), progress() as told:
            return await backups.restore(database, file, SystemClock().now(), told)


async def _copy(from_: str, to: str) -> None:
    for url in (from_, to):
        if not url.startswith(("sqlite+aiosqlite:///", "postgresql+asyncpg://")):
            raise typer.BadParameter("a URL begins with sqlite+aiosqlite:/// or postgresql+asyncpg://")
    async with _opened(from_) as source, _opened(to) as target:
        if source.file is not None and not source.file.exists():
            fail(f"FROM does not exist: {source.file}")
        with OneProcess(source), OneProcess(target), progress() as told:
            rows = 0
            async for one in copying.copy(source, target, told):
                typer.echo(f"{one.table:<22} {one.sum.rows:>10} rows  {one.sum}  equal")
                rows += one.sum.rows
    typer.echo(f"copied and verified: {rows} rows. Give DATABASE_URL to every process before it starts again.")
