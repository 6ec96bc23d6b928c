"""A picture, a sticker, a voice message: anything without words, or with words beside a picture."""

from __future__ import annotations

from handlers.chat.checkin import looking, photos
from handlers.dialogue import answered
from handlers.messages import Kind
from handlers.reading import context
from handlers.turn import Thinking, Turn
from handlers.understanding import Meaning, Report, Unknown, read
from locales import _
from storage.entries import Entry


def received(turn: Turn) -> Thinking[None]:
    """Handle a private message of somebody we know that is not plain text."""
    kind = turn.incoming.kind
    if kind is Kind.PICTURE:
        yield from _picture(turn)
    elif kind is Kind.VOICE:
        turn.say(
            _("I cannot listen yet. Please tap the microphone on your keyboard, speak, and send me the words it types.")
        )
    elif kind is Kind.STICKER:
        _sticker(turn)
    else:
        turn.say(_("I cannot open this kind of message. Please type it in one line, like: vneid 3 dvc 2"))


def _sticker(turn: Turn) -> None:
    """Answered once a day, so that a friendly sticker does not cost a message each time."""
    if turn.recall("sticker") != turn.today.isoformat():
        turn.remember("sticker", turn.today.isoformat())
        turn.say(_("Thank you! When there is work to report, type it in one line, like: vneid 3 dvc 2"))


def _picture(turn: Turn) -> Thinking[None]:
    if (yield from _answers_a_question(turn)):
        return
    meaning = yield from _caption(turn)
    if isinstance(meaning, Report):
        yield from turn.desk.hand_over(turn, meaning)
        return
    entry = yield from _near(turn)
    if entry is not None:
        _attach(turn, entry)
        return
    first = not photos.waiting(turn)
    photos.wait(turn, photos.keep(turn))
    if meaning is not None and not isinstance(meaning, Unknown):
        yield from turn.desk.hand_over(turn, meaning)
    elif first:
        turn.say(
            _(
                "I have your picture. What work is it from? Please type it in one line, like: vneid 3 dvc 2. "
                "Please never send pictures of identity cards or codes."
            )
        )


def _answers_a_question(turn: Turn) -> Thinking[bool]:
    """Whether the open question takes anything, pictures too: the words of a broadcast."""
    dialogue = turn.desk.dialogue(turn.standing.dialogue)
    step = dialogue.step(turn.standing.step or "") if dialogue else None
    if dialogue is None or step is None or not step.takes_anything:
        return False
    return (yield from answered(turn, dialogue, turn.incoming.text))


def _caption(turn: Turn) -> Thinking[Meaning | None]:
    if not turn.incoming.text.strip():
        return None
    facts = yield from context(turn)
    return read(turn.incoming.text, facts)


def _near(turn: Turn) -> Thinking[Entry | None]:
    """The last check-in, if it is less than half an hour old."""
    history = yield from looking.lately(turn)
    entries = looking.reports(history)
    if not entries or turn.now - entries[0].recorded_at > photos.NEAR:
        return None
    return entries[0]


def _attach(turn: Turn, entry: Entry) -> None:
    """Several pictures, in an album or one by one, get one answer."""
    photos.keep(turn, entry.id)
    if turn.recall("pictured") == entry.id:
        return
    turn.remember("pictured", entry.id)
    turn.say(
        _(
            "I put your pictures with the entry {entry}. Thank you! Please never send pictures of identity cards.",
            entry=looking.summary(turn, entry),
        )
    )
