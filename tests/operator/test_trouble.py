"""What the operator hears of trouble: once, in words that say what to do, and when it is over."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.logs import Repeated
from bot.trouble import DatabaseTrouble
from storage.engine import is_away

FULL = sqlite3.OperationalError("database or disk is full")


class Watch:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


def test_trouble_is_told_once_with_a_remedy_and_once_when_it_is_over(caplog: pytest.LogCaptureFixture) -> None:
    watch = Watch()
    trouble = DatabaseTrouble(Path("/srv/tocds.db"), watch)
    for _ in range(5):
        trouble.failed(FULL)
        trouble.refused += 2
        watch.at += 1
    trouble.worked()
    assert trouble.kind == "OperationalError", "a small write may succeed on a full disk"
    watch.at += 9 * 3600  # a silent night: nobody wrote, and it was over long before
    trouble.worked()
    trouble.worked()
    begun, over = (record.getMessage() for record in caplog.records)
    assert "database or disk is full" in begun
    assert "make space on the disk of /srv/tocds.db" in begun
    assert over == "the database can be written again, after 5 s in which 10 events were turned away, 0 kept aside"
    assert (trouble.kind, trouble.seconds, trouble.refused) == ("", 5.0, 10)


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (OSError(28, "No space left on device"), "make space on the disk of /srv/tocds.db"),
        (sqlite3.OperationalError("disk I/O error"), "make space on the disk of /srv/tocds.db"),
        (sqlite3.OperationalError("attempt to write a readonly database"), "let this user write /srv/tocds.db"),
        (sqlite3.OperationalError("database is locked"), "another program holds /srv/tocds.db: end it"),
        (ConnectionRefusedError(111, "Connect call failed"), "see that /srv/tocds.db can be reached and written"),
    ],
)
def test_each_kind_of_trouble_has_its_advice(error: Exception, advice: str, caplog: pytest.LogCaptureFixture) -> None:
    DatabaseTrouble("/srv/tocds.db").failed(error)
    assert advice in caplog.records[0].getMessage()


def test_what_was_to_be_written_is_no_trouble_of_the_database() -> None:
    assert is_away(OperationalError("insert …", {}, FULL))
    assert is_away(ConnectionRefusedError())
    assert not is_away(IntegrityError("insert …", {}, sqlite3.IntegrityError("NOT NULL")))
    assert not is_away(KeyError("a bug"))


def test_the_same_complaint_is_said_once_a_minute_and_then_how_often_it_came() -> None:
    once = Repeated()

    def says(words: str, at: float, level: int = logging.ERROR) -> str:
        record = logging.LogRecord("bot.x", level, "x.py", 1, "%s", (words,), None)
        record.created = at
        return record.getMessage() if once.filter(record) else ""

    assert says("the database is away", 0) == "the database is away"
    assert [says("the database is away", at) for at in (1, 30, 59)] == ["", "", ""]
    assert says("another one", 2) == "another one"
    assert says("the database is away", 61) == "the database is away (and 3 times more since it was last said)"
    assert says("the database is away", 121) == "the database is away"
    assert says("ready", 0, logging.INFO) == says("ready", 1, logging.INFO) == "ready"
