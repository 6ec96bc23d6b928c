""" "không phát sinh": a report too; the village counts as heard."""

from __future__ import annotations

from handlers.chat.checkin import guided, recording
from handlers.chat.checkin.draft import Draft
from handlers.chat.checkin.posts import Post, place_dialogue, posts, remembered
from handlers.chat.checkin.receipts import called, given_name, place
from handlers.chat.checkin.saving import new_entry
from handlers.conversation import Conversation
from handlers.dialogue import begin
from handlers.turn import Thinking, Turn, ask
from handlers.understanding import Meaning, NothingThisWeek
from locales import Week, _
from storage import checkins
from storage.checkins import EntryKind
from storage.colleagues import HeardThisWeek, Word


def _takes(_turn: Turn, meaning: Meaning) -> bool:
    return isinstance(meaning, NothingThisWeek)


def _begin(turn: Turn, meaning: Meaning) -> Thinking[None]:
    assert isinstance(meaning, NothingThisWeek)
    guided.leave_if_empty(turn)
    yield from say_nothing(turn, Draft({}, meaning.day, turn.incoming.sent_at, turn.incoming.text))


def say_nothing(turn: Turn, draft: Draft) -> Thinking[None]:
    """Record that there was nothing to report in the week of the draft's day, unless there is word already."""
    choices = yield from posts(turn)
    if not choices:
        recording.no_team(turn)
        return
    post = remembered(turn, choices)
    if post is None:
        yield from begin(turn, PLACE, draft.to_json())
        return
    yield from _record(turn, draft, post)


def _record(turn: Turn, draft: Draft, post: Post) -> Thinking[None]:
    week = Week.of(draft.day)
    heard = yield from ask(HeardThisWeek(post.team_id, post.unit_id, week.monday))
    reports = [word for word in heard if word.kind is EntryKind.REPORT]
    if reports:
        _heard_already(turn, post, week, reports[-1])
        return
    if not heard:
        turn.write(*checkins.recorded(new_entry(turn, draft, post, EntryKind.NOTHING), turn.now))
    turn.say(
        _(
            "Saved for {place}, week {week}: nothing to report. Thank you, {name}, I will not remind you this week. "
            "If something comes up, just write to me.",
            place=place(turn, post),
            week=week,
            name=given_name(turn),
        )
    )


def _heard_already(turn: Turn, post: Post, week: Week, word: Word) -> None:
    if turn.person is not None and word.person_id == turn.person.id:
        turn.say(
            _(
                "In week {week} you have reported work for {place} on {day} already, so nothing more is needed. "
                "To take that back, type: bỏ",
                week=week,
                place=place(turn, post),
                day=word.day,
            )
        )
        return
    turn.say(
        _(
            "{place} has sent word for week {week} already ({colleague}, {day}), so nothing more is needed. Thank you!",
            place=place(turn, post),
            week=week,
            colleague=called(turn, word.name, word.address_form),
            day=word.day,
        )
    )


PLACE = place_dialogue("nothing_place", _record)

CONVERSATION = Conversation("nothing", _takes, _begin, (PLACE,))
