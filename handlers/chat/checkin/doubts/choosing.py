"""Words with two lives: what they mean is chosen from a short list, and for "tt" it is remembered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers.chat.checkin import recording
from handlers.chat.checkin.draft import Draft, from_json
from handlers.chat.checkin.numbers import full_label, item
from handlers.dialogue import END, STAY, Dialogue, Step, begin
from handlers.messages import Choice
from handlers.turn import Thinking, Turn
from handlers.understanding import Command, CommandName, LessonWanted, as_choice
from locales import Text, _

LESSON, REPORT = "lesson", "report"
_AWAY = frozenset({"nothing", "leave"})
_WISHES = frozenset({LESSON, REPORT}) | _AWAY


def can_choose(options: Sequence[str], draft: Draft | None) -> bool:
    """Whether one of the options can be put in the place of what was understood."""
    if len(options) < 2:
        return False
    return _WISHES.issuperset(options) or (draft is not None and sum(one in draft.values for one in options) == 1)


def ask_meaning(turn: Turn, options: Sequence[str], draft: Draft) -> Thinking[None]:
    """Options are codes of indicators, or "lesson" and "report". "nothing" and "leave": the question of "nghỉ"."""
    if _AWAY.issuperset(options):
        yield from turn.desk.hand_over(turn, Command(CommandName.LEAVE))
        return
    yield from begin(turn, MEANING, {**draft.to_json(), "options": list(options)})


def _asks(turn: Turn) -> Thinking[None]:
    options = turn.draft["options"]
    choices = tuple(Choice(str(place), _named(turn, option)) for place, option in enumerate(options, 1))
    turn.say(_("This can mean two things. Which one do you mean?"), choices)
    return
    yield


def _named(turn: Turn, option: str) -> Text:
    values = turn.draft["values"]
    if option == LESSON:
        return _("See a lesson")
    if option == REPORT:
        return _("Record work that is done")
    number = next(iter(values.values()), None)
    return full_label(turn, option) if number is None else item(turn, option, number)


def _hears(turn: Turn, text: str) -> Thinking[str | None]:
    options: list[str] = turn.draft["options"]
    chosen = as_choice(text, len(options), [turn.render(_named(turn, option)) for option in options])
    if chosen is None:
        return None
    option, draft = options[chosen - 1], from_json(turn.draft)
    others = [other for other in options if other != option]
    turn.close()
    if option == REPORT:
        yield from _report(turn, draft)
    elif option == LESSON:
        yield from turn.desk.hand_over(turn, LessonWanted(topic=draft.raw))
    else:
        if "tt" in options:
            turn.remember("tt_means", "tt" if option == "tt" else "buoi")
        yield from recording.record(turn, replace(draft, values=_moved(draft, others, option)))
    return STAY


def _report(turn: Turn, draft: Draft) -> Thinking[None]:
    if draft.values:
        yield from recording.record(turn, draft)
    else:
        yield from turn.desk.hand_over(turn, Command(CommandName.CHECK_IN))


def _moved(draft: Draft, others: Sequence[str], code: str) -> dict[str, int]:
    """The number that stood under another meaning of the word now stands under the chosen one."""
    return {code if one in others else one: number for one, number in draft.values.items()}


MEANING = Dialogue("checkin_meaning", (Step("which", _asks, _hears, (END,)),))
