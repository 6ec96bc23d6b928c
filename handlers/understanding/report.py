"""A line with indicators and numbers: a report when it is plain, a doubt when anything forbids saving it."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.understanding import days, notes, objections, pairs, ranges, sessions
from handlers.understanding.items import Item, Role, items
from handlers.understanding.meaning import Context, Doubt, DoubtReason, Report

VILLAGE_SIZE = 550
"""About as many people live in a village: more than this of anything is asked (voice of the product, section 2)."""

_STORY = 4
"""With so many words that we do not know, a count of people may be about anything."""

_FIRST_REASONS = (
    DoubtReason.QUESTION,
    DoubtReason.OTHER_VILLAGE,
    DoubtReason.TARGET,
    DoubtReason.FUTURE,
    DoubtReason.RUNNING_TOTAL,
    DoubtReason.POPULATION,
    DoubtReason.INCIDENT,
    DoubtReason.NEGATION,
    DoubtReason.MONEY,
    DoubtReason.PHONE,
)
_UNCERTAIN = (DoubtReason.RANGE, DoubtReason.TWO_MEANINGS)
"""Numbers that mean work even where only people or homes are counted by them: "hai ba hộ"."""
_ABOUT = frozenset({DoubtReason.RANGE, DoubtReason.APPROXIMATE})
_NUMBER_LIKE = frozenset(
    {
        DoubtReason.RANGE,
        DoubtReason.MONEY,
        DoubtReason.RATIO,
        DoubtReason.PHONE,
        DoubtReason.FRACTION,
        DoubtReason.APPROXIMATE,
        DoubtReason.HOUR,
        DoubtReason.LEVEL,
        DoubtReason.PERSON_NAME,
        DoubtReason.OTHER_NUMBER,
        DoubtReason.TWO_MEANINGS,
        DoubtReason.RUNNING_TOTAL,
        DoubtReason.TARGET,
    }
)


def read(text: str, context: Context, *, adds: bool = False) -> Report | Doubt | None:
    """What a cleaned message reports; None when it holds no indicator with a number."""
    split = notes.split(text, context)
    line = items(split.data, context)
    if not any(item.role in (Role.INDICATOR, Role.UNIT) for item in line):
        return None
    return _Judge(line, split, context, adds).meaning()


class _Judge:
    """Weighs one line: its reading, its day, and everything that speaks against saving it."""

    def __init__(self, line: Sequence[Item], split: notes.Split, context: Context, adds: bool) -> None:
        self.line, self.split, self.context, self.adds = sessions.without_topic(line, split.data), split, context, adds
        self.reading = pairs.read(self.line)
        self.pairs = [(_payment(code, self.reading.pairs), number) for code, number in self.reading.pairs]
        self.day = days.together([item.day for item in line if item.day is not None], context.today)

    def meaning(self) -> Report | Doubt | None:
        if not self.pairs:
            return self._without_pairs()
        reason = self._blocked() or self._day_doubt() or objections.objection(self.line, self.pairs, self.split.data)
        if reason is DoubtReason.RANGE:
            return self._range()
        if reason is not None:
            return Doubt(reason, self._candidate(), self._villages() if reason is DoubtReason.OTHER_VILLAGE else ())
        return self._unclear() or self._alone() or self._report_of(dict(self.pairs)) or Doubt(DoubtReason.NEGATION)

    def _report_of(self, values: dict[str, int]) -> Report | None:
        kept = {code: number for code, number in values.items() if number > 0}
        if not kept:
            return None
        found = self.day.day if self.day is not None else None
        return Report(
            values=kept,
            day=found or self.context.today,
            day_said=found is not None,
            note=self.split.note or self._description(kept),
            adds=self.adds,
            implausible=implausible(kept, self.context),
        )

    def _candidate(self) -> Report | None:
        """What would be saved if the person confirms; only when the reading itself is plain."""
        if not self.reading.plain or self._said_twice():
            return None
        values = {("tt" if code == "tt?" else code): number for code, number in self.pairs}
        return self._report_of(values)

    # ── what speaks against it ──

    def _blocked(self) -> DoubtReason | None:
        reasons = [item.reason for item in self.line if item.role is Role.BLOCK and item.reason is not None]
        if DoubtReason.POPULATION in reasons and objections.told_of_a_deed(self.line, self.split.data):
            reasons = [reason for reason in reasons if reason is not DoubtReason.POPULATION]
        if self.day is not None and self.day.doubt is DoubtReason.FUTURE:
            reasons = [*reasons, DoubtReason.FUTURE]
        if DoubtReason.RANGE in reasons and _ABOUT.issuperset(reasons):
            return DoubtReason.RANGE
        return next((reason for reason in _FIRST_REASONS if reason in reasons), reasons[0] if reasons else None)

    def _range(self) -> Doubt:
        """One number is to be asked: for which indicator, and what else is said beside it."""
        found = ranges.read(self.line)
        if found is None or self._day_doubt() is not None:
            return Doubt(DoubtReason.RANGE)
        rest = {_payment(code, found.rest): number for code, number in found.rest}
        return Doubt(DoubtReason.RANGE, self._report_of(rest), (found.code.rstrip("?"),))

    def _day_doubt(self) -> DoubtReason | None:
        return self.day.doubt if self.day is not None else None

    def _villages(self) -> tuple[str, ...]:
        named = [item.code for item in self.line if item.reason is DoubtReason.OTHER_VILLAGE]
        own = [self.context.own_village] if self.context.own_village else []
        return tuple(dict.fromkeys([*own, *named]))

    def _said_twice(self) -> list[str]:
        codes = [code for code, _ in self.pairs]
        return [code for code in dict.fromkeys(codes) if len({n for c, n in self.pairs if c == code}) > 1]

    def _unclear(self) -> Doubt | None:
        """Two readings, a number too many, or one indicator with two numbers."""
        twice = self._said_twice()
        if twice:
            return Doubt(DoubtReason.TWO_MEANINGS, None, tuple(twice))
        if self.reading.rivals:
            codes = [code for each in (self.reading.pairs, *self.reading.rivals) for code, _ in each]
            shared = set(self.reading.pairs).intersection(*self.reading.rivals)
            options = tuple(code for code in dict.fromkeys(codes) if code not in dict(shared))
            return Doubt(DoubtReason.TWO_MEANINGS, self._report_of(dict(self.pairs)), options)
        if self.reading.cost >= pairs.PLAIN_UNDER:
            label = self._label_reason() if not self._left_over_number() else None
            indicators = tuple(dict.fromkeys(item.code for item in self.line if item.role is Role.INDICATOR))
            candidate = None if self._left_over_number() else self._report_of(dict(self.pairs))
            return Doubt(label or DoubtReason.TWO_MEANINGS, candidate, indicators)
        return None

    def _left_over_number(self) -> bool:
        return sum(item.role is Role.NUMBER for item in self.line) > sum(number > 0 for _, number in self.pairs)

    def _label_reason(self) -> DoubtReason | None:
        return next((item.reason for item in self.line if item.role is Role.LABEL), None)

    def _alone(self) -> Doubt | None:
        """ "tt 3" alone, "khác 2" without a word, numbers of people without any work."""
        values = dict(self.pairs)
        if "tt?" in values:
            return self._payment_or_session(values)
        if "khac" in values and not self.split.note and not self._description(values):
            return Doubt(DoubtReason.DESCRIPTION, self._report_of(values))
        if not any(item.role is Role.INDICATOR for item in self.line) and not self._is_work():
            return Doubt(DoubtReason.OTHER_NUMBER, self._report_of(values))
        return None

    def _payment_or_session(self, values: dict[str, int]) -> Doubt | None:
        """ "tt" is payment to most and "tuyên truyền" to officials: asked once, then remembered by the caller."""
        people = any(item.role is Role.UNIT and item.code == "nguoi" for item in self.line)
        session = "nguoi" if people else "buoi"
        means = self.context.tt_means
        chosen = {"tt": "tt", "buoi": session}.get(means or "")
        number = values["tt?"]
        if chosen is None:
            return Doubt(DoubtReason.TWO_MEANINGS, self._report_of({"tt": number}), ("tt", session))
        self.pairs = [(chosen, number)]
        return None

    def _is_work(self) -> bool:
        """A count of people or homes alone is a report when a deed is named, or nothing but the count is said."""
        verb = any(item.role is Role.VERB for item in self.line)
        session = any(item.code == "buoi" for item in self.line)
        strange = sum(item.role is Role.OTHER for item in self.line)
        return strange < _STORY and (verb or session or strange == 0)

    def _description(self, values: dict[str, int]) -> str:
        """What was done, for "khác": the words that say nothing else to us."""
        if "khac" not in values:
            return ""
        words = [item for item in self.line if item.role in (Role.OTHER, Role.VERB, Role.COUNTER)]
        return self.split.data[words[0].start :].strip() if words else ""

    def _without_pairs(self) -> Doubt | None:
        """An indicator, and numbers that are all something else."""
        if not any(item.role is Role.INDICATOR or item.reason in _UNCERTAIN for item in self.line):
            return None
        blocked = [
            item.reason for item in self.line if item.role in (Role.BLOCK, Role.LABEL) and item.reason in _NUMBER_LIKE
        ]
        if not blocked or not _counts_something(self.line):
            return None
        reason = self._blocked() or blocked[0] or DoubtReason.TWO_MEANINGS
        return self._range() if reason is DoubtReason.RANGE else Doubt(reason)


def _counts_something(line: Sequence[Item]) -> bool:
    """Is there anything like a number, at least? "tổng hợp dvc" has none."""
    wordy = (DoubtReason.RUNNING_TOTAL, DoubtReason.TARGET)
    return any(item.reason in _NUMBER_LIKE and item.reason not in wordy for item in line)


def _payment(code: str, all_pairs: Sequence[pairs.Pair]) -> str:
    """ "tt" beside other codes is payment."""
    others = any(each not in ("tt?", "nguoi", "buoi") for each, _ in all_pairs)
    return "tt" if code == "tt?" and (others or len(all_pairs) > 1) else code


def implausible(values: dict[str, int], context: Context) -> tuple[str, ...]:
    """The codes whose number is above what the form calls usual, or above what a village holds."""
    limits = {hint.code: hint.asks_above for hint in context.fields}
    return tuple(
        code for code, number in values.items() if number > min(VILLAGE_SIZE, limits.get(code) or VILLAGE_SIZE)
    )
