"""The list of lessons, five at a time, and short lists of what a search found: a number picks one."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.chat.tutorials.giving import give
from handlers.dialogue import END, STAY, Dialogue, Step, begin
from handlers.messages import Choice
from handlers.turn import Thinking, Turn
from handlers.understanding import as_choice, is_done
from locales import _, lessons
from locales.lessons import Lesson

PAGE = 5
_MOST = 999


def show(turn: Turn, start: int = 0) -> Thinking[None]:
    """Open the list at a place in it."""
    yield from begin(turn, LESSONS, {"at": start})


def show_next(turn: Turn) -> Thinking[None]:
    """The five lessons after those that were shown last; from the beginning where none were."""
    shown = turn.draft.get("at") if is_open(turn) else None
    yield from show(turn, 0 if shown is None else shown + PAGE)


def show_found(turn: Turn, found: Sequence[Lesson], query: str) -> Thinking[None]:
    """Several lessons may be meant: ask which."""
    yield from begin(turn, LESSONS, {"found": [lesson.number for lesson in found], "query": query[:200]})


def is_open(turn: Turn) -> bool:
    return turn.standing.dialogue == LESSONS.name


def give_number(turn: Turn, number: int, query: str) -> None:
    """The lesson with this number, or what took its place; kindly none."""
    lesson = lessons.by_number(number, turn.reader.language, turn.today)
    if lesson is not None:
        give(turn, lesson, query)
        return
    last = max(one.number for one in _offered(turn))
    turn.say(
        _(
            "There is no lesson {number}; they go from 1 to {last}. Type a number, or words for what you want "
            "to learn.",
            number=str(number),
            last=str(last),
        )
    )


def _offered(turn: Turn) -> tuple[Lesson, ...]:
    return lessons.offered(turn.reader.language, turn.today)


def _asks(turn: Turn) -> Thinking[None]:
    wanted = turn.draft.get("found")
    if wanted is not None:
        found = [one for one in _offered(turn) if one.number in wanted]
        found.sort(key=lambda one: wanted.index(one.number))
        turn.say(_("I have these lessons on it. Which one, please?"), _choices(found))
    else:
        _say_page(turn, turn.draft.get("at", 0))
    return
    yield


def _say_page(turn: Turn, start: int) -> None:
    every = _offered(turn)
    page = every[start : start + PAGE]
    if not page:
        turn.say(_("That was the last lesson. Type words for what you want to learn, or: hỏi, and then your question."))
        turn.close()
    elif start + PAGE < len(every):
        turn.say(
            _(
                "I have {count} lessons. Type the number of a lesson, or words for what you want to learn, like: "
                "mã qr. The next ones: tiếp",
                count=len(every),
            ),
            _choices(page),
        )
    else:
        turn.say(
            _("The last lessons. Type the number of a lesson, or words for what you want to learn."), _choices(page)
        )


def _choices(found: Sequence[Lesson]) -> tuple[Choice, ...]:
    return tuple(Choice(str(one.number), one.title) for one in found)


def _hears(turn: Turn, text: str) -> Thinking[str | None]:
    """A number is a lesson, shown in the list or not; the list stays open for the next one."""
    number = as_choice(text, _MOST)
    if number is not None:
        give_number(turn, number, turn.draft.get("query", text))
        return STAY
    if is_done(text):
        turn.say(_("All right. Whenever you want to learn something, type: hướng dẫn"))
        return END
    return None
    yield


LESSONS = Dialogue("lessons", (Step("list", _asks, _hears, (END,)),))
