"""Lessons: by number, by words, from the list; and found in plain words before anybody says "I did not understand"."""

from __future__ import annotations

from handlers.chat.lesson_search import meant, names_anything
from handlers.chat.reopening import bring_back, open_question
from handlers.chat.tutorials import listing
from handlers.chat.tutorials.giving import give
from handlers.chat.tutorials.lacking import LACKING, lacks
from handlers.chat.tutorials.listing import LESSONS
from handlers.conversation import Conversation
from handlers.turn import Thinking, Turn
from handlers.understanding import Command, CommandName, LessonWanted, Meaning, Unknown

__all__ = ["CONVERSATION", "give", "listing"]


def _takes(turn: Turn, meaning: Meaning) -> bool:
    match meaning:
        case LessonWanted() | Command(CommandName.TUTORIAL | CommandName.NEXT):
            return True
        case Unknown(raw):
            return meant(turn, raw).sure
    return False


def _begin(turn: Turn, meaning: Meaning) -> Thinking[None]:
    match meaning:
        case Command(CommandName.NEXT):
            yield from _go_on(turn)
        case Command(_, argument):
            yield from _look_for(turn, argument)
        case LessonWanted(_, int(number)):
            listing.give_number(turn, number, turn.incoming.text)
        case LessonWanted(topic):
            yield from _look_for(turn, topic)
        case Unknown(raw):
            give(turn, meant(turn, raw).lessons[0], raw)


def _go_on(turn: Turn) -> Thinking[None]:
    """ "tiếp": with the question that is open, else with the list of lessons."""
    if open_question(turn) is not None:
        yield from bring_back(turn)
    else:
        yield from listing.show_next(turn)


def _look_for(turn: Turn, words: str) -> Thinking[None]:
    """One lesson is given at once, of several one is asked for, and where there is none the commune may know."""
    words = words.strip()
    if not names_anything(words):
        yield from listing.show(turn)
    elif words.isdecimal() and len(words) < 4:
        listing.give_number(turn, int(words), turn.incoming.text)
    else:
        found = meant(turn, words)
        if found.sure or len(found.lessons) == 1:
            give(turn, found.lessons[0], turn.incoming.text)
        elif found.lessons:
            yield from listing.show_found(turn, found.lessons, turn.incoming.text)
        else:
            yield from lacks(turn, words)


CONVERSATION = Conversation("tutorials", _takes, _begin, (LESSONS, LACKING))
