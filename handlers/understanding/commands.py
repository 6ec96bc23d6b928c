"""Commands: with a slash ("/sua"), or as typed words that are the whole message or carry their own argument."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from handlers.understanding.days import find_day
from handlers.understanding.fold import clean, key, same_words
from handlers.understanding.keyboards import meant
from handlers.understanding.meaning import Command, CommandName, Context
from handlers.understanding.numbers import spoken
from handlers.understanding.words import split, table

_SLASH = re.compile(r"/\s?([^\W\d]\w*)(?:@\w+)?[ \n]*(.*)", re.DOTALL)
_PLACE_NAME = 4
"""Words that the name of a place has at most, its kind included ("xã thượng bằng la")."""
_ESCAPES = (CommandName.CANCEL, CommandName.HELP, CommandName.STOP)


@dataclass(frozen=True, slots=True)
class Line:
    """The words of a message beside their places, so that an argument can be given back as typed."""

    text: str
    keys: tuple[str, ...]
    starts: tuple[int, ...]
    lead: int = 0
    """So many polite words come first."""

    @classmethod
    def of(cls, text: str) -> Line:
        return _line(text)

    def after(self, words: int) -> str:
        """What stands after so many words."""
        return self.text[self.starts[words] :].strip() if words < len(self.starts) else ""

    def polite(self) -> Sequence[str]:
        """The keys without "dạ", "em ơi", "ạ", "giúp em"."""
        return without_politeness(self.keys)


@lru_cache(maxsize=512)
def _line(text: str) -> Line:
    cleaned = clean(text)
    found = [(match.group(), match.start()) for match in _PIECES.finditer(cleaned)]
    keys = tuple(meant(word) for word, _ in found)
    polite = table("polite", "before").opening(keys)
    return Line(cleaned, keys, tuple(start for _, start in found), polite[1] if polite else 0)


_PIECES = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)*|\?+|[\U0001F300-\U0001FAFF☀-➿]")


def without_politeness(keys: Sequence[str]) -> Sequence[str]:
    """The words without "dạ", "em ơi" before and "ạ", "giúp em" after them."""
    *_, least = _politely(keys)
    return least


def slash(text: str) -> Command | None:
    """ "/sua dvc 4", "/dung@tocds_bot": None when there is no slash or the word after it is none of ours."""
    found = _SLASH.fullmatch(clean(text))
    if found is None:
        return None
    name = table("slash").get(split(key(found.group(1))))
    return Command(CommandName(name), found.group(2).strip()) if name else None


def whole(text: str) -> Command | None:
    """A command that is the whole message, politeness aside."""
    line = Line.of(text)
    if not line.keys or len(line.keys) > 12:
        return None
    for keys in _politely(line.keys):
        name = table("whole").get(keys)
        if name is not None:
            return Command(CommandName(name))
    return None


def _politely(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    """The words with less and less politeness around them: "em" at the end may be part of what is asked."""
    after, before = table("polite", "after"), table("polite", "before")
    yield keys
    while len(keys) > 1 and (found := after.closing(keys)) and found[1] < len(keys):
        keys = keys[: -found[1]]
        yield keys
    while len(keys) > 1 and (found := before.opening(keys)) and found[1] < len(keys):
        keys = keys[found[1] :]
        yield keys


def escape(text: str) -> Command | None:
    """The commands that hold in every step but the one that asks for a name."""
    found = slash(text) or whole(text)
    return found if found is not None and found.name in _ESCAPES else None


def opened(line: Line, name: CommandName) -> Command | None:
    """A command that begins the line and carries an argument of its own; a few polite words may come first."""
    phrases = table("opening", name.value)
    for skipped in (0, line.lead) if line.lead else (0,):
        opening = phrases.opening(line.keys[skipped:])
        if opening is not None and skipped + opening[1] < len(line.keys):
            return Command(name, line.after(skipped + opening[1]))
    return None


def undo(line: Line) -> Command | None:
    """ "bỏ lần hôm qua": typed with its mark, since "bo" is also bộ, bố and bò."""
    if line.keys[0] != key("bỏ") or len(line.keys) > 8 or len(line.keys) == 1:
        return None
    return Command(CommandName.UNDO, line.after(1))


def leave(line: Line, context: Context) -> Command | None:
    """ "nghỉ 3 ngày", "nghỉ đến 20/9", "xin nghỉ hẳn"; "hôm nay nghỉ" is none of these."""
    found = opened(line, CommandName.LEAVE)
    if found is None:
        return None
    argument = Line.of(found.argument)
    if table("leave").opening(argument.keys) is not None or find_day(found.argument, context.today) is not None:
        return found
    first = table("leave_length")
    lengths = any(first.opening(argument.keys[at:]) is not None for at in range(1, min(3, len(argument.keys))))
    return found if lengths and (argument.keys[0].isdecimal() or as_number(argument.keys) is not None) else None


def pause(line: Line, context: Context) -> Command | None:
    """ "tạm dừng nhắc đến thứ Hai", "tạm dừng nhắc Tú Lệ 3 ngày"; "nhắc lại Tú Lệ" from an officer."""
    found = opened(line, CommandName.PAUSE)
    if found is not None:
        return found
    found = opened(line, CommandName.RESUME) if context.official else None
    return found if found is not None and len(Line.of(found.argument).keys) <= _PLACE_NAME else None


def as_number(keys: Sequence[str]) -> int | None:
    said = spoken(keys, 0)
    return said.value if said is not None else None


def with_argument(text: str, context: Context) -> Command | None:
    """A command with what belongs to it: "báo cáo tháng 11", "nhóm Tú Lệ", "bắt đầu 123456"."""
    line = Line.of(text)
    if not line.keys:
        return None
    return _start(line) or _numbers_wanted(line, context) or _group(line, context) or _rest(line)


def _start(line: Line) -> Command | None:
    found = opened(line, CommandName.START)
    digits = re.sub(r"[ .\-]", "", found.argument) if found else ""
    return Command(CommandName.START, digits) if re.fullmatch(r"\d{6}", digits) else None


def _numbers_wanted(line: Line, context: Context) -> Command | None:
    """ "báo cáo" and "chưa làm" with a time or a place behind them."""
    for name in (CommandName.REPORT, CommandName.MISSING):
        found = opened(line, name)
        if found is None:
            continue
        keys = Line.of(found.argument).keys
        named = context.official and _may_name_place(keys)
        if table("periods").opening(keys) or _is_village(found.argument, context) or named:
            return found
    return None


def _may_name_place(keys: Sequence[str]) -> bool:
    """An officer's places are many, and typed in small letters too: a name, perhaps with a time behind it."""
    periods = table("periods")
    times = (at for at in range(1, len(keys)) if periods.opening(keys[at:]) is not None)
    return next(times, len(keys)) <= _PLACE_NAME


def _is_village(said: str, context: Context) -> bool:
    return any(same_words(said, name) for name in (context.own_village, *context.other_villages) if name)


def _group(line: Line, context: Context) -> Command | None:
    """In a group whatever short name follows "nhóm"; privately a code, what is written like a name, and from an
    officer, whose groups these are, also a short name in small letters ("nhóm gia hội")."""
    found = opened(line, CommandName.GROUP)
    if found is None:
        return None
    length = len(Line.of(found.argument).keys)
    named = found.argument[:1].isupper() or _is_village(found.argument, context)
    named = named or re.fullmatch(r"\d{6}", found.argument.strip()) is not None
    named = named or (context.official and length <= _PLACE_NAME)
    return found if length <= 7 and (context.group or named) else None


def _rest(line: Line) -> Command | None:
    for name in (CommandName.LANGUAGE, CommandName.JOINT):
        found = opened(line, name)
        if found is not None and len(line.keys) <= 8:
            return found
    return None
