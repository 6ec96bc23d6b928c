"""Reads a whole database afterwards and says what does not add up. No pytest in here: the soak asks the same questions.

found = await audit(database, Evidence(written, acknowledged, landed, allowed))
assert not found.faults
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, Table, func, select

from storage.accounts import accounts
from storage.addresses import addresses, group_bindings
from storage.broadcasts import broadcasts, recipients
from storage.checkins import checkin_values, checkins
from storage.engine import Connection, Database
from storage.journal import journal
from storage.occurrences import occurrences
from storage.outbox import Lane, owed, parcels, parts
from storage.parcels import HOLDS
from tests.torture.load import number_in
from tests.torture.vendors import Landing

END = frozenset({"sent", "failed", "expired", "cancelled"})
ENDED_EVENTS = frozenset({"done", "ignored", "failed"})
FIRED_INTO_GROUPS = ("remind-groups", "weekly-tally")
MOST_SHOWN = 12
"""Faults of one kind that are told."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the world outside knows. `written`: what each numbered check-in reports. `acknowledged`: those that the
    door took. `landed`: what reached the vendors. `allowed`: duplicates that the accounts declare, by name: sends in
    flight times crashes, and sends whose answer the vendor kept to itself."""

    written: Mapping[int, int] = field(default_factory=dict)
    acknowledged: frozenset[int] = frozenset()
    landed: tuple[Landing, ...] = ()
    allowed: Mapping[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Audit:
    """`faults`: in words, empty where all adds up; the figures are for the table."""

    faults: list[str] = field(default_factory=list)
    events: int = 0
    checkins: int = 0
    owed: Counter[str] = field(default_factory=Counter)
    behind: int = 0
    """Owed, and kept by what is held in the same chat until its reader writes."""
    parcels: int = 0
    occurrences: Counter[str] = field(default_factory=Counter)
    landed: int = 0
    duplicates: Counter[str] = field(default_factory=Counter)
    """Copies at the vendors beyond the one that was meant, by account."""
    marked: int = 0
    """Parcels that say of themselves that they may have arrived twice."""

    def blames(self, what: str, which: Iterable[object]) -> None:
        """A fault, where there is any."""
        found = list(which)
        if found:
            more = f" and {len(found) - MOST_SHOWN} more" if len(found) > MOST_SHOWN else ""
            self.faults.append(f"{what}: {', '.join(map(str, found[:MOST_SHOWN]))}{more}")


async def audit(database: Database, evidence: Evidence = Evidence()) -> Audit:
    """Everything: events, check-ins, what is owed, parcels, firings, broadcasts, and the vendors' side of it."""
    found = Audit()
    async with database.read() as connection:
        await _events(connection, evidence, found)
        await _checkins(connection, evidence, found)
        await _owed(connection, found)
        await _parcels(connection, found)
        await _firings(connection, found)
        await _broadcasts(connection, found)
        await _vendors(connection, evidence, found)
    return found


async def unsettled(database: Database) -> str:
    """What still moves, in words; "" where all that can end has ended, and the rest is held with a reason."""
    async with database.read() as connection:
        events = await _count(connection, journal, journal.c.state == "new")
        open_parcels = await _count(
            connection, parcels, parcels.c.state.in_(("sending", "waiting")), ~_held_in(parcels.c.id)
        )
        waiting = await _count(connection, owed, owed.c.state == "owed", owed.c.address_id.not_in(_shut()))
        running = await _count(connection, broadcasts, broadcasts.c.ended_at.is_(None))
    moving = {"events": events, "parcels": open_parcels, "owed": waiting, "broadcasts": running}
    return ", ".join(f"{count} {what}" for what, count in moving.items() if count)


def _held_in(parcel_id: Any) -> Any:
    return select(owed.c.id).where(owed.c.parcel_id == parcel_id, owed.c.state == "held").exists()


def _shut() -> Any:
    """Chats in which something waits for its reader's word, and all that came later behind it."""
    return select(owed.c.address_id).where(owed.c.state == "held", owed.c.reason.in_(HOLDS))


async def _count(connection: Connection, table: Table, *where: Any) -> int:
    return int((await connection.execute(select(func.count()).select_from(table).where(*where))).scalar_one())


async def _rows(connection: Connection, *columns: Any) -> list[Row[Any]]:
    return list((await connection.execute(select(*columns))).all())


# Events


async def _events(connection: Connection, evidence: Evidence, found: Audit) -> None:
    """Every acknowledged event is in the journal exactly once, and ended."""
    columns = (journal.c.id, journal.c.state, journal.c.reason, journal.c.body, journal.c.ended_at)
    rows = await _rows(connection, *columns)
    found.events = len(rows)
    found.blames("events that never ended", (row.id for row in rows if row.state not in ENDED_EVENTS))
    found.blames("ended events without a time", (row.id for row in rows if row.ended_at is None))
    found.blames("failed events without a reason", (row.id for row in rows if row.state == "failed" and not row.reason))
    times = Counter(number for row in rows if (number := number_in(row.body)) is not None)
    found.blames("acknowledged events that are lost", sorted(evidence.acknowledged - times.keys() - _words(evidence)))
    found.blames("events journaled twice", (number for number, count in times.items() if count > 1))
    if evidence.written:
        found.blames("events that nobody wrote", sorted(times.keys() - evidence.written.keys()))


