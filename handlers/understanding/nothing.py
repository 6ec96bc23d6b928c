""" "không phát sinh": nothing to report is a report too."""

from __future__ import annotations

from functools import cache

from handlers.understanding import days, places
from handlers.understanding.fold import key
from handlers.understanding.meaning import Context, Doubt, DoubtReason, NothingThisWeek
from handlers.understanding.tokens import Shape, tokens
from handlers.understanding.words import index, spellings, split, table
from locales.lexicon import phrases_of

_AT_MOST_WORDS = 16


def read(text: str, context: Context) -> NothingThisWeek | Doubt | None:
    """The message says that there was nothing, in some week. "hôm nay nghỉ, bận" may be that, or a leave: asked."""
    words = index(context.fields)
    found = tokens(text, words.known, words.countable)
    if len(found) > _AT_MOST_WORDS or not any(token.key in _telling() for token in found):
        return None
    if any(
        token.shape not in (Shape.WORD, Shape.SIGN, Shape.BREAK, Shape.NUMBER, Shape.DATE, Shape.PAIR)
        for token in found
    ):
        return None
    said: list[days.FoundDay] = []
    left: list[str] = []
    others: list[str] = []
    villages = places.names(context.own_village, context.other_villages, ())
    at = 0
    while at < len(found):
        hit = days.day_at(found, at, context.today)
        named = villages.at(found, at) if found[at].shape is Shape.WORD else None
        if hit is not None:
            said.append(hit[0])
        elif named is not None:
            others += [named.name] if named.whose is places.Whose.OTHER_VILLAGE else []
        elif found[at].shape in (Shape.WORD, Shape.NUMBER):
            left.append(_NO if found[at].key in _no_words() else found[at].key)
        at += hit[1] if hit is not None else named.length if named is not None else 1
    if not left:
        return None
    judged = _judged(left, said, context)
    if others and isinstance(judged, NothingThisWeek):
        return Doubt(
            DoubtReason.OTHER_VILLAGE, None, tuple(dict.fromkeys((*filter(None, [context.own_village]), *others)))
        )
    return judged


def _judged(left: list[str], said: list[days.FoundDay], context: Context) -> NothingThisWeek | Doubt | None:
    kind = _kind(left)
    if kind is None:
        return None
    if kind == "not_now" or _one_day_off(left, said):
        return Doubt(DoubtReason.TWO_MEANINGS, None, ("nothing", "leave"))
    day = days.together(said, context.today)
    if day is not None and day.doubt is not None and day.day is None:
        return Doubt(day.doubt)
    return NothingThisWeek((day.day if day else None) or context.today, day is not None)


def _one_day_off(left: list[str], said: list[days.FoundDay]) -> bool:
    """ "hôm nay bận không làm được gì" tells of a day, and a week has seven."""
    return bool(said) and not any(day.whole_week for day in said) and not _busy().isdisjoint(left)


def _kind(left: list[str]) -> str | None:
    """The words without particles at either end, looked up."""
    phrases = table("nothing", "all", "not_now")
    for first in range(len(left)):
        for last in range(len(left), first, -1):
            kind = phrases.get(left[first:last])
            if kind is not None and all(word in _particles() for word in (*left[:first], *left[last:])):
                return kind
        if left[first] not in _particles():
            return None
    return None


_NO = key("không")


@cache
def _telling() -> frozenset[str]:
    """Words without which nobody says that there was nothing: one at least of every phrase."""
    small = {key(word) for phrase in phrases_of("nothing", "particles") for word in split(phrase)}
    small |= {key(word) for phrase in phrases_of("days", "today") for word in split(phrase)}
    telling: set[str] = set(_no_words())
    phrases = [*phrases_of("nothing", "all"), *phrases_of("nothing", "not_now")]
    for words in sorted(([key(word) for word in split(phrase)] for phrase in phrases), key=len):
        if not telling.intersection(words):
            telling.update(spellings(next((word for word in words if word not in small), words[0])))
    return frozenset(telling)


@cache
def _busy() -> frozenset[str]:
    """bận, nghỉ, ốm, mệt: what alone says that somebody is away."""
    return frozenset(key(phrase) for phrase in phrases_of("nothing", "not_now") if len(split(phrase)) == 1)


@cache
def _no_words() -> frozenset[str]:
    """ko, k, hok … all read as "không"."""
    return frozenset(key(phrase) for phrase in phrases_of("nothing", "no"))


@cache
def _particles() -> frozenset[str]:
    return frozenset(
        form
        for name in ("particles", "not_now")
        for phrase in phrases_of("nothing", name)
        for word in split(phrase)
        for form in spellings(key(word))
    )
