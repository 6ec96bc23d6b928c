"""A draft that another conversation pushes aside is kept, to be gone on with later."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from handlers.turn import Turn
from locales import _

_PARKED = "parked"
_KEPT = timedelta(days=14)


def park(turn: Turn) -> None:
    """Keep the open dialogue if its draft says so (`keep`): it holds answers that would have to be typed again."""
    standing = turn.standing
    if standing.dialogue is not None and standing.draft.get("keep"):
        turn.remember(
            _PARKED,
            {
                "dialogue": standing.dialogue,
                "step": standing.step,
                "draft": dict(standing.draft),
                "at": turn.now.isoformat(),
            },
        )


def parked(turn: Turn) -> str | None:
    """The name of the dialogue that was pushed aside less than two weeks ago."""
    kept = turn.recall(_PARKED)
    if kept is None or turn.now - datetime.fromisoformat(kept["at"]) > _KEPT:
        return None
    return str(kept["dialogue"])


def remind(turn: Turn) -> None:
    """Once nothing is open any more, say one time that something was pushed aside."""
    kept = turn.recall(_PARKED)
    if turn.standing.dialogue is None and parked(turn) and not kept.get("told"):
        turn.remember(_PARKED, {**kept, "told": True})
        turn.say(_("What you had begun is kept. To go on with it, type: tiếp tục"))


def take_back(turn: Turn) -> None:
    """Stand where the parked dialogue stood; its question is asked by `ask_again`."""
    kept = turn.recall(_PARKED)
    turn.standing = replace(turn.standing, dialogue=kept["dialogue"], step=kept["step"], draft=kept["draft"])
    turn.remember(_PARKED, None)
