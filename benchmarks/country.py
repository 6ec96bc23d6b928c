"""The whole country on PostgreSQL: 3,300 communes, 90,000 villages, 450,000 members, 13 weeks of a million check-ins.

Deterministic, and loaded by COPY into the real schema with a partition a week. Left out because no tally reads it: the
raw words of the check-ins, the journal, and what was sent in earlier weeks (their firings are there).
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import asyncpg

from benchmarks.postgres import Server
from bot.preparing import prepare
from locales import Week
from storage import upgrade
from storage.engine import Database

HERE = ZoneInfo("Asia/Ho_Chi_Minh")
COMMUNES, VILLAGES, PER_VILLAGE, WEEKS, A_WEEK = 3_300, 90_000, 5, 13, 1_000_000
LAST = Week.parse("2026-W47")
"""The week that is told; the twelve before it are there too."""
NOW = datetime(2026, 11, 23, 7, 30, tzinfo=HERE)
"""Monday morning after it."""
JOINED = datetime(2026, 8, 1, 8, tzinfo=HERE)
SINCE = date(2025, 7, 1)

SITE, COMMUNE, COMMUNE_TEAM, VILLAGE, TEAM = 1, 1_000_000, 2_000_000, 10_000_000, 20_000_000
PERSON, LEAD, MEMBERSHIP, CHAT, GROUP, ACCOUNT = 30_000_000, 35_000_000, 40_000_000, 50_000_000, 55_000_000, 7
"""First ids; far below any that the program makes."""

CODES = ("nguoi", "vneid", "dvc", "ho", "buoi", "tt", "antoan", "tichhop", "cks")
SYLLABLES = [
    "An",
    "Bình",
    "Cát",
    "Châu",
    "Đông",
    "Gia",
    "Hà",
    "Hưng",
    "Khánh",
    "La",
    "Lộc",
    "Mai",
    "Minh",
    "Mường",
    "Nam",
    "Nghĩa",
    "Phú",
    "Phong",
    "Sơn",
    "Tân",
]


def commune_of(village: int) -> int:
    return village * COMMUNES // VILLAGES


def told(week: Week) -> datetime:
    """When the tally of a week goes out."""
    return datetime.combine(week.monday + timedelta(days=7), datetime.min.time(), HERE) + timedelta(hours=7.5)


async def load(server: Server, name: str) -> str:
    """Make and fill the database; returns its URL. Takes minutes."""
    url = await server.create(name)
    database = Database(url)
    await upgrade.upgrade(database)
    await prepare(database, NOW)
    await database.close()
    connection = await server.connect(name)
    await connection.execute("SET session_replication_role = replica")  # as pg_restore --disable-triggers does
    began = time.perf_counter()
    for table, columns, rows in _standing():
        await connection.copy_records_to_table(table, records=rows, columns=columns)
        print(f"  {table} loaded, {time.perf_counter() - began:.0f} s", flush=True)
    form = await connection.fetchval("SELECT max(id) FROM form_versions")
    for number in range(WEEKS):
        week = LAST.before(WEEKS - 1 - number)
        await _week(connection, number, week, form)
        print(f"  {week}: {A_WEEK} check-ins loaded, {time.perf_counter() - began:.0f} s", flush=True)
    await connection.execute("VACUUM ANALYZE")
    await connection.close()
    return url


_Rows = tuple[str, list[str], Iterable[tuple[object, ...]]]


def _standing() -> Iterator[_Rows]:
    """Places, teams, people and their chats: (table, columns, rows)."""
    communes, villages, people = range(COMMUNES), range(VILLAGES), range(VILLAGES * PER_VILLAGE)
    joined, made = JOINED, datetime(2025, 7, 1, tzinfo=UTC)
    units = [SITE, *(COMMUNE + c for c in communes), *(VILLAGE + v for v in villages)]
    yield "units", ["id", "created_at"], ((one, made) for one in units)
    versions = ["id", "unit_id", "parent_id", "kind", "name", "valid_from"]
    yield "unit_versions", versions, [(SITE, SITE, None, "site", "Việt Nam", SINCE)]
    yield "unit_versions", versions, ((COMMUNE + c, COMMUNE + c, SITE, "commune", _named(c), SINCE) for c in communes)
    yield (
        "unit_versions",
        versions,
        ((VILLAGE + v, VILLAGE + v, COMMUNE + commune_of(v), "village", f"Thôn {v % 29 + 1}", SINCE) for v in villages),
    )
    yield (
        "unit_codes",
        ["id", "unit_id", "scheme", "code", "valid_from"],
        ((COMMUNE + c, COMMUNE + c, "gso", f"{c + 100:05d}", SINCE) for c in communes),
    )
    teams = ["id", "unit_id", "kind", "name", "valid_from"]
    yield "teams", teams, ((COMMUNE_TEAM + c, COMMUNE + c, "commune", "", SINCE) for c in communes)
    yield "teams", teams, ((TEAM + v, VILLAGE + v, "village", "", SINCE) for v in villages)
    everybody = [*(PERSON + p for p in people), *(LEAD + c for c in communes)]
    yield "persons", ["id", "created_at"], ((one, made) for one in everybody)
    details = ["person_id", "name", "name_folded"]
    yield "person_details", details, ((one, f"Lò Văn {one % 977}", f"lo van {one % 977}") for one in everybody)
    serving = ["id", "person_id", "unit_id", "team_id", "role", "valid_from"]
    yield (
        "memberships",
        serving,
        (
            (MEMBERSHIP + p, PERSON + p, VILLAGE + p // 5, TEAM + p // 5, "leader" if p % 5 == 0 else "member", SINCE)
            for p in people
        ),
    )
    leads = ((LEAD + c, LEAD + c, COMMUNE + c, COMMUNE_TEAM + c, "commune_lead", SINCE) for c in communes)
    yield "memberships", serving, leads
    account = ["id", "channel", "vendor_id", "name", "enabled", "limits", "created_at"]
    yield "accounts", account, [(ACCOUNT, "telegram", "700000001", "telegram", True, "{}", made)]
    enrolled = [one for one in everybody if one >= LEAD or _joined((one - PERSON) // PER_VILLAGE)]
    chats = ["id", "account_id", "vendor_id", "is_group", "person_id", "state", "created_at"]
    yield "addresses", chats, ((one + CHAT, ACCOUNT, str(one), False, one, "open", joined) for one in enrolled)
    linked = ["address_id", "person_id", "linked_at"]
    yield "address_people", linked, ((one + CHAT, one, joined) for one in enrolled)
    groups = ((GROUP + c, ACCOUNT, f"-{GROUP + c}", True, None, "open", joined) for c in communes)
    yield "addresses", chats, groups
    bound = ["id", "address_id", "unit_id", "bound_at"]
    yield "group_bindings", bound, ((GROUP + c, GROUP + c, COMMUNE + c, joined) for c in communes)
    fired = ["id", "job", "unit_id", "period", "provisional", "state", "numbers", "words", "fired_at", "ended_at"]
    yield "occurrences", fired, _fired()
    yield "lesson_requests", ["id", "person_id", "unit_id", "team_id", "week", "lesson", "asked_at"], _lessons()


def _named(commune: int) -> str:
    return f"{SYLLABLES[commune // 20 % 20]} {SYLLABLES[commune % 20]} {commune // 400 + 1}"


def _joined(village: int) -> bool:
    """In one village of twenty nobody has joined."""
    return village % 20 != 7


def _fired() -> Iterator[tuple[object, ...]]:
    """Every earlier week was told to every commune."""
    words = "TỔ CĐS CỘNG ĐỒNG XÃ … " * 25
    for number in range(WEEKS - 1):
        week = LAST.before(WEEKS - 1 - number)
        for c in range(COMMUNES):
            at = told(week)
            key = 900_000_000 + number * COMMUNES + c
            yield key, "weekly-tally", COMMUNE + c, str(week), False, "done", "{}", words, at, at


def _lessons() -> Iterator[tuple[object, ...]]:
    for number in range(WEEKS):
        week = LAST.before(WEEKS - 1 - number)
        for i in range(20_000):
            v = i * 41 % VILLAGES
            at = told(week) - timedelta(days=2)
            key = 950_000_000 + number * 20_000 + i
            yield key, PERSON + v * PER_VILLAGE, VILLAGE + v, TEAM + v, week.monday, i % 25 + 1, at


async def _week(connection: asyncpg.Connection, number: int, week: Week, form: int) -> None:
    first, end = week.monday, week.after().monday
    for table in ("checkins", "checkin_values"):
        with suppress(asyncpg.InvalidObjectDefinitionError, asyncpg.DuplicateTableError):  # the schema has it already
            await connection.execute(
                f"CREATE TABLE {table}_{first:%Y%m%d} PARTITION OF {table} FOR VALUES FROM ('{first}') TO ('{end}')"
            )
    columns = "id week person_id membership_id unit_id team_id form_version_id kind day sent_at recorded_at trial"
    await connection.copy_to_table(
        "checkins", source=_batches(_checkins(number, week, form)), columns=columns.split(), format="csv"
    )
    columns = "checkin_id week code number"
    await connection.copy_to_table(
        "checkin_values", source=_batches(_values(number, week)), columns=columns.split(), format="csv"
    )
    columns = "replaced_id replaced_week by_id replaced_at"
    await connection.copy_to_table(
        "replacements", source=_batches(_replaced(number, week)), columns=columns.split(), format="csv"
    )


async def _batches(lines: Iterator[str]) -> AsyncIterator[bytes]:
    batch: list[str] = []
    for line in lines:
        batch.append(line)
        if len(batch) == 10_000:
            yield "".join(batch).encode()
            batch.clear()
    yield "".join(batch).encode()


def _first_id(number: int) -> int:
    return 1_000_000_000 + number * 10 * A_WEEK


def _entries(number: int) -> Iterator[tuple[int, int, int]]:
    """(place in the week, village, which of its members): one village in eight is silent each week, another eighth
    the next."""
    active = [v for v in range(VILLAGES) if _joined(v) and (v // 3 + number) % 8]
    for i in range(A_WEEK):
        yield i, active[i % len(active)], i // len(active) % PER_VILLAGE


def _is_late(i: int) -> bool:
    """One in a hundred comes after its week was told."""
    return i >= A_WEEK - A_WEEK // 100


def _nothing(v: int) -> bool:
    """One village in a hundred says only that there was nothing."""
    return v % 100 == 3


def _moments(week: Week) -> tuple[list[str], list[str]]:
    """The days of a week, and noon of each."""
    days = [week.monday + timedelta(days=i) for i in range(7)]
    return [str(day) for day in days], [f"{day} 12:00+07" for day in days]


def _checkins(number: int, week: Week, form: int) -> Iterator[str]:
    base, monday = _first_id(number), str(week.monday)
    days, noons = _moments(week)
    late = f"{told(week) + timedelta(hours=3):%Y-%m-%d %H:%M}+07"
    for i, v, member in _entries(number):
        p = v * PER_VILLAGE + member
        kind, when = "nothing" if _nothing(v) else "report", late if _is_late(i) else noons[i % 7]
        yield (
            f"{base + i},{monday},{PERSON + p},{MEMBERSHIP + p},{VILLAGE + v},{TEAM + v},{form},{kind},{days[i % 7]},"
            f"{noons[i % 7]},{when},f\n"
        )


def _values(number: int, week: Week) -> Iterator[str]:
    """One to three numbers an entry, two on average."""
    base, monday = _first_id(number), str(week.monday)
    for i, v, _member in _entries(number):
        if not _nothing(v):
            mixed = i * 2_654_435_761 >> 7
            for step in range(i % 3 + 1):
                yield f"{base + i},{monday},{CODES[(mixed + step * 2) % 9]},{1 + (mixed + i * step) % 9}\n"


def _replaced(number: int, week: Week) -> Iterator[str]:
    """One entry in fifty was corrected: another stands in its place."""
    base, monday = _first_id(number), str(week.monday)
    _days, noons = _moments(week)
    for i in range(0, A_WEEK - A_WEEK // 100, 50):
        yield f"{base + i},{monday},{base + i + 1},{noons[i % 7]}\n"
