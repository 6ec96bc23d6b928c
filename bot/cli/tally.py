"""tocds tally: the numbers of a week."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Annotated

import typer

from bot.cli.needs import Needs, fail, needs, telling
from locales import Week, local
from storage import counting, places
from storage.finding import PlaceAmbiguous, PlaceUnknown
from storage.tally import Tally, as_json

_Week = Annotated[str, typer.Option("--week", help="An ISO week, like 2026-W47.")]
_Unit = Annotated[str, typer.Option("--unit", help='A unit id, an official code, or a path like "Tú Lệ/Thôn 1".')]
_Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]


def register(app: typer.Typer) -> None:
    app.command("tally")(tally)


def tally(context: typer.Context, week: _Week, unit: _Unit = "", as_json_: _Json = False) -> None:
    """The numbers of a week: of the whole tree from its root, or of one place with what lies below it."""
    wanted = parsed_week(week)
    with telling(PlaceUnknown, PlaceAmbiguous):
        found = asyncio.run(_count(needs(context), wanted, unit))
    if found is None:
        fail("there is no place yet: import a roster first (`tocds roster import FILE`)")
    else:
        typer.echo(json.dumps(as_json(found), ensure_ascii=False) if as_json_ else "\n".join(_told(found)))


def parsed_week(text: str) -> Week:
    """A week as people give it on the command line; a wrong one is a wrong argument (exit code 2)."""
    try:
        return Week.parse(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a week like 2026-W47", param_hint="--week") from None


async def _count(given: Needs, week: Week, unit: str) -> Tally | None:
    async with given.database() as database, database.read() as connection:
        day = local(given.now()).date()
        unit_id = (await places.find(connection, unit, day)).id if unit else None
        return await counting.tally(connection, week.monday, unit_id, as_of=day)


def _told(found: Tally, depth: int = 0) -> Iterator[str]:
    values = ", ".join(f"{code} {number}" for code, number in found.indicators.items()) or "-"
    villages = f"{found.reported}/{found.expected}"
    yield f"{'  ' * depth}{found.name}: villages {villages}, check-ins {found.checkins}, {values}"
    if depth < 1:
        for unit in found.units:
            yield from _told(unit, depth + 1)
