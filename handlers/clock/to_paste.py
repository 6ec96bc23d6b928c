"""The tally for a commune whose group has no bot: its lead copies it into the group.

On a phone a message is copied whole, so the text is a message of its own, and the line that says what it is for goes
with Monday's digest, in one message. It never stands in one message with the digest's text: that names people.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, time, timedelta

from handlers.clock.duty import Firing
from handlers.reports.places import place_name
from locales import Text, Week, _, local
from storage.audience import Reach
from storage.outbox import TO_PASTE, Owing
from storage.tally import Tally

TOGETHER = time(7, 46)
"""When the line leaves on Monday, and the digest with it: just after the digests have been made."""
_SOON = timedelta(minutes=20)
_AFTER = timedelta(seconds=1)
"""Orders the text behind the line."""


def leaves_at(firing: Firing) -> datetime:
    """When the line and the digest leave together: soon, or at once where that time is over or far away."""
    now = local(firing.now, firing.around.zone)
    together = now.replace(hour=TOGETHER.hour, minute=TOGETHER.minute, second=0, microsecond=0)
    return together if now <= together <= now + _SOON else firing.now


def to_leads(firing: Firing, tally: Tally, text: Text, leads: Iterable[Reach]) -> tuple[Owing, ...]:
    """Two things owed to each lead who can be written to, once a phone: what it is for, and the text alone."""
    doors: set[int] = set()
    owing: list[Owing] = []
    at = leaves_at(firing)
    for reach in leads:
        door = reach.door
        if reach.why_not or door is None or door.id in doors:
            continue
        verdict = firing.may_send(door, reach.person)
        if verdict.at is None:
            continue
        doors.add(door.id)
        due = max(at, verdict.at)
        owing.append(replace(firing.owing(door, marked(tally, firing.week), verdict, reach.person), due_at=due))
        owing.append(replace(firing.owing(door, text, verdict, reach.person), due_at=due + _AFTER, kind=TO_PASTE))
    return tuple(owing)


def marked(tally: Tally, week: Week) -> Text:
    """What the next message is for."""
    return _(
        "The group of {place} has no bot in it. The next message is the tally of week {week}, ready to be copied into "
        "the group just as it is.",
        place=place_name(tally.kind, tally.name),
        week=week,
    )
