"""What the torture's audit does not ask: every firing of the quarter, every number, every month of the books."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from bot import scheduler
from locales import Week, local
from storage import counting
from storage.engine import Connection
from storage.journal import journal
from storage.occurrences import occurrences
from storage.outbox import owed
from storage.parcels import HOLDS
from storage.standing_places import standing_at
from tests.soak.ledger import Numbers
from tests.soak.quarter import MONDAY, Quarter
from tests.torture.audit import Audit, Evidence, audit

TALLY = "weekly-tally"


@dataclass
class Sum:
    """The audit, and what the quarter came to. `books`: by account, (taken, booked) in and (landed, booked) out, and
    what cut-offs and cut answers may explain of the difference."""

    audit: Audit
    firings: int = 0
    tallies: int = 0
    posted: int = 0
    held: Counter[str] = field(default_factory=Counter)
    books: dict[str, tuple[tuple[int, int], tuple[int, int], str]] = field(default_factory=dict)


async def audited(lived: Quarter) -> Sum:
    """Everything, after the quarter has come to rest."""
    async with lived.town.database() as database:
        found = Sum(await audit(database, _evidence(lived)))
        async with database.read() as connection:
            await _events(connection, lived, found)
            await _every_firing(connection, lived, found)
            await _waiting(connection, lived, found)
            await _tallies(connection, lived, found)
            await _posted(connection, lived, found)
    await _books(lived, found)
    return found


def _evidence(lived: Quarter) -> Evidence:
    load, vendors = lived.load, lived.town.vendors
    written = {number: one.value for number, one in load.written.items()}
    allowed = Counter(vendors.cuts) + lived.town.in_hand
    return Evidence(written, frozenset(load.acknowledged), tuple(vendors.landed()), allowed)


async def _events(connection: Connection, lived: Quarter, found: Sum) -> None:
    """As many events as were taken; none was given up."""
    states = {
        row[0]: row[1] for row in await connection.execute(select(journal.c.state, func.count()).group_by("state"))
    }
    taken, kept = len(lived.load.acknowledged), sum(states.values())
    found.audit.blames(
        "events in the journal that are not those taken", [] if kept == taken else [f"{kept} of {taken}"]
    )
    found.audit.blames("events that were given up", [states["failed"]] if states.get("failed") else [])


async def _every_firing(connection: Connection, lived: Quarter, found: Sum) -> None:
    """Each job, period and place since the beginning has one row, and there is no other."""
    wanted = Counter[tuple[str, int, str]]()
    for one in scheduler.due(lived.clock.now(), lived.began):
        units = await standing_at(connection, local(one.at).date(), one.at, whole_site=one.job.whole_site)
        wanted.update((one.job.name, unit, one.job.period(one.at)) for unit in units)
    rows = await connection.execute(select(occurrences).where(occurrences.c.provisional.is_(False)))
    kept = Counter((row.job, row.unit_id, row.period) for row in rows)
    found.firings = sum(wanted.values())
    found.audit.blames("firings that are missing", sorted((wanted - kept).keys()))
    found.audit.blames("firings too many", sorted((kept - wanted).keys()))


async def _waiting(connection: Connection, lived: Quarter, found: Sum) -> None:
    """What is held waits for a time to come, or for its reader's or author's word (`HOLDS`)."""
    rows = (
        await connection.execute(select(owed.c.id, owed.c.reason, owed.c.due_at).where(owed.c.state == "held"))
    ).all()
    found.held = Counter(row.reason for row in rows)
    now = lived.clock.now()
    found.audit.blames(
        "held beyond its time", (row.id for row in rows if row.reason not in HOLDS and row.due_at <= now)
    )


async def _tallies(connection: Connection, lived: Quarter, found: Sum) -> None:
    """The program counts each week of each commune as people remember it."""
    for monday in _weeks(lived):
        week = await counting.tally(connection, monday, as_of=monday + timedelta(days=6))
        assert week is not None
        for commune, villages in lived.villages.items():
            told, counted = lived.ledger.numbers(monday, villages), week.within(commune)
            assert counted is not None
            said = Numbers(counted.reported, counted.checkins, dict(counted.indicators))
            found.tallies += 1
            found.audit.blames(
                "tallies that differ", [] if said == told else [f"{monday} {counted.name}: {said}, {told}"]
            )


async def _posted(connection: Connection, lived: Quarter, found: Sum) -> None:
    """A tally said what had been told when it was made."""
    rows = await connection.execute(
        select(occurrences).where(occurrences.c.job == TALLY, occurrences.c.state == "done")
    )
    for row in rows:
        told = lived.snapshots.get(row.fired_at, {}).get(row.unit_id)
        said = Numbers(row.numbers["reported"], row.numbers["checkins"], row.numbers["indicators"])
        found.posted += 1
        found.audit.blames(
            "posted numbers that differ", [] if said == told else [f"{row.period} {row.unit_id}: {said}, {told}"]
        )


def _weeks(lived: Quarter) -> list[date]:
    """Also the one before, of which some spoke on the first Monday."""
    end: datetime = lived.clock.now()
    first = Week.of(MONDAY.date()).before().monday
    return [first + timedelta(weeks=week) for week in range((local(end).date() - first).days // 7 + 1)]


async def _books(lived: Quarter, found: Sum) -> None:
    """The months say what the vendors counted, but for what a cut-off kept from being counted."""
    town = lived.town
    booked, lost, cuts = await town.booked(), town.uncounted, town.vendors.cuts
    for one in town.vendors.all:
        name = one.account
        came, went = booked.get(name, (0, 0))
        taken, landed, cut = lived.taken[name], len(one.fake.sent), cuts[name]
        least = landed - cut - lost.out[name]
        most = landed - (cut - lost.cut[name])
        why = f"{cut} answers cut, {lost.out[name]} out and {lost.came[name]} in since the last count of a cut-off"
        found.books[name] = ((taken, came), (landed, went), why)
        right = taken - lost.came[name] <= came <= taken and least <= went <= most
        found.audit.blames("books that differ", [] if right else [f"{name}: {found.books[name]}"])
