"""A whole message: the order in which its possible meanings are tried. The first that fits wins."""

from __future__ import annotations

import re

from handlers.understanding import commands, corrections, notes, nothing, report
from handlers.understanding.answers import as_count
from handlers.understanding.commands import Line
from handlers.understanding.fold import clean
from handlers.understanding.items import Role, items
from handlers.understanding.lessons import lesson_wanted
from handlers.understanding.meaning import (
    Command,
    CommandName,
    Context,
    Correction,
    Doubt,
    DoubtReason,
    Meaning,
    Report,
    Unknown,
)
from handlers.understanding.words import table

_MENTION = re.compile(r"(?:\A|(?<=\s))@\w+[,:]?\s*")
_CODE = re.compile(r"\d{6}")
_PLUS = re.compile(r"\+\s?(?=\d)")
_INDICATORS_ALONE = frozenset(
    {Role.NUMBER, Role.INDICATOR, Role.UNIT, Role.COUNTER, Role.FILLER, Role.COMMA, Role.DAY, Role.VERB}
)


def read(text: str, context: Context) -> Meaning:
    """What a message means, from its words alone. Nothing may be saved from a Doubt without a question."""
    body = _MENTION.sub("", clean(text)).strip()
    if not body:
        return Unknown(text)
    if body.startswith("/"):
        return commands.slash(body) or _numbers_after_slash(body[1:], context) or Unknown(text)
    return (
        _command(body)
        or _said_about_words(body, context)
        or nothing.read(body, context)
        or _numbers(body, context)
        or commands.with_argument(body, context)
        or lesson_wanted(body)
        or Unknown(text)
    )


def holds_report(text: str, context: Context) -> bool:
    """Does a line hold an indicator with a number, so that it must not be swallowed as the answer to a step?

    "3 người" is a legal answer to "how many" and no report; "vneid 3" is one, plain or doubtful.
    """
    if as_count(text) is not None:
        return False
    meaning = read(text, context)
    return isinstance(meaning, Report | Correction) or (isinstance(meaning, Doubt) and meaning.candidate is not None)


def _command(body: str) -> Command | None:
    if _CODE.fullmatch(body):
        return Command(CommandName.START, body)
    return commands.whole(body)


def _numbers_after_slash(body: str, context: Context) -> Report | Doubt | None:
    return report.read(body, context)


def _said_about_words(body: str, context: Context) -> Meaning | None:
    """First words that decide, whatever numbers follow: kiến nghị, hỏi, sửa, nhầm, thêm, thông báo, nghỉ, tạm dừng."""
    line = Line.of(body)
    if not line.keys:
        return None
    return (
        notes.listed(body)
        or _question(line, context)
        or _correction(line, context)
        or _mistake_or_more(body, context)
        or _announcement(line, context)
        or commands.leave(line, context)
        or commands.pause(line, context)
        or commands.undo(line)
    )


def _question(line: Line, context: Context) -> Command | None:
    """ "hỏi …". Without its mark "hoi" may be "hồi" too, so a plain report goes before it."""
    found = commands.opened(line, CommandName.ASK)
    if found is None or (line.text.isascii() and isinstance(report.read(line.text, context), Report)):
        return None
    return found


def _correction(line: Line, context: Context) -> Meaning | None:
    """ "sửa dvc 4" is done at once; "sửa" with anything else opens the correction."""
    opening = commands.opened(line, CommandName.EDIT)
    if opening is None:
        return None
    return corrections.read(opening.argument, context, offered=False) or opening


def _mistake_or_more(body: str, context: Context) -> Meaning | None:
    if _PLUS.match(body):
        return report.read(_PLUS.sub("", body, count=1), context, adds=True)
    begun = corrections.begins(body)
    if begun is None:
        without = corrections.without_admission(body, context)
        return corrections.read(without, context, offered=True) if without is not None else None
    if begun[0] == "adds":
        return report.read(begun[1], context, adds=True)
    return corrections.read(begun[1], context, offered=True)


def _announcement(line: Line, context: Context) -> Command | None:
    """ "thông báo mời mỗi thôn 2 người" is words for people, "thông báo vneid 3" is work that was done."""
    for name in (CommandName.BROADCAST, CommandName.REQUESTS):
        opening = commands.opened(line, name)
        if opening is None:
            continue
        found = items(opening.argument, context)
        plain = all(item.role in _INDICATORS_ALONE for item in found)
        pairs = isinstance(report.read(opening.argument, context), Report)
        return None if plain and pairs else opening
    return None


def _numbers(body: str, context: Context) -> Report | Doubt | None:
    found = report.read(body, context)
    if isinstance(found, Doubt) and found.candidate is None and (mended := _mended(body, context)) is not None:
        return Doubt(DoubtReason.TWO_MEANINGS, mended)
    if isinstance(found, Report) and _may_be_lesson(body, found, context):
        return Doubt(DoubtReason.TWO_MEANINGS, found, ("report", "lesson"))
    return found


def _mended(body: str, context: Context) -> Report | None:
    """ "vneid 3 à không 4": somebody who corrects a number while typing; what holds is asked, not saved at once."""
    said = corrections.only_new(body)
    mended = report.read(said, context) if said != body else None
    return mended if isinstance(mended, Report) else None


def _may_be_lesson(body: str, found: Report, context: Context) -> bool:
    """ "hd vneid 3": three people taught, or lesson 3? With a unit beside the number it is work."""
    line = Line.of(body)
    keys = line.polite()
    if table("opening", "how").opening(keys) is not None:
        return True
    if table("opening", "tutorial").opening(keys) is None or len(found.values) != 1:
        return False
    return not any(item.role in (Role.UNIT, Role.COUNTER, Role.DAY) for item in items(body, context))
