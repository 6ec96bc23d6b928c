""" "tôi là ai": the name, the places, who else uses this phone."""

from __future__ import annotations

from handlers.chat.people.asking import asks_for
from handlers.chat.whereabouts import place_of, role_name
from handlers.conversation import Conversation
from handlers.turn import Thinking, Turn
from handlers.understanding import CommandName, Meaning
from locales import Text, _, lines, listed


def _takes(turn: Turn, meaning: Meaning) -> bool:
    return asks_for(turn, meaning, CommandName.WHO_AM_I)


def _begin(turn: Turn, _meaning: Meaning) -> Thinking[None]:
    person = turn.person
    if person is None:
        return
    posts = [_("{role}, {place}", role=role_name(one.role), place=place_of(one)) for one in person.services]
    turn.say(
        lines(
            _("You are {name}.", name=person.name),
            *(_bullet(post) for post in posts),
            None if posts else _("You serve nowhere at the moment. Your officer can give you a code."),
            _sharers(turn),
            _("Wrong name? Type: đổi tên. Other form of address? Type, for example: xưng hô chị"),
        )
    )
    return
    yield


def _bullet(text: Text) -> Text:
    return _("• {text}", text=text)


def _sharers(turn: Turn) -> Text | None:
    others = turn.known.others
    if not others:
        return None
    return _("Also on this phone: {people}. To change turns: đổi người", people=listed(one.name for one in others))


CONVERSATION = Conversation("who", _takes, _begin)
