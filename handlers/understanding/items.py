"""A line cut into what matters for a check-in: numbers, indicators, units, days, and what forbids saving.

This is where a number stops being one: in an hour, a phone number, "thứ 3", "lần 2", "chị Tư", "3 ngày".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from handlers.understanding import days, numbers, places
from handlers.understanding.fold import key
from handlers.understanding.meaning import Context, DoubtReason
from handlers.understanding.tokens import Shape, Token, tokens
from handlers.understanding.words import Entry, Index, Kind, index, spellings
from locales.lexicon import phrases_of


class Role(StrEnum):
    """What a piece of the line does."""

    NUMBER = "number"
    INDICATOR = "indicator"
    UNIT = "unit"
    COUNTER = "counter"
    ZERO = "zero"
    DAY = "day"
    VERB = "verb"
    FILLER = "filler"
    LABEL = "label"
    """A number that belongs to something else, and says so: "thôn 3", "mức 2", "19h30"."""
    BLOCK = "block"
    COMMA = "comma"
    BREAK = "break"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Item:
    role: Role
    start: int
    end: int
    code: str = ""
    """Of an indicator or a unit; the name of a village for a block."""
    number: int = -1
    reason: DoubtReason | None = None
    day: days.FoundDay | None = None


_BY_SHAPE = {
    Shape.HOUR: (Role.LABEL, DoubtReason.HOUR),
    Shape.MONEY: (Role.BLOCK, DoubtReason.MONEY),
    Shape.PERCENT: (Role.BLOCK, DoubtReason.RATIO),
    Shape.PHONE: (Role.BLOCK, DoubtReason.PHONE),
    Shape.FRACTION: (Role.BLOCK, DoubtReason.FRACTION),
    Shape.ABOUT: (Role.BLOCK, DoubtReason.APPROXIMATE),
    Shape.SUM: (Role.BLOCK, DoubtReason.TWO_MEANINGS),
}
_BY_KIND = {
    Kind.VERB: Role.VERB,
    Kind.FILLER: Role.FILLER,
    Kind.COUNTER: Role.COUNTER,
    Kind.NOT_A_COUNT: Role.FILLER,
    Kind.TITLE: Role.FILLER,
}
_STANDS_ALONE = frozenset({Kind.INDICATOR, Kind.MAYBE, Kind.BLOCKER, Kind.UNIT, *_BY_KIND})
_COUNTED = frozenset({Kind.INDICATOR, Kind.MAYBE, Kind.UNIT, Kind.COUNTER})
_JOINING = frozenset({",", "+", "&", "/", "|"})
_NEVER_LABEL_WITH_UNIT = "loose_number"
_NEEDS_NUMBER = frozenset({"approximate"})
"""Unmarked single words of these groups ("gan", "tam", "may") block only right before a number or a unit."""


def items(text: str, context: Context) -> list[Item]:
    """The items of a cleaned line, from left to right."""
    words = index(context.fields)
    return _Scanner(tokens(text, words.known, words.countable), words, context, text).run()


class _Scanner:
    def __init__(self, found: Sequence[Token], words: Index, context: Context, text: str) -> None:
        self.found, self.words, self.context = found, words, context
        self.names = places.names(context.own_village, context.other_villages, context.people)
        self.keys = [token.key if token.shape is Shape.WORD else "" for token in found]
        self.number_keys = [token.key if token.shape in (Shape.WORD, Shape.NUMBER) else "" for token in found]
        self.shouting = text.isupper()
        self.out: list[Item] = []
        self.at = 0
        self.marker = 0
        """The last list number ("1.") that was passed over."""

    def run(self) -> list[Item]:
        while self.at < len(self.found):
            token = self.found[self.at]
            if token.shape is Shape.WORD:
                self._word(token)
            elif token.shape is Shape.NUMBER:
                self._number(token)
            else:
                self._sign(token)
        return self.out

    # ── writing down ──

    def _put(
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

    def _day(self) -> bool:
        hit = days.day_at(self.found, self.at, self.context.today)
        if hit is None:
            return False
        self._put(Role.DAY, hit[1], day=hit[0])
        return True

    # ── looking around ──

    def _token(self, at: int) -> Token | None:
        return self.found[at] if 0 <= at < len(self.found) else None

    def _previous(self) -> Role | None:
        """The role before this place, fillers and verbs aside."""
        return next((item.role for item in reversed(self.out) if item.role not in (Role.FILLER, Role.VERB)), None)

    def _entries(self, at: int) -> tuple[Entry, ...]:
        if at >= len(self.keys) or not self.keys[at]:
            return ()
        return next(iter(self.words.at(self.keys, at)), ())

    def _countable(self, at: int) -> bool:
        """Does a unit or an indicator begin here?"""
        return any(entry.kind in _COUNTED for entry in self._entries(at))

    def _ends(self, at: int) -> bool:
        """Does the clause end here, politeness aside?"""
        token = self._token(at)
        if token is None or token.shape is Shape.BREAK or token.text in _JOINING:
            return True
        entries = self._entries(at)
        return bool(entries) and entries[0].kind is Kind.FILLER and self._ends(at + entries[0].length)

    # ── numbers in digits ──

    def _number(self, token: Token) -> None:
        if self._list_marker(token) or self._day() or self._spoken_range(token):
            return
        said = numbers.spoken(self.number_keys, self.at)
        if said is not None:
            self._spoken(said)
            return
        if self._measured(token):
            return
        self._put(Role.NUMBER, 1, number=token.value)

    def _list_marker(self, token: Token) -> bool:
        """ "1. vneid 3", "2) dvc 4": the number of the line, not of anything done."""
        following, after = self._token(self.at + 1), self._token(self.at + 2)
        if following is None or after is None or following.start != token.end:
            return False
        if following.text not in (".", ")", "/", "/)", ".)") or after.shape is not Shape.WORD:
            return False
        begins = not self.out or self.out[-1].role in (Role.BREAK, Role.COMMA)
        if not begins and token.value != self.marker + 1:
            return False
        if not begins and not self.marker:
            return False
        self.marker = token.value
        self._put(Role.BREAK, 2)
        return True

    def _spoken_range(self, token: Token) -> bool:
        """ "2 đến 3", "2 hoặc 3", "2 - 3"."""
        joint, second = self._token(self.at + 1), self._token(self.at + 2)
        if joint is None or second is None or second.shape is not Shape.NUMBER:
            return False
        rises = second.value > token.value
        if joint.key in _range_words() or (joint.text in "-–—~" and rises):
            self._put(Role.BLOCK, 3, reason=DoubtReason.RANGE)
            return True
        return False

    def _measured(self, token: Token) -> bool:
        """ "3 ngày", "60 tuổi", "500 đồng"."""
        for entries in self._phrases(self.at + 1):
            best = entries[0]
            if best.kind is Kind.AFTER:
                role = Role.BLOCK if best.value in ("money", "ratio") else Role.LABEL
                self._put(role, 1 + best.length, reason=DoubtReason(best.value))
                return True
            if best.kind in _COUNTED or best.kind is Kind.NOT_A_COUNT:
                return False
        return False

    def _phrases(self, at: int) -> Sequence[tuple[Entry, ...]]:
        return list(self.words.at(self.keys, at)) if at < len(self.keys) and self.keys[at] else []

    # ── words ──

    def _word(self, token: Token) -> None:
        if self._title(token) or self._name(token) or self._place(token):
            return
        said = numbers.spoken(self.number_keys, self.at)
        if said is not None and self._accepts(said, token):
            self._spoken(said)
            return
        if self._day():
            return
        for entries in self._phrases(self.at):
            for entry in entries:
                if self._entry(entry, token, entries):
                    return
        if said is not None and said.sure:
            self._put(Role.LABEL, said.length, reason=DoubtReason.PERSON_NAME)
            return
        self._put(Role.OTHER, 1)

    def _spoken(self, said: numbers.Spoken) -> None:
        if said.flaw is not None:
            self._put(Role.BLOCK, said.length, reason=said.flaw)
            return
        joint, second = self._token(self.at + said.length), self.at + said.length + 1
        if joint is not None and joint.key in _range_words() and second < len(self.found):
            other = numbers.spoken(self.number_keys, second)
            if other is not None or self.found[second].shape is Shape.NUMBER:
                self._put(Role.BLOCK, said.length + 1 + (other.length if other else 1), reason=DoubtReason.RANGE)
                return
        after = self._entries(self.at + said.length)
        if after and after[0].kind is Kind.AFTER:
            role = Role.BLOCK if after[0].value in ("money", "ratio") else Role.LABEL
            self._put(role, said.length + after[0].length, reason=DoubtReason(after[0].value))
            return
        self._put(Role.NUMBER, said.length, number=said.value)

    def _accepts(self, said: numbers.Spoken, token: Token) -> bool:
        """Is this word the number it looks like? Only with something to count right after it, or right after an
        indicator at the end of a clause; a capital inside a line is a name."""
        if len(self._whole_phrase()) > said.length:
            return False
        capital = token.text[:1].isupper() and self.out and not self.shouting
        before = self._token(self.at - 1)
        if self._counted_after(self.at + said.length, said):
            return not (capital and self.out[-1].role is Role.OTHER)
        after_indicator = bool(self.out) and (
            self.out[-1].role in (Role.INDICATOR, Role.UNIT) or (before is not None and before.key in _leads_to_number())
        )
        return after_indicator and not capital and self._closes(self.at + said.length)

    def _whole_phrase(self) -> Sequence[str]:
        """The longest fixed phrase here, such as "bà con" or "một số": it wins over a number."""
        for entries in self._phrases(self.at):
            if any(entry.kind not in (Kind.NUMBER_WORD, Kind.SCALE, Kind.JOINT, Kind.LAST_DIGIT) for entry in entries):
                return self.keys[self.at : self.at + entries[0].length]
        return ()

    def _counted_after(self, at: int, said: numbers.Spoken) -> bool:
        for entry in self._entries(at):
            if entry.kind is Kind.AFTER:
                return True
            if entry.kind is Kind.UNIT:
                return True
            if entry.kind is Kind.COUNTER:
                return said.sure or self.keys[at] not in _pronouns()
            if entry.kind in (Kind.INDICATOR, Kind.MAYBE):
                return self.keys[at] not in _begins_like_verb()
        return False

    def _closes(self, at: int) -> bool:
        return self._ends(at) or self._countable(at) or self._begins_day(at)

    def _begins_day(self, at: int) -> bool:
        return at < len(self.found) and days.day_at(self.found, at, self.context.today) is not None

    def _title(self, token: Token) -> bool:
        """ "anh Ba", "chị Tư", "ông Sáu", "em Mai": a person, whatever the word means elsewhere."""
        following = self._token(self.at + 1)
        if following is None or following.shape is not Shape.WORD:
            return False
        strength = _title_strength(token.key)
        if strength is None:
            return False
        capital = following.text[:1].isupper() and not self.shouting
        may_be_number = following.key in _name_like()
        if strength == "strong" and (may_be_number or (capital and not self._countable(self.at + 1))):
            self._put(Role.FILLER, 1)
            self._named_people()
            return True
        if strength == "weak" and capital and may_be_number:
            self._put(Role.FILLER, 1)
            self._named_people()
            return True
        return False

    def _named_people(self) -> None:
        """The name after a title, with the capitals that follow it ("ông Lò Văn Ba")."""
        length = 1
        while (token := self._token(self.at + length)) is not None and token.shape is Shape.WORD:
            if self.shouting or not token.text[:1].isupper() or self._countable(self.at + length):
                break
            length += 1
        self._put(Role.LABEL, length, reason=DoubtReason.PERSON_NAME)

    def _name(self, token: Token) -> bool:
        named = self.names.at(self.found, self.at)
        if named is None:
            return False
        after = self.at + named.length
        if named.whose is places.Whose.PERSON:
            if named.length == 1 and self._countable(after):
                return False
            self._put(Role.LABEL, named.length, reason=DoubtReason.PERSON_NAME)
        elif named.whose is places.Whose.OWN_VILLAGE:
            has = self._token(after)
            population = has is not None and has.key in _has()
            self._put(Role.FILLER, named.length)
            if population and not self._had_verb():
                self._put(Role.BLOCK, 1, reason=DoubtReason.POPULATION)
        else:
            self._put(Role.BLOCK, named.length, code=named.name, reason=DoubtReason.OTHER_VILLAGE)
        return True

    def _had_verb(self) -> bool:
        return any(item.role is Role.VERB for item in self.out)

    def _place(self, token: Token) -> bool:
        """ "thôn 3", "tổ 2", "bản Khe": not one's own, else its name would have been found."""
        if token.key not in places.place_words() or self._previous() is Role.NUMBER:
            return False
        following = self._token(self.at + 1)
        if following is None:
            return False
        if following.shape is Shape.NUMBER:
            return self._other_place(2)
        capital = following.text[:1].isupper() and not self.shouting and following.shape is Shape.WORD
        if capital and not self._entries(self.at + 1):
            length = 2
            while (more := self._token(self.at + length)) is not None and more.text[:1].isupper():
                if more.shape is not Shape.WORD or self._entries(self.at + length):
                    break
                length += 1
            return self._other_place(length)
        said = numbers.spoken(self.number_keys, self.at + 1) if following.shape is Shape.WORD else None
        if said is not None and said.sure and not self._countable(self.at + 1 + said.length):
            return self._other_place(1 + said.length)
        return False

    def _other_place(self, length: int) -> bool:
        name = " ".join(token.text for token in self.found[self.at : self.at + length])
        self._put(Role.BLOCK, length, code=name, reason=DoubtReason.OTHER_VILLAGE)
        return True

    def _entry(self, entry: Entry, token: Token, entries: Sequence[Entry]) -> bool:
        """Take one meaning of the phrase here, if it can have it in this place."""
        if entry.kind is Kind.BEFORE:
            return self._before_number(entry)
        if entry.kind is Kind.ZERO:
            return self._zero(entry)
        if entry.kind is Kind.TITLE or entry.kind not in _STANDS_ALONE:
            return False
        if entry.kind is Kind.BLOCKER:
            return self._blocker(entry, entries)
        if entry.kind in (Kind.INDICATOR, Kind.MAYBE):
            return self._indicator(entry)
        if entry.kind is Kind.UNIT:
            self._put(Role.UNIT, entry.length, code=entry.value)
            return True
        if entry.kind is Kind.COUNTER and self._previous() is not Role.NUMBER and any(
            each.kind is Kind.FILLER for each in entries
        ):
            return False
        self._put(_BY_KIND[entry.kind], entry.length)
        return True

    def _indicator(self, entry: Entry) -> bool:
        """ "tích hợp BHYT lên VNeID": the second is only the way."""
        before = self._token(self.at - 1)
        via = before is not None and before.key in _via() and self._previous() is Role.INDICATOR
        if via:
            self._put(Role.FILLER, entry.length)
        else:
            self._put(Role.INDICATOR, entry.length, code="tt?" if entry.kind is Kind.MAYBE else entry.value)
        return True

    def _before_number(self, entry: Entry) -> bool:
        following = self._token(self.at + entry.length)
        if following is None:
            return False
        length = entry.length
        if following.shape is Shape.SIGN and following.text == ":" and entry.value == "phone":
            length += 1
            following = self._token(self.at + length)
        if following is None or entry.value in ("place", "day", "month", "weekday"):
            return False
        if following.shape is Shape.NUMBER:
            return self._labelled(entry, length)
        said = numbers.spoken(self.number_keys, self.at + length) if following.shape is Shape.WORD else None
        if said is None or entry.value not in ("level", "other_number") or self._countable(self.at + length + said.length):
            return False
        self._put(Role.LABEL, length + said.length, reason=DoubtReason(entry.value))
        return True

    def _labelled(self, entry: Entry, length: int) -> bool:
        followed = self._countable(self.at + length + 1)
        if entry.value == _NEVER_LABEL_WITH_UNIT and followed:
            return False
        if entry.value == "phone":
            self._put(Role.BLOCK, length + 1, reason=DoubtReason.PHONE)
            return True
        reason = DoubtReason.OTHER_NUMBER if entry.value == _NEVER_LABEL_WITH_UNIT else DoubtReason(entry.value)
        self._put(Role.LABEL, length + 1, reason=reason)
        return True

    def _zero(self, entry: Entry) -> bool:
        """ "dvc không", "dvc chưa có" at the end of a clause."""
        last = self.out[-1].role if self.out else None
        if last not in (Role.INDICATOR, Role.UNIT) or not self._ends(self.at + entry.length):
            return False
        final = self._token(self.at + entry.length) is None
        if final and entry.length == 1 and not any(item.role is Role.NUMBER for item in self.out):
            return False  # "vneid không" alone may as well be a question
        self._put(Role.ZERO, entry.length, number=0)
        return True

    def _blocker(self, entry: Entry, entries: Sequence[Entry]) -> bool:
        weak = not entry.exact and entry.length == 1
        if weak and any(each.kind in (Kind.FILLER, Kind.COUNTER) for each in entries):
            return False
        if weak and entry.value in _NEEDS_NUMBER and not self._number_follows(self.at + 1):
            return False
        reason = DoubtReason(entry.value)
        if reason is DoubtReason.NEGATION and self._is_tail_question(entry):
            reason = DoubtReason.QUESTION
        self._put(Role.BLOCK, entry.length, reason=reason)
        return True

    def _is_tail_question(self, entry: Entry) -> bool:
        token = self._token(self.at + entry.length)
        return entry.length == 1 and bool(self.out) and (token is None or token.text.startswith("?"))

    def _number_follows(self, at: int) -> bool:
        token = self._token(at)
        if token is None:
            return False
        return token.shape is Shape.NUMBER or self._countable(at) or numbers.spoken(self.number_keys, at) is not None

    # ── signs ──

    def _sign(self, token: Token) -> None:
        if token.shape is Shape.OPAQUE and self._day():
            return
        if token.shape is Shape.DATE:
            self._day()
        elif token.shape is Shape.PAIR:
            self._pair(token)
        elif token.shape is Shape.SPAN:
            self._span(token)
        elif token.shape in _BY_SHAPE:
            role, reason = _BY_SHAPE[token.shape]
            self._put(role, 1, reason=reason)
        elif token.shape is Shape.BREAK:
            question = "?" in token.text
            self._put(Role.BLOCK if question else Role.BREAK, 1, reason=DoubtReason.QUESTION if question else None)
        elif token.text in _JOINING:
            self._put(Role.COMMA, 1)
        else:
            self._put(Role.OTHER if token.shape is Shape.OPAQUE else Role.FILLER, 1)

    def _pair(self, token: Token) -> None:
        """3/5 is a share where something is counted by it, else a date."""
        first, second = (int(each) for each in token.text.replace(" ", "").split("/"))
        day = days.written(token.text, self.context.today)
        asked = self._previous() in (Role.INDICATOR, Role.UNIT)
        entries = self._entries(self.at + 1)
        counted = any(entry.kind in (Kind.UNIT, Kind.COUNTER) for entry in entries) and not any(
            item.role is Role.NUMBER for item in self.out
        )
        names_next = any(entry.kind in (Kind.INDICATOR, Kind.UNIT) for entry in entries)
        has_own = names_next and self._number_soon(self.at + 1 + entries[0].length)
        if (day.day is None and day.doubt) or ((asked or (counted and not has_own)) and first <= second):
            self._put(Role.BLOCK, 1, reason=DoubtReason.RATIO)
        else:
            self._put(Role.DAY, 1, day=day)

    def _number_soon(self, at: int) -> bool:
        token = self._token(at)
        return token is not None and token.shape is Shape.NUMBER

    def _span(self, token: Token) -> None:
        first, second = (int(each) for each in token.text.replace("–", "-").replace("—", "-").replace("~", "-").split("-"))
        day = days.written(token.text, self.context.today)
        if first < second or day.day is None or self._previous() in (Role.INDICATOR, Role.UNIT):
            self._put(Role.BLOCK, 1, reason=DoubtReason.RANGE)
        else:
            self._put(Role.DAY, 1, day=day)


