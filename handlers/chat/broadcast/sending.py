"""The yes: the audience is frozen, and each of them is owed the words once."""

from __future__ import annotations

from collections.abc import Iterable

from handlers.chat.broadcast.audience import Audience
from handlers.chat.broadcast.target import Target
from handlers.turn import Turn
from locales import _
from storage.broadcasts import Broadcast, Recipient, started
from storage.known import Door, Person
from storage.outbox import Lane
from storage.schema import new_id

MEMORY = "broadcast"
"""The author's broadcast under way, for `hủy`."""


def send(turn: Turn, target: Target, audience: Audience, words: str, media_id: int | None) -> None:
    """Write the broadcast down and owe it to everybody who can be reached."""
    assert turn.person is not None
    broadcast = Broadcast(new_id(), turn.person.id, turn.door.id, target.as_json(), words, media_id)
    turn.write(*started(broadcast, list(_recipients(turn, audience, broadcast)), turn.now))
    turn.remember(MEMORY, broadcast.id)
    values = {"people": len(audience.reached), "groups": len(audience.groups)}
    if audience.groups:
        turn.say(
            _(
                "It is on its way to {people} people and {groups} groups. I tell you when all is done. "
                "To stop it, type: hủy",
                **values,
            )
        )
    else:
        turn.say(_("It is on its way to {people} people. I tell you when all is done. To stop it, type: hủy", **values))


def _recipients(turn: Turn, audience: Audience, broadcast: Broadcast) -> Iterable[Recipient]:
    """Two people on one phone are two recipients of one message."""
    owed: dict[int, int] = {}
    for reach in audience.reached:
        assert reach.door is not None
        if reach.door.id not in owed:
            owed[reach.door.id] = _owe(turn, reach.door, reach.person, broadcast)
        yield Recipient(reach.person.id, reach.door.id, owed[reach.door.id])
    for door in audience.groups:
        yield Recipient(None, door.id, _owe(turn, door, None, broadcast))
    for reach in audience.missed:
        door_id = reach.door.id if reach.door else None
        yield Recipient(reach.person.id, door_id, None, "skipped", reach.why_not or "not joined")
    for door in audience.lost_groups:
        yield Recipient(None, door.id, None, "skipped", door.state)


def _owe(turn: Turn, door: Door, person: Person | None, broadcast: Broadcast) -> int:
    owing = turn.tell(
        door,
        broadcast.words,
        person=person,
        kind="broadcast",
        lane=Lane.BULK,
        cause_id=broadcast.id,
        media_id=broadcast.media_id,
    )
    return owing.id
