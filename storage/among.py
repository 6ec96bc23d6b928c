"""`among(column, "b_ids")`: whether a column holds one of many ids, given as one value however many they are.

Core writes `IN` anew for every number of values, which costs more than SQLite's work with them; with one value a
question is a constant, built and planned as what it is.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Dialect, String, bindparam, types
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _Many(types.TypeDecorator[Collection[Any]]):
    """Values of one kind as one: an array on PostgreSQL, JSON on SQLite."""

    impl = String
    cache_ok = True

    def __init__(self, kind: type[types.TypeEngine[Any]] = BigInteger) -> None:
        super().__init__()
        self.kind = kind

    def load_dialect_impl(self, dialect: Dialect) -> types.TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(self.kind()) if dialect.name == "postgresql" else String())

    def process_bind_param(self, value: Collection[Any] | None, dialect: Dialect) -> Any:
        return list(value or ()) if dialect.name == "postgresql" else json.dumps(list(value or ()))


class _Among(FunctionElement[bool]):
    """IN, without the list. Of no type: SQLite would be asked whether a boolean equals 1, and forget its index."""

    inherit_cache = True
    name = "among"


@compiles(_Among)  # SQLite, and whoever prints a statement
def _in_json(element: _Among, compiler: SQLCompiler, **given: Any) -> str:
    column, values = element.clauses
    return f"{compiler.process(column, **given)} IN (SELECT value FROM json_each({compiler.process(values, **given)}))"


@compiles(_Among, "postgresql")
def _any_of_array(element: _Among, compiler: SQLCompiler, **given: Any) -> str:
    column, values = element.clauses
    return f"{compiler.process(column, **given)} = ANY({compiler.process(values, **given)})"


def among(column: Any, name: str, kind: type[types.TypeEngine[Any]] = BigInteger) -> ColumnElement[bool]:
    """A condition on a column (of ids, or of `kind`) whose values are given under a name when it is executed."""
    return _Among(column, bindparam(name, type_=_Many(kind)))
