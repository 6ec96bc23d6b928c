"""Numbers were heard, but something stands against saving them: asked kindly, never saved in silence."""

from __future__ import annotations

from handlers.chat.checkin import guided
from handlers.chat.checkin.doubts import choosing, guess, missing, villages
from handlers.chat.checkin.doubts.wording import without_guess
from handlers.chat.checkin.draft import Draft, from_report
from handlers.conversation import Conversation
from handlers.turn import Thinking, Turn
from handlers.understanding import Doubt, DoubtReason, Meaning


def _takes(_turn: Turn, meaning: Meaning) -> bool:
    return isinstance(meaning, Doubt)


def _begin(turn: Turn, meaning: Meaning) -> Thinking[None]:
    assert isinstance(meaning, Doubt)
    if guided.is_nearly_answered_by(turn, meaning):
        guided.ask_for_one(turn)
        return
    candidate = meaning.candidate
    draft = from_report(turn, candidate) if candidate is not None else None
    if meaning.reason is DoubtReason.OTHER_VILLAGE and draft is not None:
        yield from villages.ask_village(turn, meaning.options, draft)
    elif meaning.reason is DoubtReason.RANGE:
        yield from missing.ask_number(turn)
    elif meaning.reason is DoubtReason.TWO_MEANINGS and choosing.can_choose(meaning.options, draft):
        empty = Draft({}, turn.sent_on, turn.incoming.sent_at, turn.incoming.text)
        yield from choosing.ask_meaning(turn, meaning.options, draft or empty)
    elif draft is None or not draft.values:
        turn.say(without_guess(meaning.reason))
    elif meaning.reason in _ASKS:
        yield from _ASKS[meaning.reason](turn, draft)
    else:
        yield from guess.ask_guess(turn, draft, meaning.reason)


_ASKS = {
    DoubtReason.WHICH_DATE: missing.ask_day,
    DoubtReason.FUTURE_DATE: missing.ask_past_day,
    DoubtReason.DESCRIPTION: missing.ask_what,
}

CONVERSATION = Conversation(
    "checkin_doubt",
    _takes,
    _begin,
    (guess.GUESS, missing.NUMBER, missing.DAY, missing.WHAT, choosing.MEANING, villages.VILLAGE),
)
