"""A member's words to many are passed on to the commune, if they wish."""

from __future__ import annotations

from handlers.chat.requests import forward
from handlers.dialogue import END, STAY, Dialogue, Step
from handlers.messages import Choice
from handlers.turn import Thinking, Turn
from handlers.understanding import as_choice, as_yes_no
from locales import _


def _ask_passing(turn: Turn) -> Thinking[None]:
    turn.say(
        _("Messages to many are sent by the commune's officers. Shall I pass your words on to them?"),
        (Choice("1", _("Pass them on")), Choice("2", _("No, leave it"))),
    )
    return
    yield


def _hear_passing(turn: Turn, text: str) -> Thinking[str | None]:
    labels = [turn.render(_("Pass them on")), turn.render(_("No, leave it"))]
    picked = as_choice(text, 2, labels)
    if picked is None and (yes := as_yes_no(text)) is not None:
        picked = 1 if yes else 2
    if picked is None:
        return None
    if picked == 2:
        turn.say(_("All right, I leave it."))
        return END
    said = turn.draft.get("said", "")
    turn.close()
    yield from forward(turn, said)
    return STAY


DIALOGUE = Dialogue("broadcast_pass_on", (Step("ask", _ask_passing, _hear_passing, (END,)),))
