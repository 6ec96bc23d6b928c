"""A write statement as the driver wants it: its SQL, and what becomes of each value on the way there.

Core works this out anew for every row of an executemany, which costs three times what SQLite does with the row. Our
writes are module constants, so it is worked out once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import Date, Dialect

from storage.schema import Moment
from storage.writing import Statement

_Processor = Callable[[Any], Any]


class Prepared:
    """One statement for rows with the same keys."""

    def __init__(self, statement: Statement, keys: Iterable[str], dialect: Dialect) -> None:
        given = list(keys)
        compiled = statement.compile(dialect=dialect, column_keys=given)
        whole = compiled.construct_expanded_state(dict.fromkeys(given), escape_names=False)
        of = {one: name for name, several in whole.parameter_expansion.items() for one in several}  # IN (?, ?)
        self.sql = whole.statement
        self._values = [
            (name, whole.parameters[name], _processor(compiled.binds[of.get(name, name)].type, dialect))
            for name in whole.positiontup or ()
        ]

    def rows(self, given: Iterable[Mapping[str, Any]]) -> list[list[Any]]:
        """The values of each row in the statement's order; what a row does not give is the statement's own."""
        return [
            [
                processor(row.get(name, own)) if processor is not None else row.get(name, own)
                for name, own, processor in self._values
            ]
            for row in given
        ]


def _processor(kind: Any, dialect: Dialect) -> _Processor | None:
    processor: _Processor | None = kind.dialect_impl(dialect).bind_processor(dialect)
    if processor is not None and isinstance(kind, Moment | Date):
        return lru_cache(maxsize=64)(processor)  # the rows of a batch share few times, and writing one is slow
    return processor
