"""Runs a handler that asks storage as it goes, outside the batches of turns."""

from __future__ import annotations

from typing import Any, TypeVar

from handlers.turn import Thinking
from storage.engine import Connection
from storage.questions import answer_all

Result = TypeVar("Result")


async def think(connection: Connection, thinking: Thinking[Result]) -> Result:
    """Answer its questions one by one; returns what it returns."""
    answer: Any = None
    while True:
        try:
            question = thinking.send(answer)
        except StopIteration as end:
            result: Result = end.value
            return result
        (answer,) = await answer_all(connection, [question])
