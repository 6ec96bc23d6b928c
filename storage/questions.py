"""What a turn wants to know beyond its standing facts, asked for many turns at once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, Generic, Self, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

Answer = TypeVar("Answer")


class Question(ABC, Generic[Answer]):
    """A question asked of the data. Subclasses are frozen dataclasses beside their tables.

    Turns of one batch ask together: `answer` gets all questions of one kind and takes as few statements as it can.
    """

    @classmethod
    @abstractmethod
    async def answer(cls, connection: AsyncConnection, questions: Sequence[Self]) -> Sequence[Answer]:
        """One answer for each question, in their order."""


async def answer_all(connection: AsyncConnection, questions: Sequence[Question[Any]]) -> list[Any]:
    """Answers in the order of the questions, with one call a kind."""
    answers: list[Any] = [None] * len(questions)
    by_kind: dict[type[Question[Any]], list[int]] = {}
    for place, question in enumerate(questions):
        by_kind.setdefault(type(question), []).append(place)
    for kind, places in by_kind.items():
        found = await kind.answer(connection, [questions[place] for place in places])
        for place, answer in zip(places, found, strict=True):
            answers[place] = answer
    return answers
