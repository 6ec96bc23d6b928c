"""The file that stands in for the journal while PostgreSQL is away."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from bot import shelter, spool
from bot.clock import SystemClock
from bot.trouble import DatabaseTrouble
from storage.engine import Database
from storage.journal import Event, journal
from storage.schema import new_id
from tests.town import Town

ODD = "bác ơi\n“vneid 3” \N{SNOWMAN}"


def written(number: int, account: int = 1) -> Event:
    return Event(account, f"e{number}", f"chat{number % 3}", f"{ODD} {number}".encode(), id=new_id())


def everything(file: spool.Spool) -> list[Event]:
    found, begin = list[Event](), 0
    while begin < file.size:
        events, begin = file.read(begin)
        found += events
    return found


def test_what_was_kept_is_read_back_in_its_order(tmp_path: Path) -> None:
    file = spool.opened(tmp_path)
    events = [written(number) for number in range(3000)]
    for start in range(0, 3000, 70):
        file.append(events[start : start + 70])
    assert everything(file) == events
    file.forget()
    assert file.size == 0
    file.close()
    assert not list(tmp_path.iterdir())


def test_a_line_that_was_cut_off_is_passed_over(tmp_path: Path) -> None:
    file = spool.opened(tmp_path)
    kept = [written(1), written(2)]
    file.append(kept)
    with file.path.open("ab") as torn:
        torn.write(b'{"account_id": 1, "event_id": "e3", "conv')
    assert everything(file) == kept
    file.close()


def test_an_event_larger_than_one_piece_is_read_whole(tmp_path: Path) -> None:
    file = spool.opened(tmp_path)
    large = Event(1, "large", "chat", b"x" * (3 * spool.AT_ONCE))
    file.append([large, written(1)])
    assert [one.event_id for one in everything(file)] == ["large", "e1"]
    file.close()


def test_a_full_disk_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = spool.opened(tmp_path)
    file.append([written(1)])
    before, real = file.size, os.pwrite
    monkeypatch.setattr(os, "pwrite", lambda handle, lines, at: real(handle, lines[:7], at))
    with pytest.raises(OSError, match="full"):
        file.append([written(2)])
    monkeypatch.undo()
    assert file.size == before
    file.append([written(3)])
    assert [one.event_id for one in everything(file)] == ["e1", "e3"]
    file.close()


def test_a_living_process_keeps_its_file(tmp_path: Path) -> None:
    mine = spool.opened(tmp_path)
    mine.append([written(1)])
    assert spool.left_behind(tmp_path) == []
    mine.close()
    (left,) = spool.left_behind(tmp_path)
    assert [one.event_id for one in everything(left)] == ["e1"]
    left.forget()
    left.close()


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "spool").write_text("a file where the folder should be")
    with pytest.raises(spool.SpoolUnwritable, match="DATA_DIR"):
        spool.opened(tmp_path / "spool")


async def test_what_a_dead_process_left_is_brought_in_once_and_its_file_goes(town: Town, tmp_path: Path) -> None:
    account = town.channel.account_id
    dead = spool.opened(tmp_path / "spool")
    dead.append([written(1, account), written(2, account)])
    dead.close()
    for _ in range(2):  # it died again before the file was emptied
        mine = shelter.opened(tmp_path / "spool", town.database, SystemClock(), DatabaseTrouble("here"))
        await mine.adopt()
        mine.close()
    assert [row.event_id for row in await town.rows(journal)] == ["e1", "e2"]
    assert not list((tmp_path / "spool").iterdir())


async def test_events_come_in_behind_those_that_wait_already(town: Town, tmp_path: Path) -> None:
    account = town.channel.account_id
    away = asyncio.Event()

    class Moody(Database):
        """Away until it is told otherwise."""

        def turn_at_writing(self):  # type: ignore[no-untyped-def]
            if not away.is_set():
                raise OSError("the database is away")
            return super().turn_at_writing()

    database = Moody(town.database.url.render_as_string(hide_password=False))
    mine = town.inbound.journal.shelter = shelter.opened(
        tmp_path / "spool", database, SystemClock(), DatabaseTrouble("here")
    )
    town.inbound.journal._database = database
    tasks = [asyncio.ensure_future(one) for one in (town.inbound.journal.run(), mine.run())]
    await town.inbound.journal.append([written(1, account)])
    assert mine.in_use
    await town.inbound.journal.append([written(2, account)])
    assert await town.rows(journal) == []
    away.set()
    async with asyncio.timeout(10):
        while mine.in_use:
            await asyncio.sleep(0.01)
    await town.inbound.journal.append([written(3, account)])
    assert [row.event_id for row in await town.rows(journal)] == ["e1", "e2", "e3"]
    for one in tasks:
        one.cancel()
    mine.close()
    await database.close()
