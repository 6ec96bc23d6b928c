"""Which commune a row belongs to: its code and its name must agree, in the file and with what is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from handlers.roster.entries import Entry, Fault, Notice
from handlers.roster.vocabulary import Column
from storage import names
from storage.finding import Place
from storage.places import COMMUNE_KINDS

_A_SLIP = 2
"""So few rows under a new code beside the known code of that name are a slip of the pen, not a second commune."""


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune of the file. `known`: the place it is, None for a new one."""

    code: str | None
    name: str
    kind: str | None
    known: Place | None = None


class _Refused(Exception):
    def __init__(self, column: Column, reason: str) -> None:
        self.column, self.reason = column, reason


class Communes:
    """Finds the commune of each entry. Faults and notices gather as it goes."""

    def __init__(self, entries: Sequence[Entry], places: Iterable[Place]) -> None:
        self._known = [place for place in places if place.kind in COMMUNE_KINDS]
        self._known_by_code = {place.code: place for place in self._known if place.code}
        self._names = _names_by_code(entries) | {code: place.name for code, place in self._known_by_code.items()}
        self._rows = Counter(entry.commune_code for entry in entries if entry.commune_code)
        self._kinds = {
            entry.commune_code or names.fold(entry.commune): entry.commune_kind
            for entry in entries
            if entry.commune_kind
        }
        self._codes: dict[str, list[str]] = {}
        for code, name in self._names.items():
            self._codes.setdefault(names.fold(name), []).append(code)
        self._nameless = {names.fold(place.name): place for place in self._known if not place.code}
        self._told: set[str] = set()
        self.faults: list[Fault] = []
        self.notices: list[Notice] = []

    def of(self, entry: Entry) -> Commune | None:
        """The entry's commune; None after a fault."""
        try:
            return self._by_code(entry, entry.commune_code) if entry.commune_code else self._by_name(entry)
        except _Refused as refusal:
            self.faults.append(Fault(entry.row, refusal.column, refusal.reason))
            return None

    def _by_code(self, entry: Entry, code: str) -> Commune:
        name = self._names.get(code)
        if name is None:
            raise _Refused(Column.COMMUNE, f"commune {code} is not known yet; its name is missing")
        if entry.commune and names.fold(entry.commune) != names.fold(name):
            raise _Refused(Column.COMMUNE, f"code {code} is {name}, not {entry.commune}")
        known = self._known_by_code.get(code) or self._nameless.get(names.fold(name))
        others = [other for other in self._codes[names.fold(name)] if other != code]
        if known is None and others and self._is_a_slip(code, others):
            raise _Refused(Column.COMMUNE_CODE, f"{name} has the code {', '.join(others)}, not {code}")
        if known is None and others:
            self._tell_once(entry, name, f"several communes are called {name}: {', '.join(sorted([code, *others]))}")
        self._doubt_new(entry, name, known)
        return Commune(code, name, self._kinds.get(code) or self._kinds.get(names.fold(name)), known)

    def _by_name(self, entry: Entry) -> Commune:
        codes = self._codes.get(names.fold(entry.commune), [])
        if len(codes) > 1:
            listed = ", ".join(codes)
            raise _Refused(Column.COMMUNE_CODE, f"several communes are called {entry.commune}: {listed}")
        if codes:
            return self._by_code(entry, codes[0])
        known = self._nameless.get(names.fold(entry.commune))
        name = known.name if known else entry.commune
        self._doubt_new(entry, name, known)
        return Commune(None, name, self._kinds.get(names.fold(name)), known)

    def _doubt_new(self, entry: Entry, name: str, known: Place | None) -> None:
        """A commune beside those already known is taken as it stands, but told: its name may be a slip."""
        if known is None and self._known:
            self._tell_once(
                entry, f"new {names.fold(name)}", f"{name} is a new commune; until now there was none of that name"
            )

    def _is_a_slip(self, code: str, others: Sequence[str]) -> bool:
        more = any(other in self._known_by_code or self._rows[other] > self._rows[code] for other in others)
        return more and self._rows[code] <= _A_SLIP

    def _tell_once(self, entry: Entry, about: str, reason: str) -> None:
        if about not in self._told:
            self._told.add(about)
            self.notices.append(Notice(entry.row, reason))


def _names_by_code(entries: Sequence[Entry]) -> dict[str, str]:
    """The name most rows give a code; the first of equals."""
    said: dict[str, Counter[str]] = {}
    for entry in entries:
        if entry.commune_code and entry.commune:
            said.setdefault(entry.commune_code, Counter())[entry.commune] += 1
    return {code: count.most_common(1)[0][0] for code, count in said.items()}
