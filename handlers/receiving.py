"""The order of decision for one event (voice.md §1): the first that fits wins."""

from __future__ import annotations

from datetime import timedelta

from handlers.catalogue import DESK
from handlers.chat import events, pictures, welcome
from handlers.dialogue import Dialogue, answered, ask_again
from handlers.messages import Kind
from handlers.reading import context
from handlers.turn import Thinking, Turn
from handlers.understanding import Command, Report, as_choices, as_yes_no, holds_report, is_escape, read
from locales import _

FRESH = timedelta(hours=12)
"""How long an open question takes a bare number or a yes as its answer."""

_FROM_THE_MESSENGER = {
    Kind.BLOCKED,
    Kind.UNBLOCKED,
    Kind.BOT_ADDED,
    Kind.BOT_REMOVED,
    Kind.BOT_SILENCED,
    Kind.GROUP_MOVED,
}


def receive(turn: Turn) -> Thinking[None]:
    """Handle one event: everything it causes is said to, and written on, the turn."""
    event, turn.desk = turn.incoming, DESK
    if event.kind in _FROM_THE_MESSENGER:
        yield from events.happened(turn)
    elif event.group:
        yield from _in_group(turn)
    elif event.kind is Kind.BUTTON and _is_stale(turn):
        yield from _stale(turn)
    elif turn.person is None:
        yield from welcome.received(turn)
    elif event.kind in (Kind.TEXT, Kind.BUTTON):
        yield from _in_private(turn, event.text)
    else:
        yield from pictures.received(turn)


def _in_private(turn: Turn, text: str) -> Thinking[None]:
    dialogue = open_dialogue(turn)
    facts = yield from context(turn)
    if dialogue is not None:
        step = dialogue.step(turn.standing.step or "")
        anything = step is not None and step.takes_anything
        escape = None if anything else is_escape(text)
        if escape is not None:
            yield from DESK.hand_over(turn, escape)
            return
        if _is_fresh(turn):
            hears_it = anything or (step is not None and step.takes_reports)
            swallowed = not hears_it and holds_report(text, facts)
            if not swallowed and (yield from answered(turn, dialogue, text)):
                return
        elif as_choices(text, 99) is not None or as_yes_no(text) is not None:
            yield from ask_again(turn, dialogue)
            return
    yield from DESK.hand_over(turn, read(text, facts))


def _in_group(turn: Turn) -> Thinking[None]:
    """Few things are had in a group. Where we were not called by name, only what is plainly meant for us is answered:
    a group's own talk is nobody's business here."""
    facts = yield from context(turn)
    meaning = read(turn.incoming.text, facts)
    if not turn.incoming.addressed and not isinstance(meaning, Command | Report):
        return
    taken = yield from DESK.hand_over(turn, meaning, in_group=True)
    if not taken and turn.incoming.addressed:
        turn.say(_("Please write this to me in private."))


def open_dialogue(turn: Turn) -> Dialogue | None:
    """The dialogue that is open; one that this program no longer has is closed in silence."""
    dialogue = DESK.dialogue(turn.standing.dialogue)
    if dialogue is None or dialogue.step(turn.standing.step or "") is None:
        if turn.standing.dialogue:
            turn.close()
        return None
    return dialogue


def _is_fresh(turn: Turn) -> bool:
    asked = turn.standing.asked_at
    return asked is not None and turn.now - asked <= FRESH


def _is_stale(turn: Turn) -> bool:
    return turn.incoming.question != (turn.standing.question or "")


def _stale(turn: Turn) -> Thinking[None]:
    turn.say(_("That list is an old one, our talk has moved on since."))
    dialogue = open_dialogue(turn)
    if dialogue is not None:
        yield from ask_again(turn, dialogue)
    else:
        turn.say(_("Type what you want to do, or: trợ giúp"))
