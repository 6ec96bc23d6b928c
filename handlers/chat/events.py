"""What the messenger itself tells us: blocked, added to a group, removed, moved."""

from __future__ import annotations

from handlers.turn import Thinking, Turn


def happened(turn: Turn) -> Thinking[None]:
    """Handle one such event."""
    return
    yield
