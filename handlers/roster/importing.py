"""Importing a roster: all of a file or nothing of it, and a second time nothing new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from handlers.roster.changes import People
from handlers.roster.entries import Entry, Fault, Notice, Reading
from handlers.roster.matching import gather, match
from handlers.roster.placing import Placed, Placing, repeated
from handlers.roster.reading import Progress, read_entries
from handlers.roster.tables import Unreadable, read_table
from locales import local
from storage import roster
from storage.engine import Database
from storage.roster import Roster
from storage.writing import Write

_EVERY = 500


@dataclass(frozen=True, slots=True)
class Count:
    added: int = 0
    updated: int = 0


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or with `dry_run` would do; with errors it did nothing."""

    units: Count = Count()
    """Communes and villages; the site itself is not counted."""
    people: Count = Count()
    unchanged: int = 0
    """Communes, villages and people of the file that were already as it says."""
    errors: tuple[Fault, ...] = ()
    dry_run: bool = False
    notices: tuple[Notice, ...] = ()
    extra_columns: tuple[str, ...] = ()
    not_in_file: int = 0
    """People who serve somewhere and are not in the file; they are left alone."""

    def as_json(self) -> dict[str, Any]:
        """The document of contract.md, with more keys."""
        return {
            "units": {"added": self.units.added, "updated": self.units.updated},
            "people": {"added": self.people.added, "updated": self.people.updated},
            "unchanged": self.unchanged,
            "errors": [{"row": one.row, "column": one.column, "reason": one.reason} for one in self.errors],
            "dry_run": self.dry_run,
            "notices": [{"row": one.row, "reason": one.reason} for one in self.notices],
            "extra_columns": list(self.extra_columns),
            "not_in_file": self.not_in_file,
        }


@dataclass(frozen=True, slots=True)
class _Plan:
    """With errors there is nothing to write."""

    result: Imported
    writes: list[Write] = field(default_factory=list)


async def import_roster(
    database: Database,
    path: Path,
    *,
    now: datetime,
    site_name: str,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Imported:
    """Import a CSV or XLSX file; what it says holds from the local day of `now`.

    Faults of the file are in the result, never raised.
    """
    try:
        reading = read_entries(read_table(path), progress)
    except Unreadable as error:
        return Imported(errors=(Fault(error.row, None, error.reason),), dry_run=dry_run)
    if dry_run:
        async with database.read() as connection:
            known = await roster.load(connection, local(now).date())
        return replace(_plan(reading, known, site_name, now, progress).result, dry_run=True)
    async with database.write() as connection:
        await roster.hold(connection)
        known = await roster.load(connection, local(now).date())
        plan = _plan(reading, known, site_name, now, progress)
        await roster.apply(connection, plan.writes, progress and (lambda *done: progress("writing", *done)))
    return plan.result


def _plan(reading: Reading, known: Roster, site_name: str, now: datetime, progress: Progress | None) -> _Plan:
    day = local(now).date()
    placing = Placing(reading.entries, known, site_name, now, day)
    placed = _place_all(placing, reading.entries, progress)
    faults = sorted([*reading.faults, *placing.faults, *repeated(placed)], key=lambda fault: fault.row or 0)
    if faults:
        return _Plan(Imported(errors=tuple(faults), extra_columns=reading.extra_columns))
    someones = gather(placed)
    claimed = match(someones, known)
    people = People(known.memberships, known.teams, now, day)
    writes, added, updated = list(placing.writes), 0, 0
    notices = list(placing.notices)
    for someone in someones:
        changes = people.update(someone, someone.known) if someone.known else people.add(someone)
        writes += changes
        added += someone.known is None
        updated += someone.known is not None and bool(changes)
        if someone.phone_shared_with:
            reason = f"{someone.name} has the phone of {someone.phone_shared_with}: taken as two people on one phone"
            notices.append(Notice(someone.row, reason))
    same_units = len(placing.seen - placing.added - placing.updated)
    result = Imported(
        units=Count(len(placing.added), len(placing.updated)),
        people=Count(added, updated),
        unchanged=same_units + len(someones) - added - updated,
        notices=tuple(sorted(notices, key=lambda notice: notice.row)),
        extra_columns=reading.extra_columns,
        not_in_file=len({service.person_id for service in known.memberships} - claimed),
    )
    return _Plan(result, writes)


def _place_all(placing: Placing, entries: Sequence[Entry], progress: Progress | None) -> list[Placed]:
    placed: list[Placed] = []
    for done, entry in enumerate(entries, start=1):
        if found := placing.place(entry):
            placed.append(found)
        if progress and done % _EVERY == 0:
            progress("comparing", done, len(entries))
    return placed
