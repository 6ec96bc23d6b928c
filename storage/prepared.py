"""A write statement as the driver wants it: its SQL, and what becomes of each value on the way there.

Core works this out anew for every row of an executemany, which costs three times what SQLite does with the row. Our
writes are module constants, so it is worked out once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Dialect

from storage.writing import Statement

_Processor = Callable[[Any], Any]
_Value = tuple[str, Any, _Processor | None]


class Prepared:
    """One statement for rows with the same keys."""

    def __init__(self, statement: Statement, keys: Iterable[str], dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=list(keys))
        self.sql = str(compiled)
        self._values: list[_Value] = []
        for name in compiled.positiontup or ():
            bind, own = compiled.binds[name], compiled.params[name]
            processor = _processor(bind.type, dialect)
            if bind.expanding:
                self._spread(name, own, processor)
            else:
                self._values.append((name, own, processor))

    def _spread(self, name: str, own: Collection[Any], processor: _Processor | None) -> None:
        """A list after IN stands in the SQL as one mark, which Core puts its values into at each execution."""
        self.sql = self.sql.replace(f"__[POSTCOMPILE_{name}]", ", ".join("?" * len(own)))
        self._values += [(f"{name}_{number}", value, processor) for number, value in enumerate(own, start=1)]

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
    return processor
