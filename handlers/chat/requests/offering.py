""" "yêu cầu …" with words of one's own: perhaps for the commune. Offered, never sent unasked."""

from __future__ import annotations

from handlers.chat.requests.keeping import forward
from handlers.conversation import Conversation
from handlers.dialogue import END, STAY, Dialogue, Step, begin
from handlers.messages import Choice
from handlers.turn import Thinking, Turn
from handlers.understanding import Command, CommandName, Meaning, as_choice, as_yes_no
from locales import _


def _takes(_turn: Turn, meaning: Meaning) -> bool:
    if not isinstance(meaning, Command) or meaning.name is not CommandName.REQUESTS:
        return False
    words = meaning.argument.strip(" #.:")
    return bool(words) and not words.isdecimal()


def _begin(turn: Turn, meaning: Meaning) -> Thinking[None]:
    assert isinstance(meaning, Command)
    yield from begin(turn, OFFER, {"words": turn.incoming.text})


def _asks(turn: Turn) -> Thinking[None]:
    person = turn.person
    if person is not None and person.serves_as("commune_lead", "admin"):
        turn.say(
            _("Shall I put these words on the list of requests? To send them to the teams, type: thông báo"),
            (Choice("1", _("Put them on the list")), Choice("2", _("Leave it"))),
        )
    else:
        turn.say(
            _("Shall I pass these words on to the commune for you?"),
            (Choice("1", _("Pass them on")), Choice("2", _("Leave it"))),
        )
    return
    yield


def _hears(turn: Turn, text: str) -> Thinking[str | None]:
    answer = as_choice(text, 2)
    if answer == 1 or as_yes_no(text) is True:
        words = turn.draft["words"]
        turn.close()
        yield from forward(turn, words)
        return STAY
    if answer == 2 or as_yes_no(text) is False:
        turn.say(_("All right, I have passed nothing on."))
        return END
    return None


OFFER = Dialogue("offer_forward", (Step("sure", _asks, _hears, (END,)),))

CONVERSATION = Conversation("offer_forward", _takes, _begin, (OFFER,))
