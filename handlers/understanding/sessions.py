"""A session and what it was about: in "1 buổi hướng dẫn vneid cho 40 người" the indicator is only a topic."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.understanding import neighbours
from handlers.understanding.fold import key
from handlers.understanding.item import Item, Role
from handlers.understanding.pairs import COUNTING

_LISTENERS = "antoan"
"""Its unit is people who listened, so a number of people beside it is its own."""
_HEARD = [Role.NUMBER, Role.UNIT, Role.INDICATOR, Role.NUMBER, Role.UNIT]


def without_topic(line: Sequence[Item], text: str) -> Sequence[Item]:
    """The items of a line without what a session was for."""
    indicators = {item.code for item in line if item.role is Role.INDICATOR}
    if indicators == {"tt?"} and any(item.code == "buoi" for item in line):
        return [item for item in line if item.code != "tt?"]
    if _was_taught(line, text):
        return [item for item in line if item.role is not Role.INDICATOR]
    return line


def _was_taught(line: Sequence[Item], text: str) -> bool:
    """ "1 buổi hướng dẫn vneid cho 40 người": forty were taught; how many have it now was not said."""
    parts = [item for item in line if item.role in COUNTING]
    if [item.role for item in parts] != _HEARD:
        return False
    _, session, topic, _, people = parts
    if session.code != "buoi" or people.code != "nguoi" or topic.code == _LISTENERS:
        return False
    lead = _words(text[session.start : topic.start])
    taught = any(" ".join(lead[-length:]) in neighbours.teaching() for length in (1, 2, 3))
    return taught and not neighbours.deeds().intersection(_words(text))


def _words(text: str) -> list[str]:
    return [key(word) for word in text.replace(",", " ").split()]
