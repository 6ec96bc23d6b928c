"""The form that a new database starts with."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from storage.forms import Field, Label


def default_fields() -> tuple[Field, ...]:
    """The fields of locales/form.toml, in their order."""
    table = tomllib.loads((files("locales") / "form.toml").read_text("utf-8"))
    return tuple(
        Field(
            code=row["code"],
            asks_above=row["asks_above"],
            asked=row["asked"],
            labels={language: Label(**row[language]) for language in ("vi", "en")},
        )
        for row in table["field"]
    )
