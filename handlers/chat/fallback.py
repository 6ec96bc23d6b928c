"""What nobody understood: said kindly, nothing of it lost, with three ways on (voice.md §1.6, §4)."""

from __future__ import annotations

from datetime import timedelta

from handlers.chat import tutorials
from handlers.chat.checkin import guided
from handlers.chat.lesson_search import meant
from handlers.chat.reopening import bring_back, open_question
from handlers.chat.requests import commune_of, forward, officer_of
from handlers.chat.requests.wording import names
from handlers.conversation import Conversation
from handlers.dialogue import END, STAY, Dialogue, Step, begin
from handlers.messages import Choice
from handlers.reports.places import office
from handlers.reports.room import clip
from handlers.turn import Thinking, Turn
from handlers.understanding import Command, CommandName, Meaning, as_choice, as_yes_no, is_done
from locales import Text, _, lessons

_TOGETHER = timedelta(minutes=10)
"""What was not understood so shortly before belongs to the same story."""

_KEPT = 6000
"""Characters of not understood words that are carried along; a messenger's longest message is 4,096."""


def _takes(_turn: Turn, _meaning: Meaning) -> bool:
    return True


def _begin(turn: Turn, _meaning: Meaning) -> Thinking[None]:
    words = turn.incoming.text.strip()
    if not any(letter.isalnum() for letter in words):
        turn.say(_("I see no words in your message. Please type what you did in one line, like: vneid 3 dvc 2"))
    elif open_question(turn) is None and words.isdecimal() and len(words) < 5:
        turn.say(
            _(
                "I see the number {number}, but not what it counts. Work like this: vneid 3; a lesson like this: hd 3",
                number=words,
            )
        )
    elif open_question(turn) is not None:
        turn.say(_("I did not quite understand; please answer this one first. To leave it, type: hủy"))
        yield from bring_back(turn)
    else:
        yield from begin(turn, UNHEARD, _draft(turn, words))


def _draft(turn: Turn, words: str) -> dict[str, object]:
    """The words, after those that were not understood just before."""
    asked = turn.standing.asked_at
    again = turn.standing.dialogue == UNHEARD.name and asked is not None and turn.now - asked <= _TOGETHER
    before = turn.draft if again else {}
    said = "\n".join(part for part in (before.get("words"), words) if part)
    found = meant(turn, words).lessons
    lesson = found[0].number if found else before.get("lesson")
    return {"words": said[-_KEPT:], "lesson": lesson, "again": again}


def _asks(turn: Turn) -> Thinking[None]:
    officer = yield from officer_of(turn)
    again = turn.draft.get("again")
    choices = [Choice("1", _("Record work (type it like: vneid 3 dvc 2)")), Choice("2", _lesson(turn))]
    service = commune_of(turn)
    if service is not None and _may_forward(turn):
        where = office(service.commune_kind)
        to = _("{who} at {office}", who=names(officer), office=where) if officer else where
        choices.append(Choice("3", _("Pass these words on to {to}", to=to)))
    if again:
        turn.say(_("Sorry, I still do not understand. Please type one of these numbers:"), tuple(choices))
    else:
        turn.say(
            _("I did not quite understand, but your words are kept and not lost. Would you like to:"), tuple(choices)
        )


def _may_forward(turn: Turn) -> bool:
    """An officer's words would come back to the officer."""
    service = commune_of(turn)
    return service is not None and service.role in ("member", "leader")


def _lesson(turn: Turn) -> Text:
    number = turn.draft.get("lesson")
    lesson = lessons.by_number(number, turn.reader.language, turn.today) if number else None
    if lesson is None:
        return _("See the lessons")
    return _("See the lesson: {title}", title=clip(lesson.title, 50))


def _hears(turn: Turn, text: str) -> Thinking[str | None]:
    answer = as_choice(text, 3 if _may_forward(turn) else 2)
    if answer == 1:
        turn.close()
        yield from guided.CONVERSATION.begin(turn, Command(CommandName.CHECK_IN))
        return STAY
    if answer == 2:
        yield from _learn(turn)
        return STAY
    if answer == 3:
        words = str(turn.draft["words"])
        turn.close()
        yield from forward(turn, words)
        return STAY
    if as_yes_no(text) is False or is_done(text):
        turn.say(_("All right. Type what you want to do, or: trợ giúp"))
        return END
    return None


def _learn(turn: Turn) -> Thinking[None]:
    number, words = turn.draft.get("lesson"), str(turn.draft["words"])
    turn.close()
    if number:
        tutorials.listing.give_number(turn, int(number), words)
    else:
        yield from tutorials.listing.show(turn)


UNHEARD = Dialogue("unheard", (Step("ways", _asks, _hears, (END,)),))

CONVERSATION = Conversation("fallback", _takes, _begin, (UNHEARD,))
