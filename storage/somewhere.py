"""A question that is asked of some places or of all, built once for both: putting a statement together costs a report
more than the database takes to answer it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select

from storage.among import among
from storage.engine import Connection


class Somewhere:
    """A statement without its places. `column` holds the place of a row; the statement's own values are bound by
    name. `here`: the form for some places, where it is another one than the same with a condition on the column."""

    def __init__(self, everywhere: Any, column: ColumnElement[Any], here: Any = None) -> None:
        self._everywhere = everywhere
        self._here = at(everywhere, column) if here is None else here

    async def rows(self, connection: Connection, units: Sequence[int] | None, **values: Any) -> Sequence[Row[Any]]:
        """The rows of these places; of all where none are named."""
        if units is None:
            return (await connection.execute(self._everywhere, values)).all()
        return (await connection.execute(self._here, {**values, "b_units": units})).all()


def at(query: Select[Any], column: ColumnElement[Any]) -> Select[Any]:
    """The query for places given as `b_units` when it is executed."""
    return query.where(among(column, "b_units"))
