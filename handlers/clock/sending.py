"""May a message go to somebody now? One function decides for everything that is unprompted."""

from __future__ import annotations

from datetime import datetime

from storage.known import Door, Person


def may_send_at(when: datetime, door: Door | None = None, person: Person | None = None) -> datetime | None:
    """The first moment at or after `when` at which an unprompted message may go; None: not at all.

    Never to somebody who said "dừng nhắn tin", nor to a door that refuses us. Lateness counts from the time given.
    """
    return None if why_not(door, person) else when


def why_not(door: Door | None = None, person: Person | None = None) -> str:
    """Why nothing unprompted goes there, in the operator's words; empty where it may."""
    if person is not None and person.stopped:
        return "stopped"
    if door is not None and door.state != "open":
        return door.state
    return ""
