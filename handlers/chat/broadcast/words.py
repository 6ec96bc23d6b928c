"""What a broadcast says: words, or a picture with words."""

from __future__ import annotations

from handlers.chat.checkin import photos
from handlers.messages import Kind
from handlers.turn import Thinking, Turn
from handlers.understanding import is_escape
from locales import _

MOST = 2000
"""Characters: what every messenger takes in one message."""


def ask_for_words(turn: Turn) -> Thinking[None]:
    turn.say(_("What should I send? Type the words, or send a picture with words beside it."))
    return
    yield


def hear_words(turn: Turn, text: str) -> Thinking[str | None]:
    """Anything is the text of a broadcast but a way out; pictures need no words."""
    if turn.incoming.kind is Kind.PICTURE:
        return _with_picture(turn, text)
    if is_escape(text) is not None:
        return None
    return take(turn, text)
    yield


def take(turn: Turn, text: str) -> str:
    """Take words for the broadcast; the step that comes next."""
    words = text.strip()
    if not words:
        turn.say(_("I see no words yet. What should I send?"))
        return "words"
    if len(words) > MOST:
        turn.say(
            _(
                "This is {count} characters, and people read on phones. At most {most}, please.",
                count=len(words),
                most=MOST,
            )
        )
        return "words"
    turn.note(words=words, media=None)
    return "confirm"


def _with_picture(turn: Turn, caption: str) -> str:
    kept = photos.keep(turn)
    if not kept:
        return take(turn, caption)
    if len(kept) > 1:
        turn.say(_("I take the first of your pictures."))
    turn.note(words=caption.strip()[:MOST], media=kept[0])
    return "confirm"
