"""Politeness: a greeting, thanks, "ok", 👍. Answered in a few kind words, never with a menu."""

from __future__ import annotations

from enum import StrEnum

from handlers.chat.reopening import bring_back, open_question
from handlers.conversation import Conversation
from handlers.turn import Thinking, Turn
from handlers.understanding import Command, CommandName, Meaning, Unknown, as_yes_no
from handlers.understanding.commands import Line
from handlers.understanding.words import table
from locales import Text, _

_LONGEST = 10
_SKIN = "".join(map(chr, range(0x1F3FB, 0x1F400)))


class Courtesy(StrEnum):
    """What somebody says without wanting anything."""

    HELLO = "hello"
    THANKS = "thanks"
    AGREED = "agreed"
    NO = "no"
    GOODBYE = "goodbye"
    WISH = "wish"
    WHO = "who"
    SMILE = "smile"
    BUSY = "busy"
    ANNOYED = "annoyed"


def courtesy(text: str) -> Courtesy | None:
    """The politeness that a whole message is; None when it says anything else."""
    line = Line.of(text.translate(dict.fromkeys(map(ord, _SKIN))))
    if not line.keys or len(line.keys) > _LONGEST:
        return None
    known = table("smalltalk")
    for keys in (line.keys, line.polite()):
        if (found := known.get(keys)) is not None:
            return Courtesy(found)
    return _several(line)


def _several(line: Line) -> Courtesy | None:
    """ "dạ vâng em cảm ơn chị nhiều ạ": nothing but polite words, whatever their order; the most telling one counts."""
    known, around = table("smalltalk"), table("smalltalk_around")
    found: list[Courtesy] = []
    at = 0
    while at < len(line.keys):
        keys = line.keys[at:]
        said, filler = known.opening(keys), around.opening(keys)
        if said is not None and (filler is None or said[1] >= filler[1]):
            found.append(Courtesy(said[0]))
            at += said[1]
        elif filler is not None:
            at += filler[1]
        else:
            return None
    return min(found, key=_TELLING.index) if found else None


_TELLING = (
    Courtesy.ANNOYED,
    Courtesy.BUSY,
    Courtesy.WHO,
    Courtesy.WISH,
    Courtesy.THANKS,
    Courtesy.GOODBYE,
    Courtesy.HELLO,
    Courtesy.NO,
    Courtesy.AGREED,
    Courtesy.SMILE,
)


_LEFT_IN_PEACE = (Courtesy.BUSY, Courtesy.ANNOYED)
"""Whoever says so is not asked once more."""


def _takes(_turn: Turn, meaning: Meaning) -> bool:
    return isinstance(meaning, Unknown) and courtesy(meaning.raw) is not None


def _begin(turn: Turn, meaning: Meaning) -> Thinking[None]:
    assert isinstance(meaning, Unknown)
    said = courtesy(meaning.raw)
    if open_question(turn) is not None and said in (Courtesy.NO, Courtesy.AGREED):
        yield from _beside_a_question(turn, meaning.raw)
        return
    if said is not None:
        turn.say(_answer(turn, said))
    if said not in _LEFT_IN_PEACE:  # what is open stays open
        yield from bring_back(turn)


def _beside_a_question(turn: Turn, text: str) -> Thinking[None]:
    """A no to a question that offers none leaves it; a yes answers nothing where there is something to choose."""
    if as_yes_no(text) is False:
        yield from turn.desk.hand_over(turn, Command(CommandName.CANCEL))
        return
    turn.say(_("Please answer this one a little more exactly:"))
    yield from bring_back(turn)


def _answer(turn: Turn, said: Courtesy) -> Text:
    name = turn.person.given_name if turn.person else ""
    match said:
        case Courtesy.HELLO:
            return _("Hello {name}! What did you do today? Type it in one line, or: trợ giúp", name=name)
        case Courtesy.THANKS:
            return _("You are welcome, {name}!", name=name)
        case Courtesy.AGREED:
            return _("All right, {name}!", name=name)
        case Courtesy.NO:
            return _("All right. If there was no work this week, type: không phát sinh")
        case Courtesy.GOODBYE:
            return _("Goodbye {name}, write whenever you like!", name=name)
        case Courtesy.WISH:
            return _("Thank you, {name}! All the best to you and your family.", name=name)
        case Courtesy.WHO:
            return _(
                "I am the automatic helper of the digital teams, not a person. I write down the work you report and "
                "give lessons. What I can do: trợ giúp",
            )
        case Courtesy.BUSY:
            return _(
                "Your own work comes first. Whenever there is time, one line to me is enough. Busy for some days? "
                "Type: nghỉ 3 ngày",
            )
        case Courtesy.ANNOYED:
            return _(
                "I am sorry, {name}, I am still clumsy. To tell it to somebody at the commune, type: hỏi and your "
                "words. No more messages from me: dừng nhắn tin",
                name=name,
            )
        case Courtesy.SMILE:
            return _("Thank you, {name}!", name=name)


CONVERSATION = Conversation("smalltalk", _takes, _begin)
