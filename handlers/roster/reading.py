"""From a table to entries: every row is looked at, and every fault in it is told by row number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from handlers.roster import cells
from handlers.roster.entries import Entry, Fault, Reading
from handlers.roster.tables import Row, Table, Unreadable
from handlers.roster.vocabulary import Column, Post, TeamKind, vocabulary
from storage.roster import Role

Value = TypeVar("Value")
Progress = Callable[[str, int, int], None]
"""Told the stage ("reading", "comparing", "writing"), how much is done, and of how much."""

_EVERY = 500


def read_entries(table: Table, progress: Progress | None = None) -> Reading:
    """The entries of a table. Raises Unreadable when two columns say the same, or none says the commune."""
    columns, extra = _columns(table.headers)
    places = sorted(columns.values())
    entries: list[Entry] = []
    faults: list[Fault] = []
    for done, row in enumerate(table.rows, start=1):
        if not any(row[1][place] for place in places if place < len(row[1])):
            continue  # a numbered line left empty, or a signature below the list
        reader = _RowReader(row, columns, extra)
        entry = reader.entry()
        faults += reader.faults
        if not reader.faults:
            entries.append(entry)
        if progress and done % _EVERY == 0:
            progress("reading", done, len(table.rows))
    return Reading(tuple(entries), tuple(faults), tuple(extra.values()))


def _columns(headers: tuple[str, ...]) -> tuple[dict[Column, int], dict[int, str]]:
    columns: dict[Column, int] = {}
    extra: dict[int, str] = {}
    for place, header in enumerate(map(cells.clean, headers)):
        column = vocabulary().header(header)
        if column in columns:
            raise Unreadable(f"two columns for {column}: {headers[columns[column]]!r} and {header!r}")
        if column:
            columns[column] = place
        elif header:
            extra[place] = header
    if Column.COMMUNE not in columns and Column.COMMUNE_CODE not in columns:
        raise Unreadable("no column for the commune (commune, commune_code, xã, mã xã)")
    return columns, extra


class _RowReader:
    """Reads one row and gathers what is wrong with it."""

    def __init__(self, row: Row, columns: Mapping[Column, int], extra: Mapping[int, str]) -> None:
        self.number, cells_of_row = row
        self.faults: list[Fault] = []
        self._cells = [cells.clean(cell) for cell in cells_of_row]
        self._columns, self._extra = columns, extra
        width = max([*columns.values(), *extra, -1]) + 1
        if any(self._cells[width:]):
            self._fault(None, "more cells than the header has; a comma inside a cell needs quotation marks")

    def entry(self) -> Entry:
        code, (commune, kind) = self._checked(Column.COMMUNE_CODE, cells.code), self._commune()
        if not code and not commune:
            self._fault(Column.COMMUNE, "the commune is missing")
        village, name, phone = self._words(Column.VILLAGE), self._words(Column.NAME), self._phone()
        if phone and not self._text(Column.NAME):
            self._fault(Column.NAME, "a phone without a name")
        team, club = self._team(village, person=bool(name))
        return Entry(
            row=self.number,
            commune_code=code,
            commune=commune,
            commune_kind=kind,
            village=village,
            team=team,
            club=club,
            name=name,
            phone=phone,
            post=self._post(),
            extra={header: cell for place, header in self._extra.items() if (cell := self._at(place))},
        )

    def _commune(self) -> tuple[str, str | None]:
        return vocabulary().commune(self._words(Column.COMMUNE))

    def _phone(self) -> str | None:
        return self._checked(Column.PHONE, cells.phone)

    def _team(self, village: str, *, person: bool) -> tuple[TeamKind | None, str]:
        """The team named; where none is, a person belongs to the village's, or without a village to the commune's."""
        said = self._text(Column.TEAM)
        if not said:
            return (TeamKind.VILLAGE if village else TeamKind.COMMUNE) if person else None, ""
        found = vocabulary().team(said)
        if found is None:
            self._fault(Column.TEAM, f"unknown team {said!r}: village, commune or club:<name>")
            return None, ""
        kind, club = found
        if kind is TeamKind.VILLAGE and not village:
            self._fault(Column.VILLAGE, "a village team without a village")
        if kind is not TeamKind.VILLAGE and village:
            self._fault(Column.VILLAGE, f"a team of the commune ({said}) has no village; leave the village empty")
        if len(club) > cells.LONGEST:
            self._fault(Column.TEAM, f"the club's name is longer than {cells.LONGEST} characters")
        return kind, club

    def _post(self) -> Post:
        said = self._text(Column.ROLE)
        post = vocabulary().post(said) if said else Post(Role.MEMBER)
        if post is None:
            self._fault(Column.ROLE, f"unknown role {said!r}: {', '.join(vocabulary().role_words)}")
        return post or Post(Role.MEMBER)

    def _words(self, column: Column) -> str:
        return self._checked(column, lambda text: cells.words(text, column.value)) or ""

    def _checked(self, column: Column, check: Callable[[str], Value]) -> Value | None:
        text = self._text(column)
        if not text:
            return None
        try:
            return check(text)
        except ValueError as error:
            self._fault(column, str(error))
            return None

    def _text(self, column: Column) -> str:
        return self._at(self._columns[column]) if column in self._columns else ""

    def _at(self, place: int) -> str:
        return self._cells[place] if place < len(self._cells) else ""

    def _fault(self, column: Column | None, reason: str) -> None:
        self.faults.append(Fault(self.number, column, reason))
