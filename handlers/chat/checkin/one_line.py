"""A check-in in one line: saved at once, in private and in groups."""

from __future__ import annotations

from dataclasses import replace

from handlers.chat.checkin import guided, recording
from handlers.chat.checkin.draft import Draft, from_report
from handlers.conversation import Conversation
from handlers.dialogue import ask_again
from handlers.turn import Thinking, Turn
from handlers.understanding import Meaning, Report
from locales import _


def _takes(_turn: Turn, meaning: Meaning) -> bool:
    return isinstance(meaning, Report)


def _begin(turn: Turn, meaning: Meaning) -> Thinking[None]:
    assert isinstance(meaning, Report)
    if turn.person is None:
        turn.say(_("I do not know yet who you are. Please write to me in private first."))
        return
    draft = from_report(turn, meaning)
    waiting = recording.waits_for(turn)
    if waiting is not None:
        yield from _beside(turn, waiting, draft)
        return
    guided.leave_if_empty(turn)
    yield from recording.record(turn, draft)
    if guided.has_gathered(turn):
        yield from ask_again(turn, guided.GUIDED)


def _beside(turn: Turn, waiting: Draft, draft: Draft) -> Thinking[None]:
    """A line came instead of a yes to an unusual number: the same work typed again, or something else."""
    again = waiting.day == draft.day and not set(turn.draft["doubtful"]).isdisjoint(draft.values)
    kept = turn.standing
    turn.close()
    if again:
        together = replace(waiting, values={**waiting.values, **draft.values}, raw=f"{waiting.raw}\n{draft.raw}")
        yield from recording.record(turn, together)
        return
    yield from recording.record(turn, draft)
    if turn.standing.dialogue is None:
        turn.standing = replace(turn.standing, dialogue=kept.dialogue, step=kept.step, draft=kept.draft)
        yield from ask_again(turn, recording.SURE)


CONVERSATION = Conversation("checkin", _takes, _begin, (recording.PLACE, recording.SURE), in_groups=True)