def _words(evidence: Evidence) -> set[int]:
    """Written things that are no check-ins carry no number."""
    return {number for number, value in evidence.written.items() if not value}


async def _checkins(connection: Connection, evidence: Evidence, found: Audit) -> None:
    """Each handled event was applied exactly once, with the number that was sent."""
    number_of = {row.id: number_in(row.body) for row in await _rows(connection, journal.c.id, journal.c.body)}
    rows = await _rows(connection, checkins.c.id, checkins.c.journal_id)
    found.checkins = len(rows)
    once = Counter(row.journal_id for row in rows if row.journal_id is not None)
    found.blames("events applied twice", (one for one, count in once.items() if count > 1))
    if not evidence.written:
        return
    values = {row.checkin_id: row.number for row in await _rows(connection, checkin_values)}
    applied = {number_of[row.journal_id]: values.get(row.id, 0) for row in rows if row.journal_id in number_of}
    done = {number_of[row.id] for row in await _rows(connection, journal.c.id, journal.c.state) if row.state == "done"}
    wanted = {number: evidence.written[number] for number in done if number in evidence.written}
    found.blames("handled events that were not applied", sorted(wanted.keys() - applied.keys()))
    found.blames(
        "check-ins with another number than was sent",
        (f"{one}: {applied[one]} for {value}" for one, value in wanted.items() if applied.get(one, value) != value),
    )


# What is owed


async def _owed(connection: Connection, found: Audit) -> None:
    """Every owed message ended in exactly one state, or waits for a reason."""
    rows = await _rows(connection, owed)
    found.owed = Counter(row.state for row in rows)
    ended = [row for row in rows if row.state in END]
    shut = {row.address_id for row in rows if row.state == "held" and row.reason in HOLDS}
    behind = {row.id for row in rows if row.state == "owed" and row.address_id in shut}
    found.behind = len(behind)
    found.blames("owed, and nobody sends it", (row.id for row in rows if row.state == "owed" and row.id not in behind))
    found.blames("held without a reason", (row.id for row in rows if row.state == "held" and not row.reason))
    found.blames("unknown states of what is owed", {row.state for row in rows} - END - {"owed", "held"})
    found.blames("ended without a time", (row.id for row in ended if row.ended_at is None))
    found.blames("ended, and still in a hand", (row.id for row in ended if row.leased_until is not None))
    reasonless = (row.id for row in ended if row.state in ("failed", "expired") and not row.reason)
    found.blames("not sent, and nobody knows why", reasonless)
    found.blames("sent in no parcel", (row.id for row in rows if row.state == "sent" and row.parcel_id is None))
    receipts = Counter(number for row in rows if (number := number_in(row.words)) is not None)
    found.blames("two receipts for one event", (number for number, count in receipts.items() if count > 1))


async def _parcels(connection: Connection, found: Audit) -> None:
    """A parcel, its messages and what is owed in it tell one story."""
    rows = {row.id: row for row in await _rows(connection, parcels)}
    found.parcels = len(rows)
    found.marked = sum(bool(row.maybe_twice) for row in rows.values())
    states = defaultdict[int, set[str]](set)
    for row in await _rows(connection, owed.c.parcel_id, owed.c.state):
        states[row.parcel_id].add(row.state)
    pieces = defaultdict[int, set[str]](set)
    for row in await _rows(connection, parts.c.parcel_id, parts.c.state):
        pieces[row.parcel_id].add(row.state)
    for one in rows.values():
        held = one.state == "waiting" and states[one.id] == {"held"}
        if one.state not in END and not held:
            found.faults.append(f"parcel {one.id} is {one.state} and holds what is {states[one.id]} ({one.reason})")
        elif one.state in END and states[one.id] - {one.state}:
            found.faults.append(f"parcel {one.id} is {one.state}, what it holds is {states[one.id]}")
        elif one.state == "sent" and pieces[one.id] - {"sent", "failed"}:
            found.faults.append(f"parcel {one.id} is sent, and its messages are {pieces[one.id]}")


# The clock and broadcasts


