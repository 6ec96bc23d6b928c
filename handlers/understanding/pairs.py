"""Which number goes to which indicator: the cheapest reading of a line in which each number is used once.

"vneid 3 dvc 2", "3 vneid 2 dvc", "đến 5 hộ cài vneid 3" and "giúp 3 hộ cài VNeID, 2 hồ sơ dvc" are all read by
the same few patterns. Where two readings are equally cheap, or the best one leaves a number over, somebody asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from handlers.understanding.items import Item, Role

PLAIN_UNDER = 25
"""Above this the reading is a guess: a number or an indicator is left over, or they stand too far apart."""
_LEFT_OVER_NUMBER = 100
_LEFT_OVER_INDICATOR = 50
_WORD_BETWEEN = 6
_COMMA_BETWEEN = 8
_BREAK_BETWEEN = 15
_FAR = 30
"""What stands between makes it more likely that the number counts something else."""

Pair = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Reading:
    """The pairs of a line in the order said, how doubtful they are, and other readings just as good."""

    pairs: tuple[Pair, ...]
    cost: int
    rivals: tuple[tuple[Pair, ...], ...] = ()

    @property
    def plain(self) -> bool:
        return self.cost < PLAIN_UNDER and not self.rivals


@dataclass(frozen=True, slots=True)
class _Part:
    """A number, indicator, unit or counter, with what it costs to reach over to it from the one before."""

    role: Role
    code: str
    number: int
    gap: int
    comma: bool
    strange: bool = False
    """Unknown words, and no deed, stand before it."""
    owned: bool = False
    """A number with an unknown word right after it: "2 vòng", and probably that is what it counts."""
    apart: bool = False
    """Something stands between it and the part before it."""


def read(line: Sequence[Item]) -> Reading:
    """The cheapest reading of the items of a line."""
    parts = _parts(line)
    best: list[Reading] = [Reading((), 0)]
    for start in range(len(parts) - 1, -1, -1):
        options = [
            (cost + best[len(parts) - after].cost, pairs, best[len(parts) - after])
            for after, cost, pairs in _patterns(parts, start)
        ]
        best.append(_cheapest(options))
    return best[-1]


def _cheapest(options: Sequence[tuple[int, tuple[Pair, ...], Reading]]) -> Reading:
    lowest = min(cost for cost, _, _ in options)
    readings: list[tuple[Pair, ...]] = []
    for cost, pairs, rest in options:
        if cost == lowest:
            for tail in (rest.pairs, *rest.rivals):
                whole = (*pairs, *tail)
                if not any(dict(whole) == dict(each) for each in readings):
                    readings.append(whole)
    return Reading(readings[0], lowest, tuple(readings[1:4]))


COUNTING = frozenset({Role.NUMBER, Role.INDICATOR, Role.UNIT, Role.COUNTER, Role.ZERO})


def _parts(line: Sequence[Item]) -> list[_Part]:
    parts: list[_Part] = []
    gap, comma, strange = 0, False, False
    for place, item in enumerate(line):
        if item.role not in COUNTING:
            strange = (strange or item.role is Role.OTHER) and item.role is not Role.VERB
            gap += {Role.OTHER: _WORD_BETWEEN, Role.COMMA: _COMMA_BETWEEN, Role.BREAK: _BREAK_BETWEEN}.get(item.role, 0)
            comma = comma or item.role in (Role.COMMA, Role.BREAK)
            continue
        same = (
            parts and item.role is Role.INDICATOR and parts[-1].role is Role.INDICATOR and parts[-1].code == item.code
        )
        if not same:
            owned = place + 1 < len(line) and line[place + 1].role is Role.OTHER
            apart = place > 0 and line[place - 1].role not in COUNTING
            parts.append(_Part(item.role, item.code, item.number, gap, comma, strange, owned, apart))
        gap, comma, strange = 0, False, False
    return parts


def _patterns(parts: Sequence[_Part], at: int) -> Iterator[tuple[int, int, tuple[Pair, ...]]]:
    """The ways to take one or more parts from a place on: (place after, cost, pairs)."""
    first = parts[at]
    second = parts[at + 1] if at + 1 < len(parts) else None
    third = parts[at + 2] if at + 2 < len(parts) else None
    if first.role is Role.NUMBER:
        yield at + 1, _LEFT_OVER_NUMBER, ()
        yield from _number_first(first, second, third, at)
    elif first.role is Role.INDICATOR:
        yield at + 1, _LEFT_OVER_INDICATOR, ()
        yield from _indicator_first(first, second, third, at)
    elif first.role is Role.UNIT:
        yield at + 1, 4, ()
        if second is not None and second.role in (Role.NUMBER, Role.ZERO):
            counted = at > 0 and parts[at - 1].role is Role.NUMBER and not first.apart
            far = _FAR if counted and second.apart else 0  # "40 người, cài được 12": the people have their number
            yield at + 2, 6 + second.gap + far, ((first.code, second.number),)
            if third is not None and third.role is Role.UNIT and third.code == first.code:
                yield at + 3, 8 + second.gap + third.gap, ((first.code, second.number),)
    else:
        yield at + 1, 1, ()


def _number_first(
    first: _Part, second: _Part | None, third: _Part | None, at: int
) -> Iterator[tuple[int, int, tuple[Pair, ...]]]:
    if second is None:
        return
    if second.role is Role.INDICATOR:
        owned = _FAR if first.owned else 0
        yield at + 2, second.gap * (2 if second.comma else 1) + owned, ((second.code, first.number),)
    if second.role is Role.UNIT:
        yield at + 2, 5 + second.gap * 2, ((second.code, first.number),)
    if third is None or third.role is not Role.INDICATOR or second.role not in (Role.UNIT, Role.COUNTER):
        return
    gap = second.gap * 2 + third.gap + (_FAR if third.comma or third.strange else 0)
    if second.role is Role.UNIT and second.code == "buoi":
        topic = 2 if third.code == "antoan" else 0  # its unit is people who listened, so a number of people is its own
        yield at + 3, gap + topic, (("buoi", first.number),)
    else:
        yield at + 3, gap, ((third.code, first.number),)


def _indicator_first(
    first: _Part, second: _Part | None, third: _Part | None, at: int
) -> Iterator[tuple[int, int, tuple[Pair, ...]]]:
    if second is None:
        return
    if second.role is Role.ZERO:
        yield at + 2, 0, ((first.code, 0),)
    if second.role is Role.NUMBER:
        yield at + 2, second.gap, ((first.code, second.number),)
        if third is not None and third.role in (Role.UNIT, Role.COUNTER) and not third.comma:
            code = "buoi" if third.code == "buoi" else first.code
            yield at + 3, second.gap + third.gap, ((code, second.number),)
    if second.role is Role.UNIT and second.code != "buoi" and third is not None and third.role is Role.NUMBER:
        yield at + 3, 3 + second.gap + third.gap, ((first.code, third.number),)
