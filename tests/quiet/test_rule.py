"""May it go now? The rule alone: a moment in, the first moment at which it may go and the reason out."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from handlers.calendar.days import Calendar, calendar_of
from handlers.calendar.quiet import quiet_hours
from handlers.clock.sending import BadRule, Hearer, Rules, may_send_at, why_late
from storage.calendar import Moved, MovedDays

HERE = ZoneInfo("Asia/Ho_Chi_Minh")
RULES = Rules()
HOURS = timedelta(hours=2)
TET = "holiday: Third Day of Lunar New Year: could go 4 days late only"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HERE).astimezone(UTC)


def goes(text: str, kind: str = "broadcast", hearer: Hearer | None = None, rules: Rules = RULES) -> tuple[str, str]:
    verdict = may_send_at(at(text), rules, kind, hearer)
    return (f"{verdict.at.astimezone(HERE):%Y-%m-%dT%H:%M}" if verdict.at else "never"), verdict.reason


@pytest.mark.parametrize(
    ("moment", "first", "reason"),
    [
        ("2026-11-18T09:00", "2026-11-18T09:00", ""),
        ("2026-11-18T11:29", "2026-11-18T11:29", ""),
        ("2026-11-18T11:30", "2026-11-18T13:30", "quiet hours"),
        ("2026-11-18T13:30", "2026-11-18T13:30", ""),
        ("2026-11-18T20:30", "2026-11-19T06:30", "quiet hours"),
        ("2026-11-19T00:10", "2026-11-19T06:30", "quiet hours"),
        ("2026-11-19T06:30", "2026-11-19T06:30", ""),
        ("2026-11-23T21:00", "2026-11-25T06:30", "holiday: Vietnam Cultural Day"),
        ("2026-11-24T09:00", "2026-11-25T06:30", "holiday: Vietnam Cultural Day"),
        ("2027-01-29T20:00", "2027-01-29T20:00", ""),
        ("2027-01-30T09:00", "2027-02-13T06:30", "Tet weeks"),
        ("2027-02-12T09:00", "2027-02-13T06:30", "Tet weeks"),
    ],
)
def test_hours_and_days_that_are_closed(moment: str, first: str, reason: str) -> None:
    assert goes(moment)[0] == first
    assert goes(moment)[1] == reason


def test_what_somebody_waits_for_goes_around_tet_but_not_on_its_holidays() -> None:
    assert goes("2027-02-01T09:00", "answer") == ("2027-02-01T09:00", "")
    assert goes("2027-02-06T09:00", "question")[0] == "2027-02-11T06:30"


def test_what_is_urgent_waits_for_nothing() -> None:
    assert goes("2027-02-06T23:00", "urgent") == ("2027-02-06T23:00", "")
    assert goes("2027-02-06T23:00", "alarm") == ("2027-02-06T23:00", "")


def test_nothing_goes_to_who_wants_none_or_cannot_be_reached() -> None:
    assert goes("2026-11-18T09:00", "urgent", Hearer(stopped=True)) == ("never", "stopped")
    assert goes("2026-11-18T09:00", hearer=Hearer(door_state="blocked")) == ("never", "blocked")


def test_a_leave_spares_reminders_only() -> None:
    away = Hearer(away_until=date(2026, 11, 20))
    assert goes("2026-11-18T19:00", "remind-members", away) == ("2026-11-21T06:30", "on leave")
    assert goes("2026-11-18T19:00", "broadcast", away) == ("2026-11-18T19:00", "")


def test_a_pause_holds_the_clocks_posts_only() -> None:
    paused = Hearer(paused_until=at("2026-11-23T00:00"))
    assert goes("2026-11-20T18:30", "remind-groups", paused) == ("2026-11-23T06:30", "paused")
    assert goes("2026-11-20T18:30", "broadcast", paused) == ("2026-11-20T18:30", "")
    assert goes("2026-11-20T18:30", "lead-digest", paused) == ("2026-11-20T18:30", "")


def test_without_quiet_hours_the_night_is_a_time_like_any_other() -> None:
    rules = Rules(quiet_hours(""), Calendar(public=False))
    assert goes("2027-02-06T02:00", rules=rules) == ("2027-02-06T02:00", "")


def test_a_rule_that_defers_beyond_sixty_days_is_bad() -> None:
    days = tuple(Moved(date(2026, 12, 1) + timedelta(days=n), "off", "?") for n in range(62))
    rules = Rules(calendar=calendar_of(MovedDays(days), public=False))
    with pytest.raises(BadRule, match="60 days"):
        may_send_at(at("2026-12-01T09:00"), rules, "broadcast")


def test_a_table_that_cannot_be_read_is_a_bad_rule_but_not_for_what_is_urgent() -> None:
    broken = calendar_of(MovedDays((Moved(date(2026, 12, 1), "purple", "?"),)), public=True)
    with pytest.raises(BadRule, match="purple"):
        may_send_at(at("2026-11-18T09:00"), Rules(calendar=broken), "broadcast")
    assert goes("2026-11-18T09:00", "alarm", rules=Rules(calendar=broken)) == ("2026-11-18T09:00", "")


@pytest.mark.parametrize(
    ("due", "now", "allowed", "why"),
    [
        ("2026-11-19T19:00", "2026-11-19T20:00", HOURS, ""),
        ("2026-11-19T19:00", "2026-11-19T22:00", HOURS, "late by 3 h"),
        ("2026-11-19T19:00", "2026-11-19T20:45", HOURS, "late by 1 h, and then quiet hours"),
        ("2026-11-19T21:00", "2026-11-19T21:00", HOURS, "quiet hours: could go 9 h late only"),
        ("2026-04-27T07:30", "2026-04-27T07:30", timedelta(hours=24), ""),
        ("2026-04-27T07:30", "2026-04-28T20:00", timedelta(hours=24), ""),
        ("2026-04-27T07:30", "2026-04-29T07:30", timedelta(hours=24), "late by 25 h"),
        (
            "2027-02-08T07:30",
            "2027-02-08T07:30",
            timedelta(hours=24),
            "holiday: Third Day of Lunar New Year: could go 4 days late only",
        ),
    ],
)
def test_lateness_counts_from_the_first_moment_at_which_it_may_go(
    due: str, now: str, allowed: timedelta, why: str
) -> None:
    """27 April 2026 is a Monday in lieu of the Hùng Kings' day: the tally of that Monday is due on Tuesday 6:30."""
    assert why_late(at(due), at(now), RULES, allowed, "weekly-tally") == why
