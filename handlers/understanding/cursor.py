"""A place in a line that moves from left to right, what was understood before it and what stands around it."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.understanding import days, places
from handlers.understanding.fold import has_marks
from handlers.understanding.item import Item, Role
from handlers.understanding.meaning import Context, DoubtReason
from handlers.understanding.tokens import Shape, Token
from handlers.understanding.words import Entry, Index, Kind

JOINING = frozenset({",", "+", "&", "/", "|"})
"""Signs that part two things of one list."""
COUNTED = frozenset({Kind.INDICATOR, Kind.MAYBE, Kind.UNIT, Kind.COUNTER})


class Cursor:
    """Reads the tokens of one line; `out` holds the items already understood."""

    def __init__(self, found: Sequence[Token], words: Index, context: Context, text: str) -> None:
        self.found, self.words, self.context = found, words, context
        self.names = places.names(context.own_village, context.other_villages, context.people)
        self.keys = [token.key if token.shape is Shape.WORD else "" for token in found]
        self.number_keys = [token.key if token.shape in (Shape.WORD, Shape.NUMBER) else "" for token in found]
        self.shouting = text.isupper()
        self.types_marks = sum(has_marks(each) for each in self.keys) > 1
        self.out: list[Item] = []
        self.at = 0
        self.marker = 0
        """The last list number ("1.") that was passed over."""

    def put(
        self,
        role: Role,
        length: int,
        *,
        code: str = "",
        number: int = -1,
        reason: DoubtReason | None = None,
        day: days.FoundDay | None = None,
    ) -> None:
        last = self.found[min(self.at + length, len(self.found)) - 1]
        self.out.append(Item(role, self.found[self.at].start, last.end, code, number, reason, day))
        self.at += length

    def put_about(self, length: int, number: int) -> None:
        """ "~40", "chục": a number, and a word against saving it unasked."""
        token = self.found[self.at]
        self.out.append(Item(Role.BLOCK, token.start, token.start, reason=DoubtReason.APPROXIMATE))
        self.put(Role.NUMBER, length, number=number)

    def take_day(self) -> bool:
        hit = days.day_at(self.found, self.at, self.context.today)
        if hit is None:
            return False
        self.put(Role.DAY, hit[1], day=hit[0])
        return True

    def token(self, at: int) -> Token | None:
        return self.found[at] if 0 <= at < len(self.found) else None

    def previous(self) -> Role | None:
        """The role before this place, fillers and verbs aside."""
        return next((item.role for item in reversed(self.out) if item.role not in (Role.FILLER, Role.VERB)), None)

    def entries(self, at: int) -> tuple[Entry, ...]:
        if at >= len(self.keys) or not self.keys[at]:
            return ()
        return next(iter(self.words.at(self.keys, at)), ())

    def phrases(self, at: int) -> Sequence[tuple[Entry, ...]]:
        return list(self.words.at(self.keys, at)) if at < len(self.keys) and self.keys[at] else []

    def countable(self, at: int) -> bool:
        """Does a unit or an indicator begin here?"""
        return any(entry.kind in COUNTED for entry in self.entries(at))

    def ends(self, at: int) -> bool:
        """Does the clause end here, politeness aside?"""
        token = self.token(at)
        if token is None or token.shape is Shape.BREAK or token.text in JOINING:
            return True
        entries = self.entries(at)
        return bool(entries) and entries[0].kind is Kind.FILLER and self.ends(at + entries[0].length)

    def begins_day(self, at: int) -> bool:
        return at < len(self.found) and days.day_at(self.found, at, self.context.today) is not None
