"""A lesson is given, and that it was asked for is kept: the week's tally names the lessons asked for most."""

from __future__ import annotations

from handlers.turn import Turn
from locales import Text, Week, _, lessons
from locales.dates import local
from locales.lessons import Lesson
from storage import tutorials


def give(turn: Turn, lesson: Lesson, query: str) -> None:
    """Say a lesson. `query`: what was typed for it."""
    foreign = _foreign(turn)
    if foreign is not None:
        turn.say(foreign)
    turn.say(lesson.text)
    turn.say(_("Something unclear? Type: hỏi, and then your question. Other lessons: hướng dẫn"))
    note(turn, lesson.number, query)


def note(turn: Turn, number: int | None, query: str) -> None:
    """Keep that a lesson was asked for; without a number: that there was none for these words."""
    person = turn.person
    service = person.services[0] if person and person.services else None
    turn.write(
        tutorials.wanted(
            person.id if person else None,
            service.unit_id if service else None,
            service.team_id if service else None,
            Week.of(local(turn.now, turn.around.zone).date()).monday,
            number,
            query,
            turn.now,
        )
    )


def _foreign(turn: Turn) -> Text | None:
    """A reader whose language has no lessons of its own is told which language comes now."""
    language = turn.reader.language
    if language == lessons.FALLBACK or lessons.every(language) is not lessons.every(lessons.FALLBACK):
        return None
    return _("The lessons are written in Vietnamese; here it is as the villagers read it:")
