""" "bản để dán": last week's tally as a message of its own, to be copied into a group that has no bot."""

from __future__ import annotations

from handlers.chat.weeks import count, no_place
from handlers.clock.asking import contacts, with_lessons
from handlers.conversation import Conversation
from handlers.reports.weekly import weekly_text
from handlers.turn import Thinking, Turn
from handlers.understanding import Command, CommandName, Meaning
from locales import Text, Week
from storage.outbox import TO_PASTE, Lane

NAME = "to_paste"


def _takes(_turn: Turn, meaning: Meaning) -> bool:
    return isinstance(meaning, Command) and meaning.name is CommandName.TO_PASTE


def _begin(turn: Turn, _meaning: Meaning) -> Thinking[None]:
    """Nothing is said around it: a phone copies a message whole. Who posts in no group gets the own place's numbers."""
    if turn.person is None or turn.person.serves_as("commune_lead", "admin") is None:
        yield from turn.desk.hand_over(turn, Command(CommandName.REPORT), but=NAME)
        return
    communes = dict.fromkeys(one.commune_id for one in turn.person.services if one.role == "commune_lead")
    for unit in communes or (None,):
        text = yield from _text(turn, unit)
        if not turn.spoke:
            turn.say(text or no_place(turn))
        elif text is not None:
            turn.tell(turn.door, text, person=turn.person, kind=TO_PASTE, lane=Lane.REPLY)


def _text(turn: Turn, unit_id: int | None) -> Thinking[Text | None]:
    """As it is posted where there is a bot: without a commune of one's own, the numbers of the whole site."""
    tally = yield from count(turn, unit_id, Week.of(turn.today).before())
    if tally is None:
        return None
    language = turn.around.language
    called = yield from contacts(turn.today)
    labels = {one.code: one.label(language).full for one in turn.around.form.fields}
    return weekly_text(with_lessons(tally, language), labels, called.get(tally.unit_id), team=turn.around.own_team)


CONVERSATION = Conversation(NAME, _takes, _begin)
