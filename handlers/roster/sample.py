"""The sample roster of Văn Chấn: made up, plausible, and the same on every call."""

from __future__ import annotations

import csv
import random
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from handlers.roster.vocabulary import Column, TeamKind, vocabulary
from handlers.roster.writing import write_table

VILLAGE_MEMBERS, COMMUNE_MEMBERS, CLUBS, CLUB_MEMBERS = 1057, 200, 20, 90
_TEAM_SIZES, _SMALLEST, _LARGEST = (5, 6, 4, 5, 7, 5, 6, 4, 5, 8, 5), 4, 8
_NAMESAKES_EVERY = 29
_NO_PHONE_EVERY = 12
_SEAT = "04672"
"""Sơn Thịnh: one of its commune members is the admin, counted among the 200."""

Line = list[str]


def write_sample(path: Path) -> int:
    """Write the sample, CSV or XLSX by extension; returns how many rows. Raises writing.UnknownFormat, OSError."""
    return write_table(path, [column.value for column in Column], sample_rows())


def sample_rows() -> list[Line]:
    """Rows in the order of `Column`: for each commune its team, its club, its villages."""
    return list(_Sample().rows())


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads((files("handlers.roster") / "sample.toml").read_text(encoding="utf-8"))


@cache
def _communes() -> dict[str, str]:
    """Code -> name as written in the roster: plain for a commune, "Thị trấn …" for a town."""
    text = (files("handlers.roster") / "van_chan_2022.csv").read_text(encoding="utf-8")
    town = vocabulary().kind_words["town"]
    return {
        row["code"]: f"{town} {row['name']}" if row["type"] == "thị trấn" else row["name"]
        for row in csv.DictReader(text.splitlines())
    }


class _Sample:
    """Draws names in a fixed order; `random()` of a seeded generator is the same in every Python."""

    def __init__(self) -> None:
        self._random = random.Random(2022)
        self._phones = 0
        self._teams = 0
        self._sizes = iter(_village_sizes())

    def rows(self) -> Iterator[Line]:
        clubs = iter(_shares(CLUB_MEMBERS, CLUBS))
        for number, (commune, size) in enumerate(
            zip(_data()["communes"], _shares(COMMUNE_MEMBERS, len(_communes())), strict=True)
        ):
            place = [commune["code"], _communes()[commune["code"]]]
            peoples = commune["people"]
            yield from self._team([*place, "", TeamKind.COMMUNE.value], _commune_roles(commune["code"], size), peoples)
            if number < CLUBS:
                yield from self._team([*place, "", self._club(number, place[1])], _club_roles(next(clubs)), peoples)
            for village in commune["villages"]:
                if village in commune.get("without_team", ()):
                    yield [*place, village, "", "", "", ""]
                else:
                    yield from self._village([*place, village, TeamKind.VILLAGE.value], peoples)

    def _club(self, number: int, commune: str) -> str:
        patterns = _data()["clubs"]["names"]
        return (
            f"{TeamKind.CLUB.value}:{patterns[number % len(patterns)].format(commune=vocabulary().commune(commune)[0])}"
        )

    def _village(self, place: Line, peoples: Sequence[str]) -> Iterator[Line]:
        """A village team; in some of them two people have one name, and in half of those neither has a phone."""
        self._teams += 1
        members = list(self._team(place, _village_roles(next(self._sizes)), peoples))
        if self._teams % _NAMESAKES_EVERY == 0:
            members[-1][4] = members[-2][4]
            if self._teams % (2 * _NAMESAKES_EVERY) == 0:
                members[-1][5] = members[-2][5] = ""
        yield from members

    def _team(self, place: Line, roles: Sequence[str], peoples: Sequence[str]) -> Iterator[Line]:
        taken: set[str] = set()
        for role in roles:
            name = self._name(peoples)
            while name in taken:
                name = self._name(peoples)
            taken.add(name)
            phone = self._phone()
            everybody_has_one = role != "member" or place[3] != TeamKind.VILLAGE
            yield [*place, name, phone if everybody_has_one or self._phones % _NO_PHONE_EVERY else "", role]

    def _name(self, peoples: Sequence[str]) -> str:
        known = _data()["names"][self._one_of(peoples)]
        who = "men" if self._random.random() < 0.55 else "women"
        return f"{self._one_of(known[who])} {self._one_of(known[f'{who}_given'])}"

    def _phone(self) -> str:
        """0900 000 001 and so on: made up (README.md)."""
        self._phones += 1
        return f"0900 {self._phones // 1000:03d} {self._phones % 1000:03d}"

    def _one_of(self, choices: Sequence[str]) -> str:
        return choices[int(self._random.random() * len(choices))]


def _village_sizes() -> list[int]:
    """Between four and eight members a team, and 1,057 together."""
    teams = sum(len(commune["villages"]) - len(commune.get("without_team", ())) for commune in _data()["communes"])
    sizes = [_TEAM_SIZES[team % len(_TEAM_SIZES)] for team in range(teams)]
    step = 1 if sum(sizes) < VILLAGE_MEMBERS else -1
    for team in range(teams):
        if sum(sizes) == VILLAGE_MEMBERS:
            break
        if _SMALLEST <= sizes[team] + step <= _LARGEST:
            sizes[team] += step
    return sizes


def _shares(total: int, among: int) -> list[int]:
    """As even as whole numbers allow, the larger shares first."""
    return [total // among + (number < total % among) for number in range(among)]


def _commune_roles(code: str, size: int) -> list[str]:
    first = ["commune_lead", "admin", "leader"] if code == _SEAT else ["commune_lead", "leader"]
    return [*first, "tổ phó", *["member"] * (size - len(first) - 1)]


def _village_roles(size: int) -> list[str]:
    deputies = ["tổ phó"] if size >= 6 else []
    return ["leader", *deputies, *["member"] * (size - 1 - len(deputies))]


def _club_roles(size: int) -> list[str]:
    return ["leader", *["member"] * (size - 1)]
