"""What the columns, teams and roles of a roster are called: read once from `locales/roster.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import TypeVar

from storage import names
from storage.roster import Role

Meaning = TypeVar("Meaning")


class Column(StrEnum):
    """The columns of contract.md, in the order in which they are written."""

    COMMUNE_CODE = "commune_code"
    COMMUNE = "commune"
    VILLAGE = "village"
    TEAM = "team"
    NAME = "name"
    PHONE = "phone"
    ROLE = "role"


class TeamKind(StrEnum):
    VILLAGE = "village"
    COMMUNE = "commune"
    CLUB = "club"


@dataclass(frozen=True, slots=True)
class Post:
    """What somebody is in a team: the role, and the finer word for it if there is one."""

    role: Role
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Folded words and what they stand for."""

    headers: Mapping[str, Column]
    teams: Mapping[str, TeamKind]
    posts: Mapping[str, Post]
    kinds: Mapping[str, str]
    kind_words: Mapping[str, str]
    """How a kind of commune is written before a name; plain communes go without."""
    role_words: tuple[str, ...]
    """One word for each post, for a hint."""

    def header(self, text: str) -> Column | None:
        return self.headers.get(names.fold(text))

    def post(self, text: str) -> Post | None:
        return self.posts.get(names.fold(text))

    def team(self, text: str) -> tuple[TeamKind, str] | None:
        """The team a cell names; for a club its name too ("club:Trường THCS", "CLB Trường THCS")."""
        head, colon, rest = text.partition(":")
        kind = self.teams.get(names.fold(head))
        if kind is TeamKind.CLUB:
            return (kind, names.clean(rest)) if names.fold(rest) else None
        if kind and not colon:
            return kind, ""
        return self._club_said_in_words(text)

    def _club_said_in_words(self, text: str) -> tuple[TeamKind, str] | None:
        for word, kind in self.teams.items():
            if kind is TeamKind.CLUB and names.fold(text).startswith(f"{word} "):
                return kind, names.clean(" ".join(text.split()[len(word.split()) :]).lstrip(" :-"))
        return None

    def commune(self, text: str) -> tuple[str, str | None]:
        """The bare name and the kind said before it: "Thị trấn Sơn Thịnh" -> ("Sơn Thịnh", "town")."""
        words = text.split()
        for length in (2, 1):
            kind = self.kinds.get(names.key(" ".join(words[:length])))
            if kind and len(words) > length:
                return " ".join(words[length:]), kind
        return text, None


@cache
def vocabulary() -> Vocabulary:
    """Raises ValueError when one word has two meanings."""
    data = tomllib.loads((files("locales") / "roster.toml").read_text(encoding="utf-8"))
    posts = [(Post(Role(entry["role"]), entry.get("title")), entry["words"]) for entry in data["roles"]]
    return Vocabulary(
        headers=_by_word((Column(column), words) for column, words in data["headers"].items()),
        teams=_by_word((TeamKind(kind), words) for kind, words in data["teams"].items()),
        posts=_by_word(posts),
        kinds={names.key(word): kind for kind, words in data["kinds"].items() for word in words},
        kind_words={kind: words[0].capitalize() for kind, words in data["kinds"].items() if kind != "commune"},
        role_words=tuple(words[0] for _post, words in posts),
    )


def _by_word(entries: Iterable[tuple[Meaning, Iterable[str]]]) -> dict[str, Meaning]:
    found: dict[str, Meaning] = {}
    for meaning, words in entries:
        for word in map(names.fold, words):
            if found.setdefault(word, meaning) != meaning:
                raise ValueError(f"{word!r} means both {found[word]} and {meaning}")
    return found
