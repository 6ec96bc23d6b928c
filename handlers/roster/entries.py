"""What a roster says, row by row, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from handlers.roster.vocabulary import Column, Post, TeamKind


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row cannot be imported. `row` counts as a spreadsheet does, the header's row included."""

    row: int | None
    column: Column | None
    reason: str

    def __str__(self) -> str:
        where = "the file" if self.row is None else f"row {self.row}"
        return f"{where}{f', {self.column}' if self.column else ''}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something imported as it stands that an operator may want to look at."""

    row: int
    reason: str

    def __str__(self) -> str:
        return f"row {self.row}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row that can be read. Without `name` it only keeps its place (and its team, if one is named)."""

    row: int
    commune_code: str | None
    commune: str
    commune_kind: str | None
    """The kind said before the name ("Thị trấn"), None when nothing was said."""
    village: str
    team: TeamKind | None
    club: str
    name: str
    phone: str | None
    post: Post
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as it was understood. Entries are only fit to be imported when there are no faults."""

    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...]
    extra_columns: tuple[str, ...]
