"""A guess is put to the person: saved after a yes, never in silence."""

from __future__ import annotations

from handlers.chat.checkin import recording
from handlers.chat.checkin.doubts.wording import wording
from handlers.chat.checkin.draft import Draft, from_json
from handlers.chat.checkin.numbers import described
from handlers.dialogue import END, STAY, Dialogue, Step, begin
from handlers.messages import Choice
from handlers.turn import Thinking, Turn
from handlers.understanding import DoubtReason, as_choice, as_yes_no


def ask_guess(turn: Turn, draft: Draft, reason: DoubtReason) -> Thinking[None]:
    """Ask whether the draft is what was meant."""
    yield from begin(turn, GUESS, {**draft.to_json(), "reason": reason.value})


def _asks(turn: Turn) -> Thinking[None]:
    draft = from_json(turn.draft)
    words = wording(DoubtReason(turn.draft["reason"]), described(turn, draft.values))
    turn.say(words.question, (Choice("1", words.yes), Choice("2", words.no)))
    return
    yield


def _hears(turn: Turn, text: str) -> Thinking[str | None]:
    answer = {1: True, 2: False}.get(as_choice(text, 2) or 0, as_yes_no(text))
    if answer is None:
        return None
    draft, reason = from_json(turn.draft), DoubtReason(turn.draft["reason"])
    turn.close()
    if answer:
        yield from recording.record(turn, draft)
    else:
        turn.say(wording(reason, "").after_no)
    return STAY


GUESS = Dialogue("checkin_guess", (Step("sure", _asks, _hears, (END,)),))
