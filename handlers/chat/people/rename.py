""" "đổi tên": a name that is written wrongly is mended by its owner, and the leads see it."""

from __future__ import annotations

from dataclasses import replace

from handlers.chat.people.asking import after
from handlers.chat.whereabouts import place_of
from handlers.conversation import Conversation
from handlers.dialogue import END, Dialogue, Step, begin
from handlers.turn import Thinking, Turn, ask
from handlers.understanding import Meaning, as_name, is_escape
from locales import _
from storage import names, people
from storage.contacts import LeadsOf
from storage.known import Person

_OF_SOMETHING_ELSE = ("nhóm", "thôn", "bản", "tổ", "xã", "group", "village")
_OPENINGS = ("đổi tên thành", "đổi tên là", "đổi tên", "sửa tên", "rename")


def _takes(turn: Turn, meaning: Meaning) -> bool:
    rest = after(turn.incoming.text, _OPENINGS)
    return rest is not None and not turn.incoming.group and after(rest, _OF_SOMETHING_ELSE) is None


def _begin(turn: Turn, _meaning: Meaning) -> Thinking[None]:
    name = as_name(after(turn.incoming.text, _OPENINGS) or "")
    if name is None or " " not in name:
        yield from begin(turn, RENAME)
    else:
        yield from _named(turn, name)


def _ask_new_name(turn: Turn) -> Thinking[None]:
    turn.say(_("What is your full name, as it should be written?"))
    return
    yield


def _hear_new_name(turn: Turn, text: str) -> Thinking[str | None]:
    name = as_name(text)
    if name is None:
        if is_escape(text):
            turn.say(_("All right, your name stays as it was."))
            return END
        return None
    yield from _named(turn, name)
    return END


def _named(turn: Turn, name: str) -> Thinking[None]:
    person = turn.person
    if person is None:
        return
    turn.write(people.renamed(person.id, name, names.fold(name)))
    turn.become(replace(person, name=name))
    turn.say(_("Done, your name is written: {name}.", name=name))
    yield from _tell_the_leads(turn, person, name)


def _tell_the_leads(turn: Turn, person: Person, name: str) -> Thinking[None]:
    if not person.services:
        return
    service = person.services[0]
    text = _(
        "{before} of {place} now writes the name so: {name}.", before=person.name, name=name, place=place_of(service)
    )
    for lead in (yield from ask(LeadsOf(service.commune_id, turn.today))):
        if lead.person.id != person.id:
            turn.tell(lead.door, text, person=lead.person, kind="renamed", cause_id=person.id)


RENAME = Dialogue("rename", (Step("name", _ask_new_name, _hear_new_name, leads_to=(END,), takes_anything=True),))


CONVERSATION = Conversation("rename", _takes, _begin, (RENAME,))
