"""Short dialogues as plain text: who says what, what must be heard, and what is counted afterwards.

"An: vneid 3"   An says it.            "= Đã ghi"      these words are heard.     "! Cộng"   these are not.
"~ 13h"         so much later.         "kept: dvc 2"   what counts, all in all.   "rows: 3"  entries ever written.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import insert

from storage.checkins import checkin_values, checkins, replacements
from storage.people import memberships, persons
from storage.schema import new_id
from tests.town import Speaker, Town

_LINE = re.compile(r"(=|!|~|kept:|rows:|[^\W\d_]+:) ?(.*)")


@dataclass(frozen=True)
class Script:
    name: str
    lines: tuple[str, ...]


def scripts(file: Path) -> list[Script]:
    """All dialogues of a file, each under its title."""
    blocks = [block.strip().splitlines() for block in file.read_text("utf-8").split("\n\n")]
    return [Script(block[0].removeprefix("# "), tuple(block[1:])) for block in blocks if block]


async def people_of(town: Town) -> dict[str, Speaker]:
    """Those who speak in the dialogues."""
    people = {
        "An": await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh"),
        "Hoa": await town.person("Hà Thị Hoa", "Tú Lệ/Bản Lềnh"),
        "Ba": await town.person("Vàng A Ba", "Tú Lệ/Bản Lềnh"),
        "Hà": await town.person("Lê Thu Hà", "Tú Lệ", "commune_lead"),
        "Minh": await town.person("Trần Minh", "", "admin"),
    }
    other = await town.place("Tú Lệ/Nậm Cưởm")
    ba = people["Ba"].person_id
    async with town.database.write() as connection:
        for name, form in (("Hoa", "chị"), ("Minh", "anh")):
            await connection.execute(
                persons.update().where(persons.c.id == people[name].person_id).values(address_form=form)
            )
        row = {"id": new_id(), "person_id": ba, "unit_id": other, "team_id": town.teams["Tú Lệ/Nậm Cưởm"]}
        await connection.execute(insert(memberships), [{**row, "role": "member", "valid_from": town.now.date()}])
    return people


async def play(town: Town, script: Script) -> None:
    """Live a dialogue; nothing that was ever written may change on the way."""
    people, heard = await people_of(town), ""
    before: set[tuple[object, ...]] = set()
    for line in script.lines:
        found = _LINE.fullmatch(line)
        assert found, f"{script.name}: {line}"
        mark, words = found.groups()
        if mark == "=":
            assert words in heard, f"{line}\nheard: {heard}"
        elif mark == "!":
            assert words not in heard, f"{line}\nheard: {heard}"
        elif mark == "~":
            town.later(hours=float(words.removesuffix("h")))
        elif mark == "kept:":
            assert await counted(town) == _numbers(words), f"{line}\nheard: {heard}"
        elif mark == "rows:":
            assert len(await town.rows(checkins)) == int(words)
        else:
            await people[mark[:-1]].says(words)
            heard = shown(people[mark[:-1]])
            after = await written(town)
            assert before <= after, "an entry was changed or lost"
            before = after


def shown(speaker: Speaker) -> str:
    """What was heard last, choices as numbered lines."""
    return "\n".join("\n".join((one.text, *(f"{key}. {label}" for key, label in one.choices))) for one in speaker.last)


async def written(town: Town) -> set[tuple[object, ...]]:
    """Every row about check-ins."""
    return {tuple(row) for table in (checkins, checkin_values, replacements) for row in await town.rows(table)}


async def counted(town: Town) -> Counter[str]:
    """The numbers of all entries in force, and how many say "nothing"."""
    gone = {row.replaced_id for row in await town.rows(replacements)}
    sums: Counter[str] = Counter()
    for entry in await town.rows(checkins):
        if entry.kind == "nothing" and entry.id not in gone:
            sums["nothing"] += 1
    for value in await town.rows(checkin_values):
        if value.checkin_id not in gone:
            sums[value.code] += value.number
    return sums


def _numbers(words: str) -> Counter[str]:
    pairs = (pair.split() for pair in words.split(",") if pair.strip())
    return Counter({code: int(number) for code, number in pairs})
