"""`thông báo`: target, words, preview, yes."""

from __future__ import annotations

from handlers.chat.broadcast import choosing, passing_on, previewing, words
from handlers.chat.broadcast.target import offered
from handlers.conversation import Conversation
from handlers.dialogue import END, Dialogue, Step, begin
from handlers.turn import Thinking, Turn
from handlers.understanding import Command, CommandName, Meaning
from locales import _


def _takes(_turn: Turn, meaning: Meaning) -> bool:
    return isinstance(meaning, Command) and meaning.name is CommandName.BROADCAST


def _begin(turn: Turn, meaning: Meaning) -> Thinking[None]:
    said = meaning.argument.strip() if isinstance(meaning, Command) else ""
    if offered(turn):
        yield from begin(turn, DIALOGUE, {"said": said} if said else {})
    elif said:
        yield from begin(turn, passing_on.DIALOGUE, {"said": said})
    else:
        turn.say(_("Messages to many are sent by the commune's officers. To tell the commune something, type: hỏi …"))


DIALOGUE = Dialogue(
    "broadcast",
    (
        Step("target", choosing.ask_target, choosing.hear_target, ("communes", "doors", "words", "confirm")),
        Step("communes", choosing.ask_communes, choosing.hear_communes, ("doors", "words", "confirm")),
        Step("doors", choosing.ask_doors, choosing.hear_doors, ("words", "confirm")),
        Step("words", words.ask_for_words, words.hear_words, ("words", "confirm"), takes_anything=True),
        Step("confirm", previewing.show, previewing.hear_yes, ("words", END)),
    ),
)

CONVERSATION = Conversation("broadcast", _takes, _begin, (DIALOGUE, passing_on.DIALOGUE))
