"""How people of the commune use the bot: what they say, what they answer, how often in a week.

A conversation is a generator: it yields what somebody types and is sent what they read.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import datetime, timedelta

from benchmarks.commune import QUIET, VILLAGES, Resident
from bot.demo.people import Villager
from bot.demo.week import phrases
from handlers.understanding.fold import fold

Talk = Generator[str, str, None]
_CHOICE = re.compile(r"^(\w+)\. (.+)$", re.MULTILINE)

WRITES, HARDLY_WRITES = 0.6, 0.08
"""Which part of the members of a village sends news in a week by themselves; and in a quiet village."""
AGAIN = 0.3
GUIDED, NOTHING, LATE = 0.10, 0.05, 0.05
"""How news is sent; the rest is one line."""
MISTAKEN = 0.08
"""Reports that are corrected afterwards."""
LESSON, ASKS, CHATS, IN_GROUP = 0.12, 0.02, 0.05, 0.05
ANSWERS_REMINDER = 0.4


@dataclass(frozen=True, slots=True)
class Planned:
    """Something somebody will say. `late`: it reaches the bot so long after it was written; `twice`: it comes twice."""

    at: datetime
    who: Resident
    kind: str
    talk: Talk
    in_group: bool = False
    late: timedelta = timedelta(0)
    twice: bool = False


# Conversations


def says(text: str) -> Talk:
    """One line; a question that comes back is answered with its first choice."""
    answer = yield text
    for _ in range(3):
        picked = first_choice(answer)
        if not picked:
            return
        answer = yield picked


def once(text: str) -> Talk:
    """One line, whatever comes back."""
    yield text


def guided(opening: str, numbers: list[int]) -> Talk:
    answer = yield opening
    answer = yield "4 6"
    for number in numbers:
        if "Đã ghi" in answer:
            return
        answer = yield str(number)


def enrols(who: Villager) -> Talk:
    answer = yield f"/start {who.code}"
    while (said := who.next_answer(answer, choices(answer))) is not None:
        answer = yield said


def asks_code(place: str, typed: Callable[[str], None]) -> Talk:
    """An officer asks for a group's code, and passes it on."""
    answer = yield f"nhóm {place}"
    if found := re.search(r"\b\d{6}\b", answer):
        typed(found[0])


def broadcasts(text: str) -> Talk:
    answer = yield text
    for _ in range(4):
        send = [key for key, label in choices(answer) if fold(label).startswith("gui")]
        if not send and not choices(answer):
            return
        answer = yield (send or [choices(answer)[0][0]])[0]


def answers_a_question(words: str) -> Talk:
    """An officer looks at what waits, and answers the first."""
    answer = yield "yêu cầu"
    for said in ("1", "1", words):
        if not choices(answer) and "hủy" not in answer:
            return
        answer = yield said


def choices(text: str) -> list[tuple[str, str]]:
    """The numbered choices at the end of a message."""
    return _CHOICE.findall(text)


def first_choice(text: str) -> str:
    """The key of the first choice where a message ends with some, and asks something."""
    last = text.rstrip().rpartition("\n")[2]
    return choices(text)[0][0] if _CHOICE.match(last) else ""


# A week


def week(people: list[Resident], monday: datetime, chance: random.Random) -> list[Planned]:
    """What everybody says of their own accord in a week."""
    planned: list[Planned] = []
    for who in people:
        if who.role in ("member", "leader"):
            planned += _of_member(who, monday, chance)
        elif who.role == "commune_lead":
            planned += _of_lead(who, monday, chance)
        else:
            planned.append(Planned(monday + timedelta(hours=9, minutes=5), who, "numbers asked", once("báo cáo")))
    return planned


