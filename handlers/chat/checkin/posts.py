"""Where somebody's work counts: the place and team of one of their memberships."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from handlers.chat.checkin.draft import Draft, from_json
from handlers.dialogue import END, STAY, Dialogue, Step
from handlers.messages import Choice
from handlers.turn import Thinking, Turn, ask
from handlers.understanding import as_choice
from locales import Text, _
from storage.entries import OwnTeam
from storage.known import Service

_REMEMBERED = "post"


@dataclass(frozen=True, slots=True)
class Post:
    """A membership with a team."""

    membership_id: int
    unit_id: int
    team_id: int
    unit_name: str
    unit_kind: str = "village"

    @property
    def name(self) -> Text:
        return place_name(self.unit_name, self.unit_kind)


def place_name(name: str, kind: str) -> Text:
    """A village by its name; what is above it by its team."""
    return name if kind == "village" else _("commune team of {name}", name=name)


def posts(turn: Turn) -> Thinking[tuple[Post, ...]]:
    """Every place where this person's work can count, oldest membership first; one entry a team."""
    services = turn.person.services if turn.person else ()
    found = {service.team_id: _post(service, service.team_id) for service in reversed(services) if service.team_id}
    if found:
        return tuple(reversed(found.values()))
    for service in services:
        if service.unit_kind != "site":
            team_id = yield from ask(OwnTeam(service.unit_id, turn.today))
            if team_id is not None:
                return (_post(service, team_id),)
    return ()


def remembered(turn: Turn, choices: tuple[Post, ...]) -> Post | None:
    """The only place, or the one that was chosen today already."""
    if len(choices) == 1:
        return choices[0]
    day, team_id = turn.recall(_REMEMBERED, ("", 0))
    if day != turn.today.isoformat():
        return None
    return next((post for post in choices if post.team_id == team_id), None)


def place_dialogue(name: str, then: Callable[[Turn, Draft, Post], Thinking[None]]) -> Dialogue:
    """Asks somebody who serves in several places which one a draft is for; the choice holds for the day."""

    def asks(turn: Turn) -> Thinking[None]:
        choices = yield from posts(turn)
        turn.say(
            _("You serve in several places. Which one is this for?"),
            tuple(Choice(str(number), post.name) for number, post in enumerate(choices, 1)),
        )

    def hears(turn: Turn, text: str) -> Thinking[str | None]:
        choices = yield from posts(turn)
        chosen = as_choice(text, len(choices), [post.unit_name for post in choices])
        if chosen is None:
            return None
        draft, post = from_json(turn.draft), choices[chosen - 1]
        turn.remember(_REMEMBERED, [turn.today.isoformat(), post.team_id])
        turn.close()
        yield from then(turn, draft, post)
        return STAY

    return Dialogue(name, (Step("which", asks, hears, (END,)),))


def _post(service: Service, team_id: int) -> Post:
    return Post(service.id, service.unit_id, team_id, service.unit_name, service.unit_kind)
