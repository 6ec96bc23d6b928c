""" "báo cáo": the week's numbers of one's own place."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.chat.pausing import pause_of
from handlers.chat.weeks import count, is_longer, no_place, week_meant
from handlers.conversation import Conversation
from handlers.reports.numbers import place_numbers
from handlers.reports.places import COMMUNES
from handlers.turn import Thinking, Turn
from handlers.understanding import Command, CommandName, Meaning
from handlers.understanding.fold import same_words, words
from locales import Week, _
from storage.known import Service
from storage.tally import Tally

_MOST_PLACES = 3


def _takes(_turn: Turn, meaning: Meaning) -> bool:
    return isinstance(meaning, Command) and meaning.name is CommandName.REPORT


def _begin(turn: Turn, meaning: Meaning) -> Thinking[None]:
    assert isinstance(meaning, Command)
    yield from show_numbers(turn, week_meant(turn, meaning.argument), meaning.argument)


def show_numbers(turn: Turn, week: Week, said: str = "") -> Thinking[None]:
    """The numbers of the speaker's own place (in a group: of the group's), or of a place below it that was named."""
    labels = {field.code: field.label(turn.reader.language).full for field in turn.around.form.fields}
    shown = 0
    if is_longer(said):
        turn.say(_("I count week by week; here is the week:"))
    for unit_id in _places(turn, said):
        tally = yield from count(turn, unit_id, week)
        if tally is None:
            continue
        shown_place = _named(tally, said) or tally
        turn.say(place_numbers(shown_place, labels, own=_serves_at(turn, shown_place)))
        yield from _say_pause(turn, tally)
        shown += 1
    if not shown:
        turn.say(no_place(turn))


def _say_pause(turn: Turn, tally: Tally) -> Thinking[None]:
    """Officers see that their place is paused; members are not told, nor is a group."""
    official = turn.person is not None and turn.person.serves_as("commune_lead", "admin") is not None
    if not turn.incoming.group and official and (line := (yield from pause_of(turn, tally.unit_id))) is not None:
        turn.say(line)


def _places(turn: Turn, said: str) -> Sequence[int | None]:
    if turn.incoming.group:
        return () if turn.known.group_unit_id is None else (turn.known.group_unit_id,)
    if turn.person is None:
        return ()
    if turn.person.serves_as("admin"):
        return (None,)
    commune_too = "xã" in words(said) or "xa" in words(said)
    units = [_place(service, commune_too) for service in turn.person.services]
    return tuple(dict.fromkeys(units))[:_MOST_PLACES]


def _place(service: Service, commune_too: bool) -> int:
    return service.commune_id if commune_too or service.role == "commune_lead" else service.unit_id


def _named(tally: Tally, said: str) -> Tally | None:
    """The one place below whose name was said: "báo cáo Bản Lềnh" from the commune's officer."""
    if not said.strip():
        return None
    inside = [unit for unit in _below(tally) if unit.kind in (*COMMUNES, "village")]
    called = [unit for unit in inside if _is_called(unit, said)]
    if not called:  # with a time beside it: "bản lềnh tuần trước"
        called = [unit for unit in inside if _holds_name(unit, said)]
        longest = max((len(words(unit.name)) for unit in called), default=0)
        called = [unit for unit in called if len(words(unit.name)) == longest]
    return called[0] if len(called) == 1 else None


def _is_called(unit: Tally, said: str) -> bool:
    return same_words(said, unit.name) or (unit.kind in COMMUNES and same_words(said, f"xã {unit.name}"))


def _holds_name(unit: Tally, said: str) -> bool:
    heard, length = words(said), len(words(unit.name))
    return any(same_words(" ".join(heard[at : at + length]), unit.name) for at in range(len(heard) - length + 1))


def _serves_at(turn: Turn, tally: Tally) -> bool:
    """Whether it is the speaker's own place: others' villages are not asked of them."""
    services = turn.person.services if turn.person is not None else ()
    return turn.incoming.group or any(service.unit_id == tally.unit_id for service in services)


def _below(tally: Tally) -> list[Tally]:
    return [one for unit in tally.units for one in (unit, *_below(unit))]


CONVERSATION = Conversation("numbers", _takes, _begin, in_groups=True)
