"""What understanding may depend on besides the words: who speaks, where, and with which form."""

from __future__ import annotations

from handlers.turn import Thinking, Turn, ask
from handlers.understanding import Context
from storage.neighbours import Neighbours


def context(turn: Turn) -> Thinking[Context]:
    """The context of one message. The day is the one on which it was sent."""
    person = turn.person
    fields = turn.around.hints
    if person is None or not person.services:
        return Context(today=turn.sent_on, fields=fields, group=turn.incoming.group)
    service = person.services[0]
    neighbours = yield from ask(Neighbours(service.commune_id, service.unit_id))
    return Context(
        today=turn.sent_on,
        fields=fields,
        own_village=service.unit_name if service.unit_kind == "village" else "",
        other_villages=tuple(name for name in neighbours.villages if name != service.unit_name),
        people=neighbours.people,
        official=person.serves_as("commune_lead", "admin") is not None,
        tt_means=turn.recall("tt_means"),
        group=turn.incoming.group,
    )
