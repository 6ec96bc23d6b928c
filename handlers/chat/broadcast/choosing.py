"""To whom, which communes, through which doors: the questions before the words."""

from __future__ import annotations

from handlers.chat.broadcast import words
from handlers.chat.broadcast.audience import gather
from handlers.chat.broadcast.target import Target, To, What, label, of_draft, offered, scope
from handlers.messages import Choice
from handlers.reports.places import place_name
from handlers.turn import Thinking, Turn, ask
from handlers.understanding import as_choice, as_choices
from locales import Text, _
from storage.finding import Place, PlaceAmbiguous, PlaceUnknown, choose
from storage.scopes import Communes

MOST_LISTED = 40
"""Communes that are listed by number; where there are more, names are typed."""


def ask_target(turn: Turn) -> Thinking[None]:
    own = bool(scope(turn))
    choices = tuple(Choice(str(n), label(what, own=own)) for n, what in enumerate(offered(turn), start=1))
    turn.say(_("To whom shall I send it?"), choices)
    return
    yield


def hear_target(turn: Turn, text: str) -> Thinking[str | None]:
    options = offered(turn)
    labels = [turn.render(label(what, own=bool(scope(turn)))) for what in options]
    picked = as_choice(text, len(options), labels)
    if picked is None:
        return None
    target = Target(options[picked - 1], scope(turn))
    turn.note(**target.as_json())
    if target.what is What.COMMUNES:
        return "communes"
    return (yield from _after_target(turn))


def _after_target(turn: Turn) -> Thinking[str]:
    """Groups are offered only where there are any; words that came with the command are not asked for again."""
    target = of_draft(turn.draft)
    if target.may_have_groups:
        both = yield from gather(turn, Target(target.what, target.units, To.BOTH))
        if both.groups and both.reached:
            return "doors"
        turn.note(to=(To.GROUPS if both.groups else To.PEOPLE).value)
    return _to_words(turn)


def _to_words(turn: Turn) -> str:
    said = turn.draft.get("said", "")
    return words.take(turn, said) if said else "words"


def ask_communes(turn: Turn) -> Thinking[None]:
    communes = yield from ask(Communes(turn.today))
    if len(communes) > MOST_LISTED:
        turn.say(_("Which communes? Type their names, with commas between."))
        return
    choices = tuple(Choice(str(n), place_name(place.kind, place.name)) for n, place in enumerate(communes, start=1))
    turn.say(_("Which communes? Type the numbers or the names, like: 1 6"), choices)


def hear_communes(turn: Turn, text: str) -> Thinking[str | None]:
    communes = yield from ask(Communes(turn.today))
    numbers = as_choices(text, len(communes)) if len(communes) <= MOST_LISTED else None
    if numbers is not None:
        chosen = [communes[number - 1] for number in numbers]
    else:
        found = _by_names(communes, text)
        if found is None:
            return None
        chosen = found
    turn.note(units=[place.id for place in chosen])
    return (yield from _after_target(turn))


def _by_names(communes: tuple[Place, ...], text: str) -> list[Place] | None:
    chosen: list[Place] = []
    for name in (piece.strip() for piece in text.replace(";", ",").split(",")):
        try:
            chosen.append(choose(communes, name))
        except (PlaceUnknown, PlaceAmbiguous):
            return None
    return chosen


_DOORS = (To.BOTH, To.PEOPLE, To.GROUPS)


def _door_label(to: To) -> Text:
    match to:
        case To.BOTH:
            return _("To people and groups")
        case To.PEOPLE:
            return _("To people only")
        case To.GROUPS:
            return _("To groups only")


def ask_doors(turn: Turn) -> Thinking[None]:
    choices = tuple(Choice(str(n), _door_label(to)) for n, to in enumerate(_DOORS, start=1))
    turn.say(_("To each person, into the groups, or both?"), choices)
    return
    yield


def hear_doors(turn: Turn, text: str) -> Thinking[str | None]:
    picked = as_choice(text, len(_DOORS), [turn.render(_door_label(to)) for to in _DOORS])
    if picked is None:
        return None
    turn.note(to=_DOORS[picked - 1].value)
    return _to_words(turn)
    yield