async def _firings(connection: Connection, found: Audit) -> None:
    """Each firing of a place and period happened once: done, with what it posted owed once, or skipped and why."""
    rows = await _rows(connection, occurrences)
    found.occurrences = Counter(f"{row.job} {row.state}" for row in rows)
    found.blames("firings that never ended", (row.id for row in rows if row.state not in ("done", "skipped")))
    found.blames("skipped without a reason", (row.id for row in rows if row.state == "skipped" and not row.reason))
    bound = {row.address_id: row.unit_id for row in await _rows(connection, group_bindings)}
    posted = Counter[tuple[str, int]]()
    reminded = Counter[int]()
    words = Counter[tuple[str, int, str]]()
    columns = (owed.c.kind, owed.c.address_id, owed.c.person_id, owed.c.words)
    for row in await _rows(connection, *columns):
        if row.kind in FIRED_INTO_GROUPS:
            posted[row.kind, bound[row.address_id]] += 1
        elif row.kind == "remind-members":
            reminded[row.person_id] += 1
        elif row.kind in ("lead-digest", "admin-digest"):
            words[row.kind, row.address_id, row.words] += 1
    done = [row for row in rows if row.state == "done"]
    fired = Counter((row.job, row.unit_id) for row in done if row.job in FIRED_INTO_GROUPS)
    meant = Counter[int](
        person for row in done if row.job == "remind-members" for person in (row.numbers or {}).get("people", ())
    )
    found.blames("posts into groups that are not one a firing", _differing(posted, fired))
    found.blames("reminders that are not one a firing", _differing(reminded, meant))
    found.blames("digests owed twice", (f"{one[0]} to {one[1]}" for one, count in words.items() if count > 1))


def _differing(one: Counter[Any], other: Counter[Any]) -> list[str]:
    return [f"{key}: {one[key]} for {other[key]}" for key in one.keys() | other.keys() if one[key] != other[key]]


async def _broadcasts(connection: Connection, found: Audit) -> None:
    """Each recipient of a broadcast that is over ended in one state."""
    over = {row.id for row in await _rows(connection, broadcasts.c.id, broadcasts.c.ended_at) if row.ended_at}
    rows = await _rows(connection, recipients.c.id, recipients.c.broadcast_id, recipients.c.state)
    waiting = (row.id for row in rows if row.state == "waiting" and row.broadcast_id in over)
    found.blames("recipients of a broadcast that is over still wait", waiting)


# The vendors' side


_Key = tuple[str, str, str, bool]
"""Account, chat, words, whether with a picture."""


async def _vendors(connection: Connection, evidence: Evidence, found: Audit) -> None:
    """Nothing is called sent that the vendor never got; what it got was owed; what came twice is marked and few."""
    if not evidence.landed:
        return
    found.landed = len(evidence.landed)
    known = {(one.account, one.message_id): one for one in evidence.landed}
    copies = Counter(_key_of(one) for one in evidence.landed)
    wanted, twice, bulk, never = Counter[_Key](), Counter[_Key](), set[_Key](), []
    for row in await _sent_parts(connection):
        key = (row.account, row.chat, row.words.strip(), row.media_id is not None)
        wanted[key] += 1
        twice[key] += bool(row.maybe_twice)
        if row.lane == Lane.BULK:
            bulk.add(key)
        arrived = known.get((row.account, row.vendor_message_id or ""))
        if row.state == "sent" and (arrived is None or arrived.chat != row.chat):
            never.append(f"part {row.id} to {row.chat}")
    found.blames("called sent, and the vendor never got it", never)
    found.blames("reached a vendor, and was never owed", (key for key in copies if not _was_owed(key, wanted)))
    extra = {key: count - wanted[key] for key, count in copies.items() if count > wanted[key] > 0}
    for key, count in extra.items():
        found.duplicates[key[0]] += count
    unmarked = (f"{key} {count} over, {twice[key]} marked" for key, count in extra.items() if count > twice[key])
    found.blames("came twice, and nobody says so", unmarked)
    found.blames("broadcasts that came twice", (key for key in extra if key in bulk))
    over = (
        f"{a}: {n} of {evidence.allowed.get(a, 0)}"
        for a, n in found.duplicates.items()
        if n > evidence.allowed.get(a, 0)
    )
    found.blames("more duplicates than sends in flight", over)


def _key_of(one: Landing) -> _Key:
    return (one.account, one.chat, one.text.strip(), one.picture)


def _was_owed(key: _Key, wanted: Counter[_Key]) -> bool:
    """With its picture, or without one that was dropped on the way."""
    account, chat, words, picture = key
    return bool(wanted[key] or (not picture and wanted[account, chat, words, True]))


async def _sent_parts(connection: Connection) -> list[Row[Any]]:
    """Every message of every parcel, with where it went."""
    rows = await connection.execute(
        select(
            parts.c.id,
            parts.c.words,
            parts.c.media_id,
            parts.c.state,
            parts.c.vendor_message_id,
            parcels.c.maybe_twice,
            parcels.c.lane,
            addresses.c.vendor_id.label("chat"),
            accounts.c.name.label("account"),
        )
        .join(parcels, parcels.c.id == parts.c.parcel_id)
        .join(addresses, addresses.c.id == parcels.c.address_id)
        .join(accounts, accounts.c.id == parcels.c.account_id)
    )
    return list(rows.all())
