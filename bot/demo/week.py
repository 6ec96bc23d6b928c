"""One week of the sample district: who says what and when. Drawn once, the same on every call."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from bot.demo.life import Life
from bot.demo.people import Villager

SHARE = 0.6
"""How many of the members check in during the week."""


@cache
def phrases() -> dict[str, Any]:
    """How people write."""
    return tomllib.loads((files("locales") / "vi" / "demo.toml").read_text("utf-8"))


def plan(life: Life, members: Sequence[Villager], monday: datetime, chance: random.Random) -> None:
    """Plan a week of members: about 60% report, in the ways people do; some ask, some only chat."""
    for who in members:
        at = _some_time(monday, chance)
        if chance.random() < SHARE:
            _reports(life, who, at, chance)
        elif chance.random() < 0.25:
            life.says(who, chance.choice(phrases()["chatter"]), at)
        if chance.random() < 0.12:
            life.says(who, chance.choice(phrases()["lessons"]), at + timedelta(hours=1))
        if chance.random() < 0.01:
            life.says(who, chance.choice(phrases()["questions"]), at + timedelta(hours=2))
        if chance.random() < 0.01:
            life.says(who, chance.choice(phrases()["difficulties"]), at + timedelta(hours=3))


def bind_groups(life: Life, leads: Sequence[Villager], at: datetime) -> dict[int, str]:
    """Each lead binds the group of the commune; returns the chats by commune."""
    groups = {}
    for lead in leads:
        chat = f"g{lead.rostered.commune_id}"
        groups[lead.rostered.commune_id] = chat
        life.says(lead, phrases()["group_bind"], at, group=chat)
    return groups


def _reports(life: Life, who: Villager, at: datetime, chance: random.Random) -> None:
    draw = chance.random()
    if draw < 0.05:
        life.says(who, chance.choice(phrases()["nothing"]), at)
    elif draw < 0.15:
        _guided(life, who, at, chance)
    elif draw < 0.20:
        life.says(who, _filled(chance.choice(phrases()["late"]), chance), at)
    else:
        text = _filled(chance.choice(phrases()["one_line"]), chance)
        patchy = timedelta(hours=chance.randint(1, 9)) if chance.random() < 0.08 else timedelta(0)
        twice = timedelta(minutes=chance.randint(1, 30)) if chance.random() < 0.05 else None
        life.says(who, text, at, late=patchy, twice=twice)
        if "vneid" in text.lower() and chance.random() < 0.08:
            mended = _filled(chance.choice(phrases()["wrong_then_right"]), chance)
            life.says(who, mended, at + patchy + timedelta(minutes=40))
    if chance.random() < 0.15:
        later = at + timedelta(hours=chance.randint(20, 40))
        life.says(who, _filled(chance.choice(phrases()["one_line"]), chance), later)


def _guided(life: Life, who: Villager, at: datetime, chance: random.Random) -> None:
    answers = [chance.choice(phrases()["guided_open"]), "4 6", str(chance.randint(1, 6)), str(chance.randint(1, 4))]
    for minute, text in enumerate(answers):
        life.says(who, text, at + timedelta(minutes=21 * minute))


def _filled(phrase: str, chance: random.Random) -> str:
    return phrase.format(a=chance.randint(1, 7), b=chance.randint(1, 5), n=chance.randint(8, 45))


def _some_time(monday: datetime, chance: random.Random) -> datetime:
    """Most write in the evening, some at noon; the week-end counts."""
    day = chance.choices(range(7), weights=(12, 12, 14, 18, 22, 12, 10))[0]
    hour = chance.choices((7, 11, 12, 17, 18, 19, 20, 21), weights=(8, 8, 10, 12, 18, 24, 14, 6))[0]
    if day == 0:
        hour = max(hour, 11)  # the door opens on Monday morning
    return monday + timedelta(days=day, hours=hour, minutes=chance.randint(0, 59), seconds=chance.randint(0, 59))
