"""A line that names another village is never saved to one's own in silence."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.chat.checkin import recording
from handlers.chat.checkin.draft import Draft, from_json
from handlers.chat.checkin.numbers import described
from handlers.chat.checkin.posts import posts
from handlers.chat.requests import forward
from handlers.dialogue import END, STAY, Dialogue, Step, begin
from handlers.messages import Choice
from handlers.turn import Thinking, Turn
from handlers.understanding import as_choice, as_yes_no
from handlers.understanding.fold import fold
from locales import _


def ask_village(turn: Turn, names: Sequence[str], draft: Draft) -> Thinking[None]:
    """Which village: one's own, or the one that was named."""
    own = yield from posts(turn)
    served = {fold(post.unit_name) for post in own}
    villages = [*(turn.render(post.name) for post in own), *(name for name in names if fold(name) not in served)]
    yield from begin(turn, VILLAGE, {**draft.to_json(), "villages": villages})


def _asks(turn: Turn) -> Thinking[None]:
    choices = tuple(Choice(str(place), name) for place, name in enumerate(turn.draft["villages"], 1))
    turn.say(_("For which village is this: {items}?", items=described(turn, turn.draft["values"])), choices)
    return
    yield


def _hears(turn: Turn, text: str) -> Thinking[str | None]:
    villages = turn.draft["villages"]
    chosen = as_choice(text, len(villages), villages)
    if chosen is None:
        return None
    draft, village = from_json(turn.draft), villages[chosen - 1]
    own = yield from posts(turn)
    post = own[chosen - 1] if chosen <= len(own) else None
    if post is None:
        turn.note(village=village)
        return "pass_on"
    turn.close()
    yield from recording.record_at(turn, draft, post)
    return STAY


def _asks_to_pass_on(turn: Turn) -> Thinking[None]:
    turn.say(
        _(
            "I can only write down work for your own village, so nothing is saved for {village}. "
            "Shall I pass your words on to the commune?",
            village=turn.draft["village"],
        ),
        (Choice("1", _("Yes, pass it on")), Choice("2", _("No"))),
    )
    return
    yield


def _hears_to_pass_on(turn: Turn, text: str) -> Thinking[str | None]:
    answer = {1: True, 2: False}.get(as_choice(text, 2) or 0, as_yes_no(text))
    if answer is None:
        return None
    words = turn.draft["raw"]
    turn.close()
    if answer:
        yield from forward(turn, words)
    else:
        turn.say(_("All right, I have written nothing down."))
    return STAY


VILLAGE = Dialogue(
    "checkin_village",
    (
        Step("which", _asks, _hears, ("pass_on", END)),
        Step("pass_on", _asks_to_pass_on, _hears_to_pass_on, (END,)),
    ),
)
