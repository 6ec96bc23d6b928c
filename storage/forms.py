"""Forms are data: a version has fields, labels per language; the default form is voice.md §2."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
    func,
    insert,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import key, metadata, new_id, refers

form_versions = Table(
    "form_versions",
    metadata,
    key(),
    Column("form", String(40), nullable=False),
    Column("version", Integer, nullable=False),
    Column("valid_from", Date, nullable=False),
    UniqueConstraint("form", "version"),
)

form_fields = Table(
    "form_fields",
    metadata,
    refers("form_version_id", "form_versions"),
    Column("code", String(16), nullable=False),
    Column("position", Integer, nullable=False),
    Column("asks_above", Integer, nullable=False),
    Column("asked", Boolean, nullable=False),
    PrimaryKeyConstraint("form_version_id", "code"),
)
"""`asked`: offered in the guided check-in and shown on the card; the others are understood when typed."""

form_labels = Table(
    "form_labels",
    metadata,
    refers("form_version_id", "form_versions"),
    Column("code", String(16), nullable=False),
    Column("language", String(8), nullable=False),
    Column("label", String(100), nullable=False),
    Column("short", String(40), nullable=False),
    Column("counted_in", String(20), nullable=False),
    PrimaryKeyConstraint("form_version_id", "code", "language"),
)


@dataclass(frozen=True, slots=True)
class Label:
    """How a field is named: in full on the card, short in a receipt, and what it counts (người, lượt)."""

    full: str
    short: str
    counted_in: str


@dataclass(frozen=True, slots=True)
class Field:
    """One indicator. More than `asks_above` of it in a day is asked once more."""

    code: str
    asks_above: int
    asked: bool
    labels: Mapping[str, Label]

    def label(self, language: str) -> Label:
        return self.labels.get(language) or self.labels["vi"]


@dataclass(frozen=True, slots=True)
class Form:
    """A version of the form, its fields in order."""

    version_id: int
    fields: tuple[Field, ...]
    by_code: Mapping[str, Field] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_code", {one.code: one for one in self.fields})

    def field(self, code: str) -> Field:
        """Raises KeyError for a code that this version lacks."""
        return self.by_code[code]

    def asked(self) -> tuple[Field, ...]:
        """The fields offered in the guided check-in."""
        return tuple(one for one in self.fields if one.asked)


async def current(connection: AsyncConnection, today: date) -> Form:
    """The form in force on a day. Raises LookupError where none was ever kept (`keep` the default first)."""
    version = (
        await connection.execute(
            select(form_versions.c.id)
            .where(form_versions.c.valid_from <= today)
            .order_by(form_versions.c.version.desc())
            .limit(1)
        )
    ).scalar_one_or_none()
    if version is None:
        raise LookupError("no form is in force")
    labels: dict[str, dict[str, Label]] = {}
    for row in await connection.execute(select(form_labels).where(form_labels.c.form_version_id == version)):
        labels.setdefault(row.code, {})[row.language] = Label(row.label, row.short, row.counted_in)
    rows = await connection.execute(
        select(form_fields).where(form_fields.c.form_version_id == version).order_by(form_fields.c.position)
    )
    return Form(version, tuple(Field(row.code, row.asks_above, row.asked, labels[row.code]) for row in rows))


async def keep(connection: AsyncConnection, fields: Sequence[Field], valid_from: date, form: str = "checkin") -> int:
    """Keep a new version of the form; returns its id."""
    last = (
        await connection.execute(select(func.max(form_versions.c.version)).where(form_versions.c.form == form))
    ).scalar_one()
    version_id = new_id()
    await connection.execute(
        insert(form_versions), [{"id": version_id, "form": form, "version": (last or 0) + 1, "valid_from": valid_from}]
    )
    await connection.execute(
        insert(form_fields),
        [
            {
                "form_version_id": version_id,
                "code": one.code,
                "position": position,
                "asks_above": one.asks_above,
                "asked": one.asked,
            }
            for position, one in enumerate(fields)
        ],
    )
    await connection.execute(
        insert(form_labels),
        [
            {
                "form_version_id": version_id,
                "code": one.code,
                "language": language,
                "label": label.full,
                "short": label.short,
                "counted_in": label.counted_in,
            }
            for one in fields
            for language, label in one.labels.items()
        ],
    )
    return version_id
