"""What the people of the district say in a week: the demo's habits, each with what its speaker means by it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.demo.week import phrases
from tests.torture.district import District, Person

WRITES, AGAIN, NUMBERED = 0.5, 0.25, 0.6
"""Members who send news in a week; those who do so again; news with a number of its own, by which it is known."""
CORRECTED, WITHDRAWN, YESTERDAY, NOTHING = 0.10, 0.05, 0.08, 0.04
LESSON, ASKS, CHATS, AWAY = 0.10, 0.01, 0.05, 0.01
PAUSED = 0.04
"""Leads who pause their commune for a few days, in a week."""
MEANS: Mapping[str, tuple[str, str]] = {
    "vneid {a} dvc {b}": ("vneid", "dvc"),
    "vneid {a}, dvc {b} ạ": ("vneid", "dvc"),
    "Giúp {a} hộ cài VNeID, {b} hồ sơ dvc": ("vneid", "dvc"),
    "vn id {a} dich vu cong {b}": ("vneid", "dvc"),
    "bao cao: vneid {a}, dvc {b}": ("vneid", "dvc"),
}
"""Lines of the demo's people that nobody can misread, and the form's codes of their two numbers."""


class Act(StrEnum):
    """What a saying does to the numbers."""

    NUMBERED = "numbered"
    REPORT = "report"
    NOTHING = "nothing"
    CORRECT = "correct"
    WITHDRAW = "withdraw"
    RESTORE = "restore"
    TALK = "talk"
    """Nothing."""


@dataclass(frozen=True, slots=True)
class Saying:
    """Something somebody will say. `values`: what it reports or corrects; `days_ago`: of which day it speaks. `text`
    is empty for a numbered check-in, whose words are made with its number."""

    at: datetime
    who: Person
    act: Act
    text: str = ""
    values: Mapping[str, int] = field(default_factory=dict)
    days_ago: int = 0

    def day(self, written: date) -> date:
        return written - timedelta(days=self.days_ago)


def week(district: District, monday: datetime, dice: random.Random) -> list[Saying]:
    """What everybody says of their own accord in the week of a Monday (its first instant)."""
    said = [one for who in district.members for one in _of_member(who, monday, dice)]
    said += [one for who in district.leads for one in _of_lead(who, monday, dice)]
    letter = f"thông báo Mời các tổ họp 19h30 thứ Năm, tuần từ {monday:%d/%m}."
    begins = monday + timedelta(days=2, hours=9)
    lines = (letter, "1", "1", "1")
    said += [
        Saying(begins + timedelta(minutes=2 * number), district.admin, Act.TALK, words)
        for number, words in enumerate(lines)
    ]
    return said


def _of_member(who: Person, monday: datetime, dice: random.Random) -> Iterator[Saying]:
    days = dice.sample(range(7), 3)
    if dice.random() < WRITES:
        yield from _news(who, _some_time(monday, days[0], dice), dice)
        if dice.random() < AGAIN:
            yield from _news(who, _some_time(monday, days[1], dice), dice)
    elif dice.random() < NOTHING / (1 - WRITES):
        yield Saying(_some_time(monday, days[0], dice), who, Act.NOTHING, dice.choice(phrases()["nothing"]))
    talks: dict[str, tuple[float, Callable[[], str]]] = {
        "lesson": (LESSON, lambda: dice.choice(phrases()["lessons"])),
        "question": (ASKS, lambda: dice.choice(phrases()["questions"] + phrases()["difficulties"])),
        "chatter": (CHATS, lambda: dice.choice(phrases()["chatter"])),
        "leave": (AWAY, lambda: f"nghỉ {dice.randint(2, 9)} ngày"),
    }
    for share, words in talks.values():
        if dice.random() < share:
            yield Saying(_some_time(monday, days[2], dice), who, Act.TALK, words())


def _news(who: Person, at: datetime, dice: random.Random) -> Iterator[Saying]:
    draw = dice.random()
    if draw < NUMBERED:
        yield Saying(at, who, Act.NUMBERED)
    elif draw < NUMBERED + YESTERDAY:
        number = dice.randint(1, 7)
        yield Saying(at, who, Act.REPORT, f"hôm qua vneid {number}", {"vneid": number}, days_ago=1)
    else:
        yield _line(who, at, dice)
        if draw < NUMBERED + YESTERDAY + CORRECTED:
            number = dice.randint(8, 12)
            later = at + timedelta(minutes=dice.randint(20, 100))
            yield Saying(later, who, Act.CORRECT, f"sửa vneid {number}", {"vneid": number})
        elif draw < NUMBERED + YESTERDAY + CORRECTED + WITHDRAWN:
            later = at + timedelta(minutes=dice.randint(20, 100))
            yield Saying(later, who, Act.WITHDRAW, "bỏ")
            if dice.random() < 0.5:
                yield Saying(later + timedelta(minutes=15), who, Act.RESTORE, "lấy lại")


def _line(who: Person, at: datetime, dice: random.Random) -> Saying:
    phrase = dice.choice(list(MEANS))
    one, other = dice.randint(1, 7), dice.randint(1, 5)
    values = dict(zip(MEANS[phrase], (one, other), strict=True))
    return Saying(at, who, Act.REPORT, phrase.format(a=one, b=other), values)


def _of_lead(who: Person, monday: datetime, dice: random.Random) -> Iterator[Saying]:
    yield Saying(monday + timedelta(days=1, hours=9, minutes=dice.randint(0, 50)), who, Act.TALK, "báo cáo")
    yield Saying(monday + timedelta(days=4, hours=16, minutes=dice.randint(0, 50)), who, Act.TALK, "chưa làm")
    if dice.random() < PAUSED:
        yield Saying(monday + timedelta(days=3, hours=10), who, Act.TALK, "tạm dừng nhắc 3 ngày")


def _some_time(monday: datetime, day: int, dice: random.Random) -> datetime:
    """Most write in the evening, some at noon."""
    hour = dice.choices((7, 11, 12, 17, 18, 19, 20, 21), weights=(8, 8, 10, 12, 18, 24, 14, 6))[0]
    return monday + timedelta(days=day, hours=hour, minutes=dice.randint(0, 39), seconds=dice.randint(0, 59))
