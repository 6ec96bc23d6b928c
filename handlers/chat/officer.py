""" "cán bộ xã là ai": whom people may call at the commune."""

from __future__ import annotations

from handlers.chat.requests import commune_of, officer_of
from handlers.chat.requests.wording import names
from handlers.chat.welcome.consent import domestic
from handlers.conversation import Conversation
from handlers.reports.places import office
from handlers.turn import Thinking, Turn
from handlers.understanding import Meaning, Unknown
from handlers.understanding.commands import Line
from handlers.understanding.words import table
from locales import Text, _
from storage.contacts import Officer


def _takes(turn: Turn, meaning: Meaning) -> bool:
    if not isinstance(meaning, Unknown) or turn.incoming.group or commune_of(turn) is None:
        return False
    line = Line.of(meaning.raw)
    return any(table("officer").get(keys) is not None for keys in (line.keys, line.polite()))


def _begin(turn: Turn, _meaning: Meaning) -> Thinking[None]:
    service = commune_of(turn)
    assert service is not None
    found = yield from officer_of(turn)
    turn.say(_told(found, office(service.commune_kind)))


def _told(found: Officer | None, where: Text) -> Text:
    if found is None:
        return _(
            "I do not know yet who answers at {office}. To ask through me, type: hỏi and your question", office=where
        )
    if not found.phone:
        return _(
            "At {office} it is {who}. To ask through me, type: hỏi and your question", office=where, who=names(found)
        )
    return _(
        "At {office} it is {who}, phone {phone}. To ask through me, type: hỏi and your question",
        office=where,
        who=names(found),
        phone=domestic(found.phone),
    )


CONVERSATION = Conversation("officer", _takes, _begin)
