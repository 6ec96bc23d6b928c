"""Reminders: into a commune group (places, never people), and to one member (one short message)."""

from __future__ import annotations

from collections.abc import Iterator

from handlers.reports.facts import Contact, given_name
from handlers.reports.places import office
from handlers.reports.room import clip, first_that_fits, villages
from locales import Joined, Text, _
from storage.tally import Tally

GROUP_LIMIT = 400
"""A little over a phone's glance, so that all nine villages of a commune can be named."""


def group_reminder(tally: Tally, contact: Contact | None = None) -> Text:
    """Friday, into the commune group: thanks first, then the villages still waited for.

    `tally.missing` holds the names that may be said; where names are off only their number is told.
    """
    return first_that_fits((_to_group(tally, contact, most) for most in (12, 9, 7, 5, 4, 3, 2)), GROUP_LIMIT)


def member_reminder(name: str, village: str) -> Text:
    """To one member (full name) of a village, with every way out."""
    return _(
        "Hello {name}, this week I have no news from {village} yet. Whatever your team did, write me one line, "
        "like: vneid 3 dvc 2. Nothing this week? Type: không phát sinh. Busy? Type: nghỉ 3 ngày. "
        "No more reminders: dừng nhắn tin",
        name=clip(given_name(name), 24),
        village=clip(village, 40),
    )


def _to_group(tally: Tally, contact: Contact | None, most: int) -> Text:
    return Joined(tuple(_said(tally, contact, most)), by=" ")


def _said(tally: Tally, contact: Contact | None, most: int) -> Iterator[Text]:
    if not tally.silent and not tally.missing:
        yield _(
            "All {expected}/{expected} villages have sent news this week. Thank you, teams!", expected=tally.expected
        )
        return
    if tally.reported:
        yield _(
            "Thank you to the {reported}/{expected} villages that have sent news this week.",
            reported=tally.reported,
            expected=tally.expected,
        )
    yield _still_waiting(tally, most)
    yield _way_out(tally.kind, contact)


def _still_waiting(tally: Tally, most: int) -> Text:
    if tally.missing:
        return _("I am still waiting for: {villages}.", villages=villages(tally.missing, most, 30))
    return _("I am still waiting for news from {count} villages.", count=tally.silent)


def _way_out(kind: str, contact: Contact | None) -> Text:
    if contact is None:
        return _(
            "Late is fine where there is no signal or it is the season; "
            "if there was nothing to do, write to me privately: không phát sinh."
        )
    return _(
        "Where there is no signal or it is the season, call {who} at {office}, who can write it down; "
        "if there was nothing to do, write to me privately: không phát sinh.",
        who=clip(contact.called, 30),
        office=office(kind),
    )
