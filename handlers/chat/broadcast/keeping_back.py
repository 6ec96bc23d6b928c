"""What an author decides about messages that are held because a bot's month is used up; asked once, by itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from handlers.chat.broadcast.target import of_draft
from handlers.conversation import Conversation
from handlers.dialogue import END, Dialogue, Step
from handlers.messages import Choice
from handlers.turn import Surroundings, Thinking, Turn, ask
from handlers.understanding import Meaning, as_choice
from locales import Reader, Text, _, local, render
from locales.dates import short_day
from storage import kept_back, standings
from storage.audience import GroupsOf
from storage.broadcasts import Recipient, added
from storage.kept_back import KeptBack, KeptBackOf
from storage.known import Door, Person
from storage.outbox import Lane, Owing, owe
from storage.schema import new_id
from storage.standings import StandAt
from storage.writing import Write

NAME = "broadcast_kept_back"
STEP = "choose"


def asking(
    kept: KeptBack, door: Door, author: Person | None, around: Surroundings, now: datetime
) -> Thinking[list[Write]]:
    """What to write so that the author is asked; nothing while they are answering something else."""
    places = yield from ask(StandAt((door.id,), now))
    place = places.get(door.id)
    if place is None or place.busy:
        return []
    groups = yield from _groups(kept)
    options = _options(groups)
    token = f"{new_id():x}"
    reader = Reader((author and author.language) or around.language, (author and author.address_form) or "bác")
    choices = tuple((one.key, render(one.label, reader)) for one in _choices(kept, options, groups))
    words = render(told(kept), reader)
    owing = Owing(
        door.account_id,
        door.id,
        kept.author_id,
        "notice",
        Lane.REPLY,
        words,
        choices,
        token,
        cause_id=kept.broadcast_id,
    )
    draft = {"broadcast": kept.broadcast_id, "options": options}
    stands = standings.asked(place, door.id, NAME, STEP, draft, token, now)
    return [owe(owing, now), stands, kept_back.asked(kept.broadcast_id, now)]


def told(kept: KeptBack) -> Text:
    """How many wait for it, which bot is short, and until when."""
    ends = (local(kept.until) - timedelta(days=1)).date()
    values = {"people": kept.people, "groups": kept.groups, "bot": kept.account, "day": short_day(ends)}
    if kept.answers is None:
        return _(
            "I am keeping this message back: {people} people and {groups} groups do not have it yet, for “{bot}” "
            "has used up its messages until the end of {day}. Please choose:",
            **values,
        )
    if not kept.groups:
        return _(
            "I am keeping this message back, {people} people do not have it yet: bot “{bot}” has {left} messages, "
            "kept to answer people until the end of {day}. Please choose:",
            **values,
            left=kept.answers,
        )
    return _(
        "I am keeping this message back, {people} people and {groups} groups do not have it yet: bot “{bot}” has "
        "{left} messages, kept to answer people until the end of {day}. Please choose:",
        **values,
        left=kept.answers,
    )


def _options(groups: int) -> list[str]:
    """An option that leads nowhere is left out."""
    return ["wait", *(["groups"] if groups else []), "drop"]


def _groups(kept: KeptBack) -> Thinking[int]:
    """How many groups could have it now."""
    doors = yield from _new_groups(kept)
    return len(doors) + kept.groups


def _choices(kept: KeptBack, options: list[str], groups: int) -> tuple[Choice, ...]:
    labels: Mapping[str, Text] = {
        "wait": _("Send it on the morning of {day}", day=short_day(local(kept.until).date())),
        "groups": _("Post it in the commune's group only ({count} messages)", count=groups),
        "drop": _("Do not send it any more"),
    }
    return tuple(Choice(str(number), labels[option]) for number, option in enumerate(options, start=1))


def _new_groups(kept: KeptBack) -> Thinking[tuple[Door, ...]]:
    """Groups of the communes of those who wait, where the words are meant for everybody and have not gone there."""
    if not kept.communes or not of_draft(kept.target).may_have_groups:
        return ()
    found = yield from ask(GroupsOf(kept.communes))
    doors = [door for some in found.values() for door in some]
    return tuple(door for door in doors if door.state == "open" and door.id not in kept.groups_in)


def _kept(turn: Turn) -> Thinking[KeptBack | None]:
    return (yield from ask(KeptBackOf(turn.draft["broadcast"], turn.today, f"{turn.today:%Y-%m}")))


def _ask(turn: Turn) -> Thinking[None]:
    kept = yield from _kept(turn)
    if kept is None:
        _over(turn)
        return
    groups = yield from _groups(kept)
    turn.say(told(kept), _choices(kept, turn.draft["options"], groups))


def _hear(turn: Turn, text: str) -> Thinking[str | None]:
    options = list(turn.draft["options"])
    picked = as_choice(text, len(options))
    if picked is None:
        return None
    kept = yield from _kept(turn)
    if kept is None:
        _over(turn)
        return END
    match options[picked - 1]:
        case "wait":
            day = short_day(local(kept.until).date())
            turn.say(_("All right, I send it on the morning of {day}. To stop it, type: hủy", day=day))
        case "groups":
            yield from _to_groups(turn, kept)
        case _:
            turn.write(*kept_back.dropped(kept.broadcast_id, turn.now))
            turn.say(_("All right, it goes to nobody else. Whoever has it already keeps it."))
    return END


def _over(turn: Turn) -> None:
    turn.close()
    turn.say(_("Nothing of that message waits any more."))


def _to_groups(turn: Turn, kept: KeptBack) -> Thinking[None]:
    """With the answers, not with the bulk: the reserve is for answers, and this is one."""
    doors = yield from _new_groups(kept)
    for door in doors:
        owing = turn.tell(
            door, kept.words, kind="broadcast", lane=Lane.REPLY, cause_id=kept.broadcast_id, media_id=kept.media_id
        )
        turn.write(added(kept.broadcast_id, Recipient(None, door.id, owing.id)))
    turn.write(*kept_back.groups_go(kept.broadcast_id, turn.now), *kept_back.dropped(kept.broadcast_id, turn.now))
    turn.say(_("I post it in {count} groups now, and to nobody else.", count=len(doors) + kept.groups))


def _takes(_turn: Turn, _meaning: Meaning) -> bool:
    return False


def _begin(_turn: Turn, _meaning: Meaning) -> Thinking[None]:
    """Never begun by a message: it is asked when messages are held (bot/tidying.py)."""
    return
    yield


DIALOGUE = Dialogue(NAME, (Step(STEP, _ask, _hear, (END,)),))
CONVERSATION = Conversation(NAME, _takes, _begin, (DIALOGUE,))
