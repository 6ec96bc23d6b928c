"""The weekly tally as it is posted into a group: thanks first, always under 1,000 characters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from handlers.reports import indicators
from handlers.reports.facts import Contact
from handlers.reports.places import office, ours, place_heading
from handlers.reports.room import clip, first_that_fits, villages, words_that_fit
from locales import Joined, Reader, Sentence, Text, Week, _, lines
from locales.dates import span
from storage.tally import Late, Tally

LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Room:
    """How much of each part is shown."""

    missing: int = 30
    nothing: int = 30
    late: int = 10
    lessons: int = 2
    label: int = 60
    indicators: int = 30
    name: int = 60
    values: int = 6


def _ladder() -> Iterator[Room]:
    """What gives way, in this order: additions to old weeks, villages without work, lessons, labels, villages
    waited for (the group still reads how many), and only then the later indicators (the picture has them)."""
    room = Room()
    yield room
    for change in (
        {"late": 5, "values": 3, "lessons": 1},
        {"late": 3, "nothing": 12},
        {"nothing": 6, "missing": 15},
        {"label": 36},
        {"late": 1, "nothing": 3, "missing": 8},
        {"lessons": 0, "label": 28, "name": 36},
        {"late": 0, "nothing": 1, "missing": 5, "name": 26},
        {"indicators": 14, "label": 24},
        {"indicators": 11, "missing": 3, "name": 20},
        {"indicators": 8, "missing": 2, "label": 20},
    ):
        room = replace(room, **change)
        yield room


def weekly_text(
    tally: Tally,
    labels: Mapping[str, str],
    contact: Contact | None = None,
    provisional: bool = False,
    *,
    team: str = "",
) -> Text:
    """The post of one place for one week; `team` is the team's display name, empty for the usual one."""
    return first_that_fits(_versions(tally, labels, contact, provisional, team), LIMIT)


def weekly_words(
    tally: Tally,
    labels: Mapping[str, str],
    contact: Contact | None,
    provisional: bool,
    *,
    team: str,
    reader: Reader,
) -> str:
    """The same in the words of one reader: thousands are written at once on a Monday, and this writes each once
    less."""
    return words_that_fit(_versions(tally, labels, contact, provisional, team), LIMIT, reader)


def _versions(
    tally: Tally, labels: Mapping[str, str], contact: Contact | None, provisional: bool, team: str
) -> Iterator[Text]:
    write = _empty if is_empty(tally) else _full
    return (write(tally, labels, contact, provisional, team, room) for room in _ladder())


def is_empty(tally: Tally) -> bool:
    """Nobody of the place said anything, "nothing this week" included."""
    return not (tally.checkins or tally.reported or tally.indicators)


def correction_line(tally: Tally, contact: Contact | None, name: int = 40) -> Text:
    """How a wrong number is put right; whom to call only where somebody is known."""
    how = _("If a number is wrong, write to me privately: sửa.")
    return how if contact is None else Joined((how, _or_call(tally.kind, contact, name)), by=" ")


def _full(
    tally: Tally, labels: Mapping[str, str], contact: Contact | None, provisional: bool, team: str, room: Room
) -> Text:
    found = indicators.rows(tally, labels)
    left_out = len(found) - room.indicators
    return lines(
        _heading(tally, team, provisional, room),
        _news(tally),
        *indicators.under_each_other(found, room.indicators, room.label),
        _("• and {count} more, see the picture", count=left_out) if left_out > 0 else None,
        _villages(tally, room),
        *_late(tally.late, labels, room),
        _lessons(tally, room),
        correction_line(tally, contact, room.name),
    )


def _empty(
    tally: Tally, labels: Mapping[str, str], contact: Contact | None, provisional: bool, team: str, room: Room
) -> Text:
    week = Week(tally.week_monday)
    values = {"week": week, "days": span(week), "place": ours(tally.kind), "office": office(tally.kind)}
    return lines(_quiet_week(tally.kind, provisional, values), *_late(tally.late, labels, room))