def _of_member(who: Resident, monday: datetime, chance: random.Random) -> list[Planned]:
    planned: list[Planned] = []
    quiet = who.place in VILLAGES[-QUIET:]
    if chance.random() < (HARDLY_WRITES if quiet else WRITES):
        planned += _news(who, _some_time(monday, chance), chance)
        if chance.random() < AGAIN:
            planned.append(one_line(who, _some_time(monday, chance), chance))
    for kind, share, talk in (
        ("lesson", LESSON, says(chance.choice(phrases()["lessons"]))),
        ("question", ASKS, once(chance.choice(phrases()["questions"] + phrases()["difficulties"]))),
        ("small talk", CHATS, once(chance.choice(phrases()["chatter"]))),
    ):
        if chance.random() < share:
            planned.append(Planned(_some_time(monday, chance), who, kind, talk))
    return planned


def _news(who: Resident, at: datetime, chance: random.Random) -> list[Planned]:
    draw = chance.random()
    if draw < NOTHING:
        return [Planned(at, who, "nothing to report", says(chance.choice(phrases()["nothing"])))]
    if draw < NOTHING + GUIDED:
        numbers = [chance.randint(1, 6), chance.randint(1, 4)]
        return [Planned(at, who, "guided check-in", guided(chance.choice(phrases()["guided_open"]), numbers))]
    if draw < NOTHING + GUIDED + LATE:
        return [Planned(at, who, "one-line check-in", says(_filled("late", chance)))]
    told = [one_line(who, at, chance)]
    if chance.random() < MISTAKEN:
        mended = says(_filled("wrong_then_right", chance))
        told.append(Planned(at + timedelta(minutes=40), who, "correction", mended))
    return told


def one_line(who: Resident, at: datetime, chance: random.Random) -> Planned:
    """Work told in one line; now and then it comes late or twice, or is written into the village's group."""
    late = timedelta(hours=chance.randint(1, 9)) if chance.random() < 0.08 else timedelta(0)
    in_group = chance.random() < IN_GROUP
    talk = says(_filled("one_line", chance))
    return Planned(at + late, who, "one-line check-in", talk, in_group, late, chance.random() < 0.05)


def _of_lead(who: Resident, monday: datetime, chance: random.Random) -> list[Planned]:
    planned = [
        Planned(monday + timedelta(hours=8, minutes=20), who, "digest looked into", says("1")),
        Planned(monday + timedelta(days=1, hours=9), who, "request answered", answers_a_question("Bà con ra xã ạ.")),
        Planned(monday + timedelta(days=4, hours=16), who, "numbers asked", once("chưa làm")),
    ]
    if who.bot == "tule1":
        words = "thông báo Mời các tổ họp 19h30 thứ Năm ở nhà văn hóa xã"
        planned.append(Planned(monday + timedelta(days=2, hours=9), who, "broadcast", broadcasts(words)))
    return planned


def reminded(who: Resident, at: datetime, chance: random.Random) -> Planned | None:
    """What somebody answers a reminder with, if at all."""
    if chance.random() >= ANSWERS_REMINDER:
        return None
    when = at + timedelta(minutes=chance.randint(5, 80))
    if chance.random() < 0.3:
        return Planned(when, who, "nothing to report", says(chance.choice(phrases()["nothing"])))
    return Planned(when, who, "one-line check-in", says(_filled("one_line", chance)))


def _filled(kind: str, chance: random.Random) -> str:
    phrase = str(chance.choice(phrases()[kind]))
    return phrase.format(a=chance.randint(1, 7), b=chance.randint(1, 5), n=chance.randint(8, 45))


def _some_time(monday: datetime, chance: random.Random) -> datetime:
    """Most write in the evening, some at noon; the week-end counts."""
    day = chance.choices(range(7), weights=(12, 12, 14, 18, 22, 12, 10))[0]
    hour = chance.choices((7, 11, 12, 17, 18, 19, 20, 21), weights=(8, 8, 10, 12, 18, 24, 14, 6))[0]
    return monday + timedelta(days=day, hours=hour, minutes=chance.randint(0, 59), seconds=chance.randint(0, 59))
