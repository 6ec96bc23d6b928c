"""What the messenger itself tells us: blocked, added to a group, removed, silenced, moved."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from handlers.chat import overhearing
from handlers.chat.whereabouts import full_name
from handlers.messages import Kind
from handlers.turn import Surroundings, Thinking, Turn, ask
from locales import Reader, Text, _, local, render
from storage import addresses
from storage.engine import Connection
from storage.groups import LOST, BoundTo, DoorAt, Loss, LossOf
from storage.known import Person
from storage.outbox import Lane, Owing, owe
from storage.places import WhichPlace
from storage.schema import new_id
from storage.writing import apply


def happened(turn: Turn) -> Thinking[None]:
    """Handle one such event."""
    match turn.incoming.kind:
        case Kind.BLOCKED:
            turn.shut("blocked", "stopped by the person")
        case Kind.BOT_ADDED:
            yield from _added(turn)
        case Kind.BOT_REMOVED:
            yield from _lost(turn, "the bot was removed", silenced=False)
        case Kind.BOT_SILENCED:
            yield from _lost(turn, "the bot may not write", silenced=True)
        case Kind.GROUP_MOVED:
            yield from _moved(turn)


# In and out of groups


def _added(turn: Turn) -> Thinking[None]:
    """A short hello, once; after a silence only the word that it is over."""
    known = turn.known.door
    yield from overhearing.told_once(turn)
    if not turn.incoming.group or (known is not None and known.state == "open"):
        return
    place = None
    if turn.known.group_unit_id is not None:
        place = yield from ask(WhichPlace(turn.known.group_unit_id, turn.today))
    if place is not None:
        turn.say(_("I am here again. This group belongs to {place}.", place=full_name(place)))
    else:
        turn.say(
            _(
                "Hello everybody, I am the automatic helper of the {team}. For me to post here, the commune's officer "
                "types: /nhom, or anyone types the group code.",
                team=turn.around.team_name,
            )
        )


def _lost(turn: Turn, reason: str, *, silenced: bool) -> Thinking[None]:
    """The binding stays, the group is skipped, and the leads hear of it once."""
    loss = yield from ask(LossOf(turn.door.id, turn.today, turn.now))
    if loss is not None:
        text = _news(replace(loss, title=turn.incoming.chat_title or loss.title), silenced=silenced)
        for lead in loss.leads:
            turn.tell(lead.door, text, person=lead.person, kind=LOST, cause_id=turn.door.id)
    turn.shut("gone", reason)


def _news(loss: Loss, *, silenced: bool) -> Text:
    if silenced:
        return _(
            "I may no longer write in the group “{group}” of {place}. Please let me write there again; until then I "
            "cannot post there.",
            group=loss.title,
            place=full_name(loss.place),
        )
    return _(
        "I am no longer in the group “{group}” of {place}. Please add me again; until then I cannot post there.",
        group=loss.title,
        place=full_name(loss.place),
    )


# A group that goes on under another id


def _moved(turn: Turn) -> Thinking[None]:
    """The address follows. Where the new id is known already, what was bound moves there and the old one ends."""
    event = turn.incoming
    if not event.moved_to or event.moved_to == event.chat:
        return
    new = yield from ask(DoorAt(event.account_id, event.moved_to))
    if new is None:
        turn.write(addresses.moved(turn.door.id, event.moved_to))
        return
    bound_there = yield from ask(BoundTo(new.id))
    unit_id = turn.known.group_unit_id
    if unit_id is not None:
        turn.write(addresses.unbound(turn.door.id, turn.now))
        if bound_there is None:
            turn.write(*addresses.bound(new_id(), new.id, unit_id, None, turn.now))
    turn.shut("gone", "the group goes on under another id")


# A group that delivery could not reach


async def group_lost(
    connection: Connection, address_id: int, silenced: bool, around: Surroundings, now: datetime
) -> int:
    """A send to this chat failed for good (`silenced`: the right to write is gone, not the group).

    Owes the leads of its place a notice, once a day at most; returns to how many. The address is closed already.
    """
    (loss,) = await LossOf.answer(connection, [LossOf(address_id, local(now, around.zone).date(), now)])
    if loss is None:
        return 0
    news = _news(loss, silenced=silenced)
    owings = [
        Owing(
            account_id=lead.door.account_id,
            address_id=lead.door.id,
            person_id=lead.person.id,
            kind=LOST,
            lane=Lane.CLOCK,
            words=render(news, _reader(lead.person, around)),
            cause_id=address_id,
        )
        for lead in loss.leads
    ]
    await apply(connection, [owe(owing, now) for owing in owings])
    return len(owings)


def _reader(person: Person, around: Surroundings) -> Reader:
    return Reader(person.language or around.language, person.address_form or "bác")
