""" "tạm dừng nhắc đến thứ Hai": a lead's pause of the own place (a flood, a funeral, an election); an admin's of any.

Members are not told. The lead sees it in the digest and under `báo cáo`, and ends it with "nhắc lại".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from handlers.chat import area
from handlers.chat.picking import numbered, picked
from handlers.chat.whereabouts import full_name
from handlers.conversation import Conversation
from handlers.dialogue import END, STAY, Dialogue, Step, begin
from handlers.turn import Thinking, Turn, ask
from handlers.understanding import Command, CommandName, Meaning, Until, names_weekday, until
from handlers.understanding.fold import clean, fold
from locales import Text, _, listed
from storage import pauses
from storage.finding import Place, PlaceAmbiguous, PlaceUnknown, choose
from storage.pauses import Pause, PausesAt
from storage.places import WhichPlace

NAME = "pausing"
LONGEST = timedelta(days=60)
_WHEN = re.compile(
    r"\b(?:den|toi|het|trong)\b|\btu (?:mai|ngay|thu|\d)"
    r"|\b(?:\d{1,3}|mot|hai|ba|bon|nam|sau|bay|muoi) (?:ngay|hom|tuan|thang)\b"
)
"""Where the time begins in "Tú Lệ đến thứ Hai"."""
_EVERYWHERE = ("tat ca", "ca huyen", "toan bo", "moi noi")


def _takes(turn: Turn, meaning: Meaning) -> bool:
    if turn.incoming.group or not isinstance(meaning, Command) or turn.person is None:
        return False
    official = turn.person.serves_as("commune_lead", "admin") is not None
    return meaning.name is CommandName.PAUSE or (meaning.name is CommandName.RESUME and official)


def _begin(turn: Turn, meaning: Meaning) -> Thinking[None]:
    assert isinstance(meaning, Command)
    assert turn.person is not None
    if meaning.name is CommandName.RESUME:
        yield from _resume(turn, meaning)
    elif area.office(turn.person) is None:  # a member means the own reminders
        yield from turn.desk.hand_over(turn, Command(CommandName.LEAVE, meaning.argument))
    else:
        yield from _pause(turn, *_parted(meaning.argument))


def _parted(argument: str) -> tuple[str, str]:
    """The place and the time: "Tú Lệ đến thứ Hai" -> "Tú Lệ", "đến thứ Hai". Folding keeps the number of words."""
    words, said = clean(argument).split(), fold(argument)
    found = _WHEN.search(said)
    if found is None:
        return argument.strip(), ""
    before = len(said[: found.start()].split())
    return " ".join(words[:before]), " ".join(words[before:])


# Pausing


def _pause(turn: Turn, name: str, when: str) -> Thinking[None]:
    places = yield from _places(turn, name, when)
    if not places:
        return
    draft = {"units": [place.id for place in places]}
    found = until(when, turn.sent_on) if when else Until(None)
    if not when or not _fits(turn, found):
        yield from begin(turn, PAUSING, {**draft, **_passed(found)}, at="until")
        return
    _write(turn, places, _resumes_on(found))


def _places(turn: Turn, name: str, when: str = "") -> Thinking[Sequence[Place]]:
    """The places meant, within reach; none where somebody has to say which, and was asked or told."""
    reach = area.office(turn.person)
    assert reach is not None
    among = yield from area.places(turn, reach)
    if not name:
        own = [one.unit_id for one in (turn.person.services if turn.person else ()) if one.role == "commune_lead"]
        found = [place for place in among if place.id in own]
        if not found:
            yield from begin(turn, PAUSING, {"when": when})
        return found
    if fold(name) in _EVERYWHERE and reach.role == "admin":
        return [place for place in among if place.kind == "site"]
    place = area.named(turn, among, name, "tạm dừng nhắc")
    return [] if place is None else [place]


def _fits(turn: Turn, found: Until) -> bool:
    """A day to come, and not so far that everybody has forgotten the pause by then."""
    if found.last is None or found.unsure is not None:
        return False
    return turn.today < _resumes_on(found) <= turn.today + LONGEST


def _resumes_on(found: Until) -> date:
    """ "đến thứ Hai" resumes on Monday; "3 ngày", "hết tuần" on the day after."""
    assert found.last is not None
    return found.last + timedelta(days=1) if found.whole else found.last


def _passed(found: Until) -> dict[str, str]:
    return {"passed": found.last.isoformat()} if found.last is not None else {}


def _write(turn: Turn, places: Sequence[Place], resumes_on: date) -> None:
    assert turn.person is not None
    ends_at = datetime.combine(resumes_on, time(), tzinfo=turn.around.zone)
    for place in places:
        turn.write(*pauses.paused(place.id, turn.person.id, ends_at, turn.now))
    turn.say(
        _(
            "Until {day} I neither remind anybody nor post the tally in {places}. From that day on I do again. Members "
            "are not told. To go on sooner, type: nhắc lại",
            day=resumes_on,
            places=listed(full_name(place) for place in places),
        )
    )


# The questions


def _asks_where(turn: Turn) -> Thinking[None]:
    turn.say(_("Where shall I pause? Type the name of the commune, or: tất cả"))
    return
    yield


def _hears_where(turn: Turn, text: str) -> Thinking[str | None]:
    name, when = _parted(text)
    places = yield from _places(turn, name) if name else _nothing()
    if not places:
        return STAY if name else None
    turn.note(units=[place.id for place in places])
    when = when or str(turn.draft.get("when", ""))
    found = until(when, turn.sent_on) if when else Until(None)
    if not _fits(turn, found):
        return "until"
    _write(turn, places, _resumes_on(found))
    return END


def _nothing() -> Thinking[Sequence[Place]]:
    return ()
    yield


_DAYS = (1, 3, 7)
_LENGTHS = numbered(_("Until tomorrow"), *(_("{count} days", count=days) for days in _DAYS[1:]))


def _asks_until(turn: Turn) -> Thinking[None]:
    passed = turn.draft.get("passed")
    if passed and date.fromisoformat(passed) <= turn.today:
        day = date.fromisoformat(passed)
        named = f"{day.day}/{day.month}/{day.year}"
        turn.say(
            _("{day} has passed already. Until when shall I pause? Type it like: đến thứ Hai", day=named), _LENGTHS
        )
    elif passed:
        turn.say(_("I pause for {days} days at most. Until when shall it be?", days=LONGEST.days), _LENGTHS)
    else:
        turn.say(_("Until when shall I pause? Type it like: đến thứ Hai"), _LENGTHS)
    return
    yield


def _hears_until(turn: Turn, text: str) -> Thinking[str | None]:
    length = None if names_weekday(text) else picked(turn, text, _LENGTHS)
    found = Until(turn.today + timedelta(days=_DAYS[length - 1])) if length else until(text, turn.sent_on)
    if found.last is None:
        return None
    if not _fits(turn, found):
        turn.note(**_passed(found))
        yield from _asks_until(turn)
        return STAY
    places = []
    for unit_id in turn.draft["units"]:
        place = yield from ask(WhichPlace(unit_id, turn.today))
        places += [place] if place is not None else []
    _write(turn, places, _resumes_on(found))
    return END


# Going on


def _resume(turn: Turn, meaning: Command) -> Thinking[None]:
    """The pauses within reach end; where there is none, the words mean the speaker's own messages."""
    reach = area.office(turn.person)
    assert reach is not None
    in_force = yield from ask(PausesAt(turn.now))
    among = yield from area.places(turn, reach)
    paused = [place for place in among if place.id in in_force]
    if meaning.argument.strip() and paused:
        paused = _named(turn, paused, meaning.argument)
        if not paused:
            return
    elif len(paused) > 1 and reach.role == "admin":
        turn.say(_("Paused just now: {places}. Which shall go on? Type: nhắc lại {first}", **_names(paused)))
        return
    if not paused or (turn.person is not None and turn.person.stopped):
        yield from turn.desk.hand_over(turn, Command(CommandName.RESUME), but=NAME)
    for place in paused:
        turn.write(pauses.lifted(place.id, turn.now))
    if paused:
        turn.say(_("From now on I remind and post again in {places}.", places=listed(map(full_name, paused))))


def _named(turn: Turn, paused: Sequence[Place], name: str) -> list[Place]:
    try:
        return [choose(paused, name.strip())]
    except (PlaceUnknown, PlaceAmbiguous):
        turn.say(_("Paused just now: {places}. Which shall go on? Type: nhắc lại {first}", **_names(paused)))
        return []


def _names(paused: Iterable[Place]) -> dict[str, object]:
    places = list(paused)
    return {"places": listed(map(full_name, places)), "first": places[0].path}


def pause_of(turn: Turn, *units: int) -> Thinking[Text | None]:
    """A line on the pause in force at the first of these places, or at one above it; None where there is none."""
    in_force = yield from ask(PausesAt(turn.now))
    found: list[Pause] = [in_force[unit] for unit in units if unit in in_force]
    if not found:
        return None
    day = max(one.ends_at for one in found).astimezone(turn.around.zone).date()
    return _("Reminders and posts pause until {day}. To go on sooner, type: nhắc lại", day=day)


PAUSING = Dialogue(
    NAME,
    (
        Step("where", _asks_where, _hears_where, ("until", END)),
        Step("until", _asks_until, _hears_until, (END,)),
    ),
)

CONVERSATION = Conversation(NAME, _takes, _begin, (PAUSING,))
