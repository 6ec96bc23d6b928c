"""What a turn wants written: collected as values, applied with one executemany a statement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Delete, Insert, Update
from sqlalchemy.ext.asyncio import AsyncConnection

Statement = Insert | Update | Delete


class Write(NamedTuple):
    """One row's worth of a statement. Statements are module constants of `storage`, so that equal ones are grouped."""

    statement: Statement
    values: Mapping[str, Any]


async def apply(connection: AsyncConnection, writes: Iterable[Write]) -> None:
    """Execute all writes: inserts first, then changes and removals, each kind in the order of first appearance.

    Rows that belong to each other may come in any order: foreign keys are checked at commit.
    """
    for statement, rows in grouped(writes):
        await connection.execute(statement, rows)


def grouped(writes: Iterable[Write]) -> list[tuple[Statement, list[Mapping[str, Any]]]]:
    """The writes as one executemany a statement, in the order in which they are to be executed."""
    groups: dict[int, tuple[Statement, list[Mapping[str, Any]]]] = {}
    for write in writes:
        groups.setdefault(id(write.statement), (write.statement, []))[1].append(write.values)
    return sorted(groups.values(), key=lambda group: not group[0].is_insert)
