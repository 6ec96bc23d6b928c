"""`hủy` while a broadcast is being sent."""

from __future__ import annotations

from handlers.chat.broadcast.sending import MEMORY
from handlers.conversation import Conversation
from handlers.turn import Thinking, Turn, ask
from handlers.understanding import Command, CommandName, Meaning
from locales import _
from storage.broadcasts import cancelled
from storage.progress import Running


def _stops(turn: Turn, meaning: Meaning) -> bool:
    """`hủy` with nothing else open, after a broadcast was begun from this chat."""
    is_cancel = isinstance(meaning, Command) and meaning.name is CommandName.CANCEL
    return is_cancel and turn.standing.dialogue is None and turn.recall(MEMORY) is not None


def _stop(turn: Turn, meaning: Meaning) -> Thinking[None]:
    assert turn.person is not None
    turn.remember(MEMORY, None)
    running = yield from ask(Running(turn.person.id))
    if running is None:
        yield from turn.desk.hand_over(turn, meaning, but="broadcast_stop")
        return
    turn.write(*cancelled(running.id, turn.now))
    turn.say(_("I stop here. Whoever has it already keeps it; I tell you how many in a moment."))


CONVERSATION = Conversation("broadcast_stop", _stops, _stop)
"""Stands before the conversation that takes every other `hủy`."""
