"""What is said when something went wrong on our side and the message could not be handled."""

from __future__ import annotations

from handlers.turn import Turn
from locales import _


def sorry(turn: Turn) -> None:
    """A kind word, and the assurance that nothing is lost."""
    if not turn.incoming.group:
        turn.say(
            _("I stumbled over your last message; it is kept, but not handled. Please try once more a little later.")
        )
