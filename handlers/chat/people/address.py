""" "xưng hô chị": how somebody wishes to be addressed."""

from __future__ import annotations

from dataclasses import replace

from handlers.chat.people.asking import after
from handlers.chat.picking import numbered, picked
from handlers.conversation import Conversation
from handlers.dialogue import END, Dialogue, Step, begin
from handlers.turn import Thinking, Turn
from handlers.understanding import Command, Meaning
from handlers.understanding.fold import same_words
from locales import FORMS_OF_ADDRESS, _
from storage import people

_OPENINGS = ("xưng hô là", "xưng hô", "gọi em là", "gọi tôi là", "gọi mình là", "gọi bác là", "call me")


_FORM_CHOICES = numbered(*FORMS_OF_ADDRESS)


def _takes(turn: Turn, meaning: Meaning) -> bool:
    if turn.incoming.group or isinstance(meaning, Command):
        return False
    rest = after(turn.incoming.text, _OPENINGS)
    return rest is not None and (not rest or _form(rest) is not None)


def _begin(turn: Turn, _meaning: Meaning) -> Thinking[None]:
    form = _form(after(turn.incoming.text, _OPENINGS) or "")
    if form is None:
        yield from begin(turn, ADDRESS)
    else:
        _call(turn, form)


def _form(text: str) -> str | None:
    words = text.split()[:1]
    return next((form for form in FORMS_OF_ADDRESS if words and same_words(words[0], form)), None)


def _ask_form(turn: Turn) -> Thinking[None]:
    turn.say(_("How shall I address you?"), _FORM_CHOICES)
    return
    yield


def _hear_form(turn: Turn, text: str) -> Thinking[str | None]:
    said = picked(turn, text, _FORM_CHOICES)
    if said is None:
        return None
    _call(turn, FORMS_OF_ADDRESS[said - 1])
    return END
    yield


def _call(turn: Turn, form: str) -> None:
    if turn.person is not None:
        turn.write(people.addressed_as(turn.person.id, form))
        turn.become(replace(turn.person, address_form=form))
        turn.say(_("Good, I shall address you so: {form} {name}.", form=form, name=turn.person.given_name))


ADDRESS = Dialogue("address", (Step("form", _ask_form, _hear_form, leads_to=(END,)),))


CONVERSATION = Conversation("address", _takes, _begin, (ADDRESS,))
