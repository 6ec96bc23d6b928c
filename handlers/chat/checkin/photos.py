"""Pictures beside a check-in: kept until one claims them, within half an hour."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime, timedelta

from handlers.turn import Turn
from storage import media
from storage.schema import new_id

NEAR = timedelta(minutes=30)
"""Pictures and check-ins this close to each other belong together (voice.md §1)."""

_WAITING = "pictures"


def keep(turn: Turn, checkin_id: int | None = None) -> list[int]:
    """Note the pictures of this event, to be fetched; returns their ids."""
    assert turn.person is not None
    kept = []
    for picture in turn.incoming.pictures:
        media_id = new_id()
        source = json.dumps(asdict(picture))
        turn.write(
            media.sent(media_id, turn.person.id, turn.incoming.account_id, source, turn.now, checkin_id=checkin_id)
        )
        kept.append(media_id)
    return kept


def wait(turn: Turn, kept: list[int]) -> None:
    """Let pictures wait for the next check-in."""
    turn.remember(_WAITING, [turn.now.isoformat(), [*waiting(turn), *kept]])


def waiting(turn: Turn) -> list[int]:
    """The pictures that wait, if the last of them came within half an hour."""
    since, kept = turn.recall(_WAITING, ("", []))
    if not kept or turn.now - datetime.fromisoformat(since) > NEAR:
        return []
    return list(kept)


def take_waiting(turn: Turn, checkin_id: int) -> int:
    """Give the pictures of this event, and those that wait, to a check-in; returns how many."""
    kept = waiting(turn)
    turn.write(*(media.attached(media_id, checkin_id) for media_id in kept))
    if turn.recall(_WAITING) is not None:
        turn.remember(_WAITING, None)
    return len(kept) + len(keep(turn, checkin_id))
