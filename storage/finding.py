"""A place, and which of many somebody means by a path such as "Tú Lệ/Thôn 1"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from storage import names

_KIND_WORDS = re.compile(r"^(?:xã|xa|thị trấn|thi tran|tt|phường|phuong|thôn|thon|bản|ban)\.?\s+(?=\S)", re.IGNORECASE)
_NEAR_ENOUGH = 65


@dataclass(frozen=True, slots=True)
class Place:
    """A place as it is on a day. `kind`: site, commune, town, ward or village. `code`: the statistics office's."""

    id: int
    name: str
    kind: str
    code: str | None = None
    parent_id: int | None = None
    parent_name: str = ""
    parent_kind: str = ""

    @property
    def path(self) -> str:
        """How an operator writes it: "Tú Lệ/Thôn 1" for a village, else the name alone."""
        return f"{self.parent_name}/{self.name}" if self.kind == "village" and self.parent_name else self.name


class PlaceUnknown(LookupError):
    """No such place. `near` are places with a similar name, best first."""

    def __init__(self, wanted: str, near: Sequence[Place] = ()) -> None:
        self.wanted, self.near = wanted, tuple(near)
        hint = f"; near it: {', '.join(place.path for place in near)}" if near else ""
        super().__init__(f"There is no place {wanted!r}{hint}.")


class PlaceAmbiguous(LookupError):
    """Several places fit. `candidates` are all of them."""

    def __init__(self, wanted: str, candidates: Sequence[Place]) -> None:
        self.wanted, self.candidates = wanted, tuple(candidates)
        listed = ", ".join(f"{place.path} ({place.kind} {place.code or place.id})" for place in candidates[:10])
        more = f" and {len(candidates) - 10} more" if len(candidates) > 10 else ""
        super().__init__(f"{wanted!r} could be any of {len(candidates)} places: {listed}{more}.")


def choose(among: Sequence[Place], path: str) -> Place:
    """The one place that a path means: as spelled, else without kind words ("xã"), else without marks.

    "Tú Lệ/Thôn 1" names a village of a commune, "Thôn 1" alone is ambiguous when it is there more than once;
    "Thôn 1, Tú Lệ" is read from the small to the large, the way addresses are written.
    Raises PlaceUnknown, PlaceAmbiguous.
    """
    segments = _segments(path)
    for same in (names.key, _key_without_kind, names.fold, _fold_without_kind):
        found = _matching(among, segments, same)
        if len(found) == 1:
            return found[0]
        if found:
            raise PlaceAmbiguous(path, found)
    raise PlaceUnknown(path, _near(among, segments))


def _segments(path: str) -> list[str]:
    by_slash = [names.clean(piece) for piece in path.split("/")]
    if len(by_slash) == 1 and "," in path:
        by_slash = [names.clean(piece) for piece in reversed(path.split(","))]
    return [piece for piece in by_slash if piece]


def _matching(among: Sequence[Place], segments: Sequence[str], same: Callable[[str], str]) -> list[Place]:
    if not segments:
        return []
    *uppers, last = [same(segment) for segment in segments]
    by_id = {place.id: place for place in among}
    return [
        place
        for place in among
        if last in (same(place.name), same(_with_kind(place))) and _below_all(place, uppers, by_id, same)
    ]


def _below_all(place: Place, uppers: Sequence[str], by_id: dict[int, Place], same: Callable[[str], str]) -> bool:
    """Whether the names above, from the large to the small, are among the place's ancestors in that order."""
    wanted = list(uppers)
    above, above_id = place.parent_name, place.parent_id
    while wanted and above_id is not None:
        parent = by_id.get(above_id)
        if wanted[-1] in {same(above)} | ({same(_with_kind(parent))} if parent else set()):
            wanted.pop()
        above, above_id = (parent.parent_name, parent.parent_id) if parent else ("", None)
    return not wanted


def _with_kind(place: Place) -> str:
    word = {"commune": "xã", "town": "thị trấn", "ward": "phường", "village": "thôn"}.get(place.kind, "")
    return f"{word} {place.name}"


def _key_without_kind(text: str) -> str:
    return names.key(_KIND_WORDS.sub("", names.clean(text)))


def _fold_without_kind(text: str) -> str:
    return names.fold(_KIND_WORDS.sub("", names.clean(text)))


def _near(among: Sequence[Place], segments: Sequence[str]) -> list[Place]:
    wanted = names.fold("/".join(segments))
    paths = {place.id: names.fold(place.path if len(segments) > 1 else place.name) for place in among}
    by_id = {place.id: place for place in among}
    best = process.extract(wanted, paths, scorer=fuzz.ratio, limit=3, score_cutoff=_NEAR_ENOUGH)
    return [by_id[unit_id] for _name, _score, unit_id in best]
