"""tocds job …: the timed jobs."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from typing import Annotated, Any

import typer

from bot import scheduler
from bot.cli.needs import Needs, needs
from bot.cli.tally import parsed_week
from bot.clock import SystemClock
from bot.firing import Fired, Firings
from bot.scheduler import Job
from bot.surrounding import surroundings
from locales import ZONE, Week, local
from storage import occurrences

app = typer.Typer(no_args_is_help=True)

_Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]


@app.command("list")
def list_(context: typer.Context, as_json: _Json = False) -> None:
    """Every timed job: when it fires next, and what its newest period came to."""
    rows = asyncio.run(_rows(needs(context)))
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        last = row["last"]
        typer.echo(
            f"{row['name']:<16} next {row['next']}  last {last['period'] + ' ' + last['state'] if last else '-'}"
        )


@app.command("run")
def run_(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The job's name, as `job list` shows it.")],
    at: Annotated[str, typer.Option("--at", help="As if the clock were at this time (ISO 8601).")] = "",
    week: Annotated[str, typer.Option("--week", help="For this ISO week, like 2026-W47.")] = "",
) -> None:
    """Record one firing now; a running service sends what is owed within seconds, else the next start does."""
    try:
        job = scheduler.named(name)
    except KeyError:
        known = ", ".join(one.name for one in scheduler.JOBS)
        raise typer.BadParameter(f"{name!r} is none of {known}", param_hint="NAME") from None
    fired = asyncio.run(_fire(needs(context), job, _moment(at), parsed_week(week) if week else None))
    typer.echo(_told(fired))


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a time like 2026-11-23T07:30", param_hint="--at") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)


async def _rows(given: Needs) -> list[dict[str, Any]]:
    async with given.database() as database, database.read() as connection:
        states = await occurrences.states(connection)
    rows = []
    for job in scheduler.JOBS:
        state = states.get(job.name)
        last = {"period": state.period, "state": state.state, "reason": state.reason} if state else None
        following = scheduler.next_firing(job, given.now())
        rows.append({"name": job.name, "next": local(following).isoformat(), "last": last})
    return rows


async def _fire(given: Needs, job: Job, at: datetime | None, week: Week | None) -> Fired:
    async with given.database() as database:
        around = await surroundings(given.settings(), database, given.now())
        return await Firings(database, SystemClock(), lambda: around).fire(job, at, week)


def _told(fired: Fired) -> str:
    mark = " (provisional)" if fired.provisional else ""
    if fired.repeated:
        return f"{fired.job} {fired.period}{mark}: fired before, nothing posted"
    counts = f"{fired.done} places done, {fired.skipped} skipped, {fired.owed} messages owed"
    waits = f"; {fired.waits}" if fired.waits else ""
    return f"{fired.job} {fired.period}{mark}: {counts}{waits}"
