"""A check-in in one line: saved at once, in private and in groups."""

from __future__ import annotations

from dataclasses import replace

from handlers.chat.checkin import going_on, guided, recording
from handlers.chat.checkin.draft import Draft, from_report, open_draft
from handlers.conversation import Conversation
from handlers.dialogue import ask_again
from handlers.turn import Thinking, Turn
from handlers.understanding import Meaning, Report
from locales import _
from storage.conversations import Standing


def _takes(_turn: Turn, meaning: Meaning) -> bool:
    return isinstance(meaning, Report)


def _begin(turn: Turn, meaning: Meaning) -> Thinking[None]:
    assert isinstance(meaning, Report)
    if turn.person is None:
        turn.say(_("I do not know yet who you are. Please write to me in private first."))
        return
    draft = from_report(turn, meaning)
    if guided.is_answered_by(turn, draft):
        yield from guided.take_line(turn, draft)
        return
    waiting = open_draft(turn)
    if waiting is not None:
        yield from _beside(turn, waiting, draft)
        return
    guided.leave_if_empty(turn)
    yield from recording.record(turn, draft)
    if guided.has_gathered(turn):
        yield from ask_again(turn, guided.GUIDED)


def _beside(turn: Turn, waiting: Draft, draft: Draft) -> Thinking[None]:
    """A line came instead of the answer to a question about another: the same work typed again, or something else."""
    kept = turn.standing
    turn.close()
    if _joins(kept, waiting, draft):
        draft = replace(waiting, values={**waiting.values, **draft.values}, raw=f"{waiting.raw}\n{draft.raw}")
    yield from recording.record(turn, draft)
    if waiting.values.keys().isdisjoint(draft.values) and turn.standing.dialogue is None:
        turn.standing = replace(turn.standing, dialogue=kept.dialogue, step=kept.step, draft=kept.draft)
        yield from going_on.bring_back(turn)


def _joins(kept: Standing, waiting: Draft, draft: Draft) -> bool:
    """Whether both lines become one: the number in question is typed again, or both wait for the same place."""
    if kept.dialogue == recording.PLACE.name:
        return waiting.day == draft.day
    doubtful = set(kept.draft["doubtful"]) if kept.dialogue == recording.SURE.name else set()
    return waiting.day == draft.day and not doubtful.isdisjoint(draft.values)


CONVERSATION = Conversation("checkin", _takes, _begin, (recording.PLACE, recording.SURE), in_groups=True)
