"""What a message can mean. Plain values; nothing here decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class FieldHint:
    """What understanding needs to know of one field of the form in force."""

    code: str
    asks_above: int | None = None
    """A day's number above this is asked once."""
    aliases: tuple[str, ...] = ()
    """More words for it, for a field that the lexicon does not know."""


@dataclass(frozen=True, slots=True)
class Context:
    """Who speaks, where and when: all that reading a message may depend on besides its words."""

    today: date
    fields: tuple[FieldHint, ...] = ()
    """The fields of the form. None given: every indicator of the lexicon is understood."""
    own_village: str = ""
    other_villages: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    """Names of team members, so that "chị Tư" or "Sáu" are not numbers."""
    official: bool = False
    tt_means: str | None = None
    """What this person once said "tt 3" means: "tt" (payment) or "buoi" (a session)."""
    group: bool = False


class DoubtReason(StrEnum):
    """Why a line with numbers is not saved before a question has been answered."""

    NEGATION = "negation"
    FUTURE = "future"
    QUESTION = "question"
    TARGET = "target"
    RUNNING_TOTAL = "running_total"
    RATIO = "ratio"
    RANGE = "range"
    MONEY = "money"
    LEVEL = "level"
    PHONE = "phone"
    """A phone number, an identity number, a code: digits that count nothing."""
    HOUR = "hour"
    PERSON_NAME = "person_name"
    OTHER_VILLAGE = "other_village"
    POPULATION = "population"
    APPROXIMATE = "approximate"
    FRACTION = "fraction"
    """1,5 or "hai rưỡi": people come whole."""
    TWO_MEANINGS = "two_meanings"
    WHICH_DATE = "which_date"
    FUTURE_DATE = "future_date"
    DESCRIPTION = "description"
    """"khác 2" without a word about what it was."""
    INCIDENT = "incident"
    """Something that happened to people ("2 hộ bị lừa"), not work that was done."""
    OTHER_NUMBER = "other_number"
    """A number of something else: days, years of age, kilometres."""


class CommandName(StrEnum):
    """What a person can ask the bot to do."""

    START = "start"
    CHECK_IN = "check_in"
    EDIT = "edit"
    UNDO = "undo"
    RESTORE = "restore"
    JOINT = "joint"
    TUTORIAL = "tutorial"
    NEXT = "next"
    ASK = "ask"
    REPORT = "report"
    MISSING = "missing"
    TO_PASTE = "to_paste"
    REQUESTS = "requests"
    BROADCAST = "broadcast"
    GROUP = "group"
    LEAVE = "leave"
    PAUSE = "pause"
    WHO_AM_I = "who_am_i"
    LANGUAGE = "language"
    MY_DATA = "my_data"
    FORGET_ME = "forget_me"
    STOP = "stop"
    RESUME = "resume"
    CANCEL = "cancel"
    HELP = "help"
    MENU = "menu"
    SWITCH_PERSON = "switch_person"
    WRITE_HERE = "write_here"


class NoteKind(StrEnum):
    DIFFICULTY = "difficulty"
    PROPOSAL = "proposal"


@dataclass(frozen=True, slots=True)
class Report:
    """Work that was done, said plainly. `values` keeps the order in which it was said; zeros are left out."""

    values: Mapping[str, int]
    day: date
    """The day of the activity: today unless another was said."""
    day_said: bool = False
    note: str = ""
    adds: bool = False
    """"thêm 2 vneid": to be added to the last entry."""
    implausible: tuple[str, ...] = ()
    """Codes whose number is above what is usual: asked once before saving."""


@dataclass(frozen=True, slots=True)
class NothingThisWeek:
    """ "không phát sinh": a report too. `day` lies in the week that is meant."""

    day: date
    day_said: bool = False


@dataclass(frozen=True, slots=True)
class Correction:
    """New values for an entry already made; a zero takes a value away."""

    values: Mapping[str, int]
    offered: bool = False
    """Said in passing ("nhầm, dvc 4 thôi"): offer to correct, do not do it at once."""
    day: date | None = None
    """The day of the entry to be corrected, where one was said."""
    implausible: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Command:
    name: CommandName
    argument: str = ""
    """The rest of the line, as typed."""


@dataclass(frozen=True, slots=True)
class LessonWanted:
    topic: str = ""
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A difficulty or a proposal for the lead's open list."""

    kind: NoteKind
    text: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """Numbers were heard, but nothing may be saved before a question has been answered."""

    reason: DoubtReason
    candidate: Report | None = None
    """What would be saved if the person confirms."""
    options: tuple[str, ...] = field(default=())
    """What the person can choose between: codes, "lesson" and "report", "nothing" and "leave", or names of villages."""


@dataclass(frozen=True, slots=True)
class Unknown:
    raw: str


Meaning = Report | NothingThisWeek | Correction | Command | LessonWanted | Note | Doubt | Unknown