def _quiet_week(kind: str, provisional: bool, values: Mapping[str, object]) -> Sentence:
    if provisional:
        return _(
            "So far this week ({days}, provisional) no news from {place} has reached me; it is surely the season, "
            "or the signal. That is all right. If you helped even one person, write me one line privately: vneid 1. "
            "Stuck somewhere? Type: hỏi … and {office} will help.",
            **values,
        )
    if kind == "village":
        return _(
            "In week {week} ({days}) no news from {place} reached me; it was surely the season, or the signal. "
            "That is all right. If you help even one person this week, write me one line privately: vneid 1. "
            "Stuck somewhere? Type: hỏi … and {office} will help.",
            **values,
        )
    return _(
        "In week {week} ({days}) no news from any village of {place} reached me; it was surely the season, or the "
        "signal. That is all right. If you help even one person this week, write me one line privately: vneid 1. "
        "Stuck somewhere? Type: hỏi … and {office} will help.",
        **values,
    )


def _heading(tally: Tally, team: str, provisional: bool, room: Room) -> Text:
    week = Week(tally.week_monday)
    values = {
        "team": clip(team, room.name).upper() or _("COMMUNITY DIGITAL TEAM"),
        "place": place_heading(tally.kind, clip(tally.name, room.name)),
        "week": week,
        "days": span(week),
    }
    if provisional:
        return _("{team} {place} – WEEK {week} ({days}), provisional", **values)
    return _("{team} {place} – WEEK {week} ({days})", **values)


def _news(tally: Tally) -> Text:
    if tally.kind == "village" or not tally.expected:
        return _("Check-ins: {checkins}. Thank you, everyone!", checkins=tally.checkins)
    return _(
        "News from {reported}/{expected} villages, check-ins: {checkins}. Thank you, teams!",
        reported=tally.reported,
        expected=tally.expected,
        checkins=tally.checkins,
    )


def _villages(tally: Tally, room: Room) -> Text | None:
    """Who had nothing, who is waited for. A village reading about itself needs neither."""
    if tally.kind == "village":
        return None
    pieces: list[Text] = []
    if tally.nothing:
        pieces.append(_("Nothing to report: {villages}.", villages=villages(tally.nothing, room.nothing, room.name)))
    if tally.missing:
        named = villages(tally.missing, room.missing, room.name)
        pieces.append(_("Still waiting for: {villages} (late news still counts).", villages=named))
    elif tally.silent:
        pieces.append(_("Late news still counts."))
    return Joined(tuple(pieces), by=" ") if pieces else None


def _late(late: tuple[Late, ...], labels: Mapping[str, str], room: Room) -> Iterator[Text]:
    """Additions by the week they belong to, newest week first."""
    newest_first = sorted(late, key=lambda each: each.week_monday, reverse=True)
    shown, more = newest_first[: room.late], len(late) - room.late
    for monday, group in groupby(shown, key=lambda each: each.week_monday):
        added = Joined(tuple(_addition(each, labels, room) for each in group), by="; ")
        yield _("Added to week {week}: {added}.", week=Week(monday), added=added)
    if more > 0:
        yield _("Further additions to earlier weeks: {count}.", count=more)


def _addition(late: Late, labels: Mapping[str, str], room: Room) -> Text:
    name = clip(late.village, room.name)
    if not late.values:
        return _("{village} had nothing to report", village=name)
    return Joined((name, indicators.codes(late.values, labels, room.values)), by=" ")


def _lessons(tally: Tally, room: Room) -> Text | None:
    asked = [
        _("{lesson} ({times} times)", lesson=clip(title, 60), times=times)
        for title, times in tally.lessons[: room.lessons]
    ]
    return _("Lessons asked for most: {lessons}.", lessons=Joined(tuple(asked), by=", ")) if asked else None


def _or_call(kind: str, contact: Contact, name: int) -> Text:
    called = clip(contact.called, name)
    if contact.phone:
        return _("Or call {who} at {office}: {phone}.", who=called, office=office(kind), phone=clip(contact.phone, 20))
    return _("Or call {who} at {office}.", who=called, office=office(kind))
