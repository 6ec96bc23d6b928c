"""A newcomer: consent first, then who they are and where they serve."""

from __future__ import annotations

from handlers.turn import Thinking, Turn


def received(turn: Turn) -> Thinking[None]:
    """Handle any message of somebody who is not enrolled."""
    return
    yield
