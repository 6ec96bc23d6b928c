"""Numbers inside a line, in digits and in words, and when they are the number of something else."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.understanding import neighbours, numbers
from handlers.understanding.cursor import Cursor
from handlers.understanding.item import Role
from handlers.understanding.meaning import DoubtReason
from handlers.understanding.measures import measure_at, put_measured, put_range
from handlers.understanding.tokens import Shape, Token
from handlers.understanding.words import Kind


def take_number(line: Cursor, token: Token) -> None:
    """Take the number in digits that stands here."""
    if _list_marker(line, token) or line.take_day() or _spoken_range(line, token):
        return
    said = numbers.spoken(line.number_keys, line.at)
    if said is not None:
        _spoken(line, said)
    elif _is_hotline(line, token):
        line.put(Role.BLOCK, 1, reason=DoubtReason.PHONE)
    elif not _measured(line, token):
        line.put(Role.NUMBER, 1, number=token.value)


def take_number_word(line: Cursor, token: Token) -> bool:
    """Take the number in words that stands here, if it is one in this place."""
    said = numbers.spoken(line.number_keys, line.at)
    if said is None:
        return False
    if _either_or(line, said):
        return True
    if _accepts(line, said, token):
        _spoken(line, said)
        return True
    return False


def _list_marker(line: Cursor, token: Token) -> bool:
    """ "1. vneid 3", "2) dvc 4": the number of the line, not of anything done."""
    following, after = line.token(line.at + 1), line.token(line.at + 2)
    if following is None or after is None or following.start != token.end:
        return False
    if following.text not in (".", ")", "/", "/)", ".)") or after.shape is not Shape.WORD:
        return False
    begins = not line.out or line.out[-1].role in (Role.BREAK, Role.COMMA)
    if not begins and token.value != line.marker + 1:
        return False
    if not begins and not line.marker:
        return False
    line.marker = token.value
    line.put(Role.BREAK, 2)
    return True


def _spoken_range(line: Cursor, token: Token) -> bool:
    """ "2 đến 3", "2 hoặc 3", "2 - 3"."""
    joint, second = line.token(line.at + 1), line.token(line.at + 2)
    if joint is not None and joint.shape is Shape.NUMBER and _about_two(line, token.value, joint.value):
        put_range(line, 2)
        return True
    if joint is None or second is None or second.shape is not Shape.NUMBER:
        return False
    rises = second.value > token.value
    if joint.key in neighbours.range_words() or (joint.text in "-–—~" and rises):
        put_range(line, 3)
        return True
    return False


def _is_hotline(line: Cursor, token: Token) -> bool:
    """ "báo công an 113", unless people or homes are counted by it."""
    counted = any(entry.kind in (Kind.UNIT, Kind.COUNTER) for entry in line.entries(line.at + 1))
    return token.text in neighbours.hotlines() and not counted


def _about_two(line: Cursor, first: int, second: int) -> bool:
    """ "chừng 10 15 người": between the two."""
    about = bool(line.out) and line.out[-1].reason is DoubtReason.APPROXIMATE and line.out[-1].role is Role.BLOCK
    return about and first < second


def _spoken(line: Cursor, said: numbers.Spoken) -> None:
    if said.flaw is DoubtReason.APPROXIMATE:
        line.put_about(said.length, said.value)
        return
    if said.flaw is not None:
        line.put(Role.BLOCK, said.length, reason=said.flaw)
        return
    joint, second = line.token(line.at + said.length), line.at + said.length + 1
    next_said = (
        numbers.spoken(line.number_keys, second - 1) if joint is not None and joint.shape is Shape.WORD else None
    )
    if next_said is not None and next_said.sure and _about_two(line, said.value, next_said.value):
        put_range(line, said.length + next_said.length)
        return
    if joint is not None and joint.key in neighbours.range_words() and second < len(line.found):
        other = numbers.spoken(line.number_keys, second)
        if other is not None or line.found[second].shape is Shape.NUMBER:
            put_range(line, said.length + 1 + (other.length if other else 1))
            return
    measure = measure_at(line, line.at + said.length)
    if measure is not None:
        put_measured(line, measure, said.length)
        return
    line.put(Role.NUMBER, said.length, number=said.value)


def _measured(line: Cursor, token: Token) -> bool:
    """ "3 ngày", "60 tuổi", "500 đồng"."""
    measure = measure_at(line, line.at + 1)
    if measure is None:
        return False
    put_measured(line, measure, 1)
    return True


def _either_or(line: Cursor, said: numbers.Spoken) -> bool:
    """ "bốn, năm người": four or five."""
    comma, second = line.token(line.at + said.length), line.at + said.length + 1
    if comma is None or comma.text != "," or second >= len(line.found):
        return False
    other = numbers.spoken(line.number_keys, second)
    if other is None or other.value != said.value + 1 or not line.countable(second + other.length):
        return False
    line.put(Role.BLOCK, said.length + 1 + other.length, reason=DoubtReason.RANGE)
    return True


def _accepts(line: Cursor, said: numbers.Spoken, token: Token) -> bool:
    """Is this word the number it looks like? Only with something to count right after it, or right after an
    indicator at the end of a clause; a capital inside a line is a name."""
    phrase = len(_whole_phrase(line))
    if phrase > said.length or phrase == said.length > 1:
        return False
    if line.types_marks and not said.as_written:
        return False  # who writes marks elsewhere means "sau", not "sáu"
    capital = token.text[:1].isupper() and line.out and not line.shouting
    before = line.token(line.at - 1)
    if _counted_after(line, line.at + said.length, said):
        return not (capital and line.out[-1].role is Role.OTHER)
    after_indicator = bool(line.out) and (
        line.out[-1].role in (Role.INDICATOR, Role.UNIT)
        or (before is not None and before.key in neighbours.leads_to_number())
    )
    return after_indicator and not capital and _closes(line, line.at + said.length)


def _whole_phrase(line: Cursor) -> Sequence[str]:
    """The longest fixed phrase here, such as "bà con" or "một số": it wins over a number."""
    for entries in line.phrases(line.at):
        if any(entry.kind not in (Kind.NUMBER_WORD, Kind.SCALE, Kind.JOINT, Kind.LAST_DIGIT) for entry in entries):
            return line.keys[line.at : line.at + entries[0].length]
    return ()


def _counted_after(line: Cursor, at: int, said: numbers.Spoken) -> bool:
    for entry in line.entries(at):
        if entry.kind is Kind.AFTER:
            return True
        if entry.kind is Kind.UNIT:
            return True
        if entry.kind is Kind.COUNTER:
            return said.sure or entry.length > 1 or line.keys[at] not in neighbours.pronouns()
        if entry.kind in (Kind.INDICATOR, Kind.MAYBE):
            return line.keys[at] not in neighbours.begins_like_verb()
    return False


def _closes(line: Cursor, at: int) -> bool:
    return line.ends(at) or line.countable(at) or line.begins_day(at)
