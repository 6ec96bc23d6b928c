"""The yes: the audience is frozen, and each of them is owed the words once."""

from __future__ import annotations

from collections.abc import Iterable

from handlers.chat.broadcast.audience import Audience
from handlers.chat.broadcast.target import Target
from handlers.chat.broadcast.timing import Waits, when
from handlers.turn import Turn
from locales import Text, _
from storage.broadcasts import Broadcast, Recipient, started
from storage.known import Door, Person
from storage.outbox import Lane
from storage.schema import new_id

MEMORY = "broadcast"
"""The author's broadcast under way, for `hủy`."""


def send(
    turn: Turn,
    target: Target,
    audience: Audience,
    words: str,
    media_id: int | None,
    waits: Waits | None = None,
    *,
    urgent: bool = False,
) -> None:
    """Write the broadcast down and owe it to everybody who can be reached. `waits`: delivery will hold it until then;
    `urgent`: it will not."""
    assert turn.person is not None
    broadcast = Broadcast(new_id(), turn.person.id, turn.door.id, target.as_json(), words, media_id)
    turn.write(*started(broadcast, list(_recipients(turn, audience, broadcast, urgent)), turn.now))
    turn.remember(MEMORY, broadcast.id)
    values = {"people": len(audience.reached), "groups": len(audience.groups)}
    if waits is not None:
        turn.say(_waiting(turn, waits))
    elif audience.groups:
        turn.say(
            _(
                "It is on its way to {people} people and {groups} groups. I tell you when all is done. "
                "To stop it, type: hủy",
                **values,
            )
        )
    else:
        turn.say(_("It is on its way to {people} people. I tell you when all is done. To stop it, type: hủy", **values))


def _waiting(turn: Turn, waits: Waits) -> Text:
    if waits.at is None:
        return _("I keep it, and send it as soon as I can. I tell you when all is done. To stop it, type: hủy")
    return _("I send it {when} and tell you when all is done. To stop it, type: hủy", when=when(turn, waits.at))


def _recipients(turn: Turn, audience: Audience, broadcast: Broadcast, urgent: bool) -> Iterable[Recipient]:
    """Two people on one phone are two recipients of one message."""
    owed: dict[int, int] = {}
    for reach in audience.reached:
        assert reach.door is not None
        if reach.door.id not in owed:
            owed[reach.door.id] = _owe(turn, reach.door, reach.person, broadcast, urgent)
        yield Recipient(reach.person.id, reach.door.id, owed[reach.door.id])
    for door in audience.groups:
        yield Recipient(None, door.id, _owe(turn, door, None, broadcast, urgent))
    for reach in audience.missed:
        door_id = reach.door.id if reach.door else None
        yield Recipient(reach.person.id, door_id, None, "skipped", reach.why_not or "not joined")
    for door in audience.lost_groups:
        yield Recipient(None, door.id, None, "skipped", door.state)


def _owe(turn: Turn, door: Door, person: Person | None, broadcast: Broadcast, urgent: bool) -> int:
    owing = turn.tell(
        door,
        broadcast.words,
        person=person,
        kind="urgent" if urgent else "broadcast",
        lane=Lane.BULK,
        cause_id=broadcast.id,
        media_id=broadcast.media_id,
    )
    return owing.id
