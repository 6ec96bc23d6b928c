"""tocds calendar …: days that the government moves."""

from __future__ import annotations

import asyncio
import csv
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.needs import Needs, fail, needs
from bot.settings import Holidays
from handlers.calendar.days import calendar_of
from handlers.calendar.lunar import tet_weeks
from handlers.calendar.public import holidays_of, made_up
from storage import calendar
from storage.calendar import Moved, MovedDays

app = typer.Typer(no_args_is_help=True)

KINDS = ("off", "working")
_LONGEST_NAME = 100

_Day = Annotated[str, typer.Argument(metavar="DATE", help="Like 2027-02-12.")]


@app.command("list")
def list_(
    context: typer.Context,
    year: Annotated[int | None, typer.Option("--year", min=2025, max=2099, help="Default: this year.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """The year's days off and days made up for: the law's, and those written down here (these count first)."""
    given = needs(context)
    read = asyncio.run(_read(given))
    rows = list(_rows(read, year or given.now().year, public=given.settings().holidays is Holidays.VN))
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
    else:
        for row in rows:
            until = f"..{row['until']}" if row["until"] else ""
            typer.echo(f"{row['day']}{until}  {row['kind']:<8} {row['name']}  ({row['from']})")
    if broken := calendar_of(read, public=False).broken:
        fail(f"{broken}: until it is removed, nothing but replies is sent")


@app.command("add")
def add(
    context: typer.Context,
    day: _Day,
    kind: Annotated[str, typer.Argument(metavar="off|working", help="off: nothing is sent; working: offices work.")],
    name: Annotated[str, typer.Argument(help="What people call it.")],
) -> None:
    """Write a day down, over what was there."""
    moved = _moved(day, kind, name)
    asyncio.run(_write(needs(context), [moved]))
    typer.echo(f"{moved.day} {moved.kind}: {moved.name}")


@app.command("remove")
def remove(context: typer.Context, day: _Day) -> None:
    """Take a day out: the law's calendar counts again."""
    wanted = _date(day)
    if not asyncio.run(_remove(needs(context), wanted)):
        fail(f"{wanted} is not written down")
    typer.echo(f"{wanted} is taken out")


@app.command("import")
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="Columns day, kind, name.")],
) -> None:
    """Write down all days of a CSV file (day, kind, name), or none where a row is wrong."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            days = list(_days_of(csv.DictReader(opened)))
    except (UnicodeDecodeError, csv.Error) as error:
        fail(f"{file.name} is no CSV in UTF-8: {error}")
    typer.echo(f"{asyncio.run(_write(needs(context), days))} days written down")


def _days_of(reader: csv.DictReader[str]) -> Iterator[Moved]:
    if missing := [one for one in ("day", "kind", "name") if one not in (reader.fieldnames or ())]:
        fail(f"the first row must name the columns day, kind, name: {', '.join(missing)} is missing")
    for row in reader:
        try:
            yield _moved(row["day"] or "", row["kind"] or "", row["name"] or "")
        except typer.BadParameter as error:
            fail(f"row {reader.line_num}: {error}")


def _moved(day: str, kind: str, name: str) -> Moved:
    if kind.strip() not in KINDS:
        raise typer.BadParameter(f"{kind!r} is neither off nor working")
    if not name.strip() or len(name) > _LONGEST_NAME:
        raise typer.BadParameter(f"a name of 1 to {_LONGEST_NAME} characters is needed")
    return Moved(_date(day), kind.strip(), name.strip())


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a date like 2027-02-12") from None


def _rows(read: MovedDays, year: int, *, public: bool) -> Iterator[dict[str, Any]]:
    rows: list[tuple[date, date | None, str, str, str]]
    rows = [(one.day, None, one.kind, one.name, "written down") for one in read.days if one.day.year == year]
    written = {day for day, *_ in rows}
    if public:
        first, last = tet_weeks(year)
        rows.append((first, last, "off", "Tet weeks: nothing is sent", "lunar calendar"))
        rows += [(day, None, "off", name, "law") for day, name in holidays_of(year).items() if day not in written]
        rows += [(day, None, "working", "made up for", "law") for day in made_up(year) if day not in written]
    for day, until, kind, name, source in sorted(rows, key=lambda row: row[0]):
        yield {"day": str(day), "until": until and str(until), "kind": kind, "name": name, "from": source}


async def _read(given: Needs) -> MovedDays:
    async with given.database() as database, database.read() as connection:
        return await calendar.moved_days(connection)


async def _write(given: Needs, days: list[Moved]) -> int:
    async with given.database() as database, database.write() as connection:
        return await calendar.write_down(connection, days, given.now())


async def _remove(given: Needs, day: date) -> bool:
    async with given.database() as database, database.write() as connection:
        return await calendar.strike_out(connection, day)
