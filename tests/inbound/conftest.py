"""A town whose handlers can be made to stumble, and an eye on its journal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import bot.living
from handlers.receiving import receive
from handlers.turn import Thinking, Turn
from storage import addresses
from storage.journal import journal
from tests.town import Town


class Handlers:
    """The real handlers, except that some words make them stumble."""

    def __init__(self) -> None:
        self.lived: list[str] = []
        self.raises: set[str] = set()
        self.spoils: set[str] = set()
        self.on: Callable[[Turn], None] = lambda _turn: None

    def receive(self, turn: Turn) -> Thinking[None]:
        text = turn.incoming.text
        self.lived.append(text)
        self.on(turn)
        if text in self.raises:
            raise ZeroDivisionError("a handler stumbles")
        yield from receive(turn)
        if text in self.spoils:  # the same address twice: the database refuses the whole commit
            turn.write(addresses.opened(turn.door.id, turn.door.account_id, "twin", False, "", turn.now))


@pytest.fixture
def handlers(monkeypatch: pytest.MonkeyPatch) -> Handlers:
    made = Handlers()
    monkeypatch.setattr(bot.living, "receive", made.receive)
    return made


def event(town: Town, who: str, text: str, event_id: str = "", **more: Any) -> dict[str, Any]:
    """An event of the plain messenger."""
    return {
        "event_id": event_id or f"{who}:{text}",
        "chat": who,
        "speaker": who,
        "text": text,
        "sent_at": town.now.isoformat(),
        **more,
    }


async def states(town: Town) -> dict[str, str]:
    """Event id -> state, of the whole journal."""
    return {row.event_id: row.state for row in await town.rows(journal)}