def _typed(table: str, name: str) -> frozenset[str]:
    return frozenset(form for phrase in phrases_of(table, name) if " " not in phrase for form in spellings(key(phrase)))


@cache
def _range_words() -> frozenset[str]:
    return _typed("number_joints", "range")


@cache
def _leads_to_number() -> frozenset[str]:
    return _typed("neighbours", "leads_to_number")


@cache
def _via() -> frozenset[str]:
    return _typed("neighbours", "via")


@cache
def _has() -> frozenset[str]:
    return _typed("neighbours", "has")


@cache
def _pronouns() -> frozenset[str]:
    return _typed("neighbours", "pronouns")


@cache
def _begins_like_verb() -> frozenset[str]:
    return _typed("neighbours", "begins_like_verb")


@cache
def _name_like() -> frozenset[str]:
    """Words that are names after a title, whatever else they mean."""
    return _typed("neighbours", "name_like") | frozenset(
        form for table in ("digits", "last_digits") for value in "123456789" for form in _typed(table, value)
    )


@cache
def _titles() -> dict[str, str]:
    marked = {key(phrase): strength for strength in ("weak", "strong") for phrase in phrases_of("titles", strength)}
    bare = {form: strength for word, strength in marked.items() for form in spellings(word)}
    return {**bare, **marked}


def _title_strength(word: str) -> str | None:
    return _titles().get(word)
