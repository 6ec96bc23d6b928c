"""What a person recorded lately, for whoever wants to mend it."""

from __future__ import annotations

from datetime import timedelta

from handlers.chat.checkin.numbers import in_form_order, items
from handlers.chat.checkin.posts import Post
from handlers.turn import Thinking, Turn, ask
from locales import Text, _
from storage.checkins import EntryKind
from storage.entries import Entry, History

LATELY = timedelta(days=14)
"""How far back an entry can be mended in a chat."""


def lately(turn: Turn) -> Thinking[tuple[Entry, ...]]:
    """Everything of the last two weeks, newest first, what was replaced or taken back included."""
    if turn.person is None:
        return ()
    return (yield from ask(History(turn.person.id, turn.now - LATELY)))


def reports(history: tuple[Entry, ...]) -> list[Entry]:
    """The reports in force."""
    return [entry for entry in history if entry.in_force and entry.kind is EntryKind.REPORT]


def find(history: tuple[Entry, ...], entry_id: int) -> Entry | None:
    """An entry that is still in force."""
    return next((entry for entry in history if entry.id == entry_id and entry.in_force), None)


def post_of(entry: Entry) -> Post:
    """Where an entry counts: a correction stays there, even if the person has moved."""
    return Post(entry.membership_id, entry.unit_id, entry.team_id, entry.unit_name, entry.unit_kind)


def summary(turn: Turn, entry: Entry) -> Text:
    """ "Chủ nhật 22/11: VNeID 3 người, hồ sơ trực tuyến 2"."""
    if entry.kind is EntryKind.NOTHING:
        return _("{day}: nothing to report", day=entry.day)
    if not entry.values:
        return _("{day}: counted together with a colleague", day=entry.day)
    return _("{day}: {items}", day=entry.day, items=items(turn, in_form_order(turn, entry.values)))
