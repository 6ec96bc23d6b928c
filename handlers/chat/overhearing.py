"""Where a messenger brings us every word of a group, its members are told so, once."""

from __future__ import annotations

from datetime import UTC, datetime

from handlers.turn import Thinking, Turn, ask
from locales import _
from storage.groups import OVERHEARD, OwedLately
from storage.outbox import Lane

_EVER = datetime(2020, 1, 1, tzinfo=UTC)


def told_once(turn: Turn) -> Thinking[None]:
    """Say it in this group, unless it was said before."""
    if not turn.incoming.overheard:
        return
    if (yield from ask(OwedLately(turn.door.id, OVERHEARD, _EVER))):
        return
    text = _(
        "In this group Zalo sends me every message. I keep only the work you report and what is said to me; all else I "
        "drop at once and keep nowhere."
    )
    turn.tell(turn.door, text, kind=OVERHEARD, lane=Lane.REPLY)
