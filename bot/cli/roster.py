"""`tocds roster …`: the sample, importing, exporting."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.needs import Needs, fail, needs, telling
from bot.cli.progress import progress
from handlers.roster.exporting import export_roster
from handlers.roster.importing import Imported, import_roster
from handlers.roster.sample import write_sample
from handlers.roster.writing import UnknownFormat

app = typer.Typer(help="The roster of places, teams and people.", no_args_is_help=True)

_Out = Annotated[Path, typer.Argument(help="File to write, .csv or .xlsx.", dir_okay=False)]
_In = Annotated[Path, typer.Argument(help="File to read, CSV or XLSX.")]
_DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")]
_Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


@app.command("sample")
def sample(file: _Out) -> None:
    """Write the sample roster of Văn Chấn, the same on every call."""
    with telling(OSError):
        try:
            rows = write_sample(file)
        except UnknownFormat as error:
            raise typer.BadParameter(str(error), param_hint="FILE") from None
    typer.echo(f"{file}: {rows} rows")


@app.command("import")
def import_(context: typer.Context, file: _In, dry_run: _DryRun = False, as_json: _Json = False) -> None:
    """Add and update units and people; all of the file or, with a single bad row, nothing."""
    result = asyncio.run(_import(needs(context), file, dry_run))
    typer.echo(json.dumps(result.as_json(), ensure_ascii=False) if as_json else _told(result))
    if len(result.errors) == 1:
        fail(f"{file.name}: {result.errors[0]}. Nothing was imported.")
    if result.errors:
        fail(f"{file.name}: {len(result.errors)} faults, the first in {result.errors[0]}. Nothing was imported.")


async def _import(given: Needs, file: Path, dry_run: bool) -> Imported:
    async with given.database() as database:
        with progress() as show:
            return await import_roster(
                database, file, now=given.now(), site_name=given.site_name, dry_run=dry_run, progress=show
            )


def _told(result: Imported) -> str:
    if result.errors:
        return "\n".join(str(fault) for fault in result.errors)
    would = "would be " if result.dry_run else ""
    lines = [
        f"Units: {result.units.added} {would}added, {result.units.updated} {would}updated.",
        f"People: {result.people.added} {would}added, {result.people.updated} {would}updated.",
        f"Unchanged: {result.unchanged}. Not in the file and left alone: {result.not_in_file} people.",
    ]
    if result.extra_columns:
        lines.append(f"Kept aside without being used: {', '.join(result.extra_columns)}.")
    return "\n".join([*lines, *(f"Please look at {notice}" for notice in result.notices)])


@app.command("export")
def export(context: typer.Context, file: _Out) -> None:
    """Write the roster with the columns it came with; importing the file changes nothing."""
    given = needs(context)

    async def write() -> int:
        async with given.database() as database:
            return await export_roster(database, file, now=given.now())

    with telling(OSError):
        try:
            rows = asyncio.run(write())
        except UnknownFormat as error:
            raise typer.BadParameter(str(error), param_hint="FILE") from None
    typer.echo(f"{file}: {rows} rows")
