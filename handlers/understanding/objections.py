"""What speaks against saving a line though each of its words is harmless: amounts of money, people who already have it.

All is seen from the items of a line side by side; nothing here changes a number.
"""

from __future__ import annotations

from collections.abc import Sequence

from handlers.understanding import neighbours
from handlers.understanding.fold import key
from handlers.understanding.item import Item, Role
from handlers.understanding.meaning import DoubtReason
from handlers.understanding.pairs import Pair

_AN_AMOUNT = 100
"""So many payments in a day are rare; "thanh toán 500" may well be thousands of đồng."""
_A_TRANSFER = 10
"""After a word that takes amounts ("chuyển khoản 20")."""
_A_DAYS_WORK = 10
"""So many a team helps in a day; when people tell how many have something in their village it is more."""
_TAKES_AMOUNTS = frozenset({"tt", "tt?", "etax", "tmdt", "sim"})
_COUNTING = (Role.UNIT, Role.COUNTER)
_STRANGERS = (Role.OTHER, Role.LABEL, Role.VERB)
_CLAUSE = (Role.FILLER, Role.OTHER, Role.VERB, Role.INDICATOR, Role.DAY)
"""What may stand between a number and the word that makes it money."""


def objection(line: Sequence[Item], pairs: Sequence[Pair], text: str) -> DoubtReason | None:
    """The first thing that speaks against a line; `text` is what the items were cut from."""
    numbers = [at for at, item in enumerate(line) if item.role is Role.NUMBER]
    if any(_left_to_do(line, at, text) for at in numbers):
        return DoubtReason.NEGATION
    if any(_already_have(line, at, text) for at in numbers):
        return DoubtReason.POPULATION
    money = any(item.reason is DoubtReason.MONEY or item.code in _TAKES_AMOUNTS for item in line)
    return DoubtReason.MONEY if money and _may_be_money(line, pairs) else None


def _left_to_do(line: Sequence[Item], at: int, text: str) -> bool:
    """ "vneid còn 3 người": those are not done."""
    before = line[at - 1] if at > 0 else None
    return before is not None and before.role is Role.FILLER and _said(before, text) in neighbours.left()


def _already_have(line: Sequence[Item], at: int, text: str) -> bool:
    """ "5 người đã có vneid", "3 hộ dùng qr": how things are, unless a deed was named before."""
    if at + 1 >= len(line) or line[at + 1].role not in _COUNTING:
        return False
    if any(item.role is Role.VERB for item in line[:at]):
        return False
    said = _run(line[at + 2 :], (Role.FILLER,))
    after = at + 2 + len(said)
    has = any(_said(item, text) in neighbours.states() for item in said)
    return has and after < len(line) and line[after].role is Role.INDICATOR


def _may_be_money(line: Sequence[Item], pairs: Sequence[Pair]) -> bool:
    """ "thanh toán 500", "chuyển khoản 20", "nộp tiền điện 200": nothing says that people were counted."""
    codes = {number: code for code, number in pairs}
    return any(
        item.role is Role.NUMBER
        and item.number in codes
        and _bare(line, at)
        and (_amount_of(line, at, codes[item.number]) or _beside_money(line, at, codes[item.number]))
        for at, item in enumerate(line)
    )


def _bare(line: Sequence[Item], at: int) -> bool:
    after = line[at + 1].role if at + 1 < len(line) else None
    return after not in _COUNTING and not (at > 0 and line[at - 1].role is Role.UNIT)


def _amount_of(line: Sequence[Item], at: int, code: str) -> bool:
    beside = [line[place] for place in (at - 1, at + 1) if 0 <= place < len(line)]
    transfer = any(item.role is Role.INDICATOR and item.reason is DoubtReason.MONEY for item in beside)
    if transfer or (code in _TAKES_AMOUNTS and _strangers_before(line, at)):
        return line[at].number >= _A_TRANSFER
    return code in _TAKES_AMOUNTS and line[at].number >= _AN_AMOUNT


def _strangers_before(line: Sequence[Item], at: int) -> bool:
    """ "thanh toán ở chợ 20", "thanh toán cho cô Mai 50": it is told what was paid for, or to whom."""
    roles = [item.role for item in line[:at]]
    indicator = max((place for place, role in enumerate(roles) if role is Role.INDICATOR), default=None)
    return indicator is not None and any(role in _STRANGERS for role in roles[indicator:])


def _beside_money(line: Sequence[Item], at: int, code: str) -> bool:
    """Is a word about money before the number or right behind it; for a payment, anywhere in its clause?"""
    before = _run(line[:at][::-1], _CLAUSE)
    after = _run(line[at + 1 :], _CLAUSE) if code in _TAKES_AMOUNTS else line[at + 1 : at + 2]
    return any(item.role is Role.OTHER and item.reason is DoubtReason.MONEY for item in (*before, *after))


def _run(line: Sequence[Item], roles: Sequence[Role]) -> Sequence[Item]:
    length = next((at for at, item in enumerate(line) if item.role not in roles), len(line))
    return line[:length]


def told_of_a_deed(line: Sequence[Item], text: str) -> bool:
    """ "bản em có 3 hộ cài vneid": a deed, and no more than a day's work, though it begins like a count of people."""
    for at, item in enumerate(line):
        if item.reason is not DoubtReason.POPULATION:
            continue
        roles = [each.role for each in line[at + 1 : at + 5]]
        if _said(item, text) not in neighbours.our_village_has() or len(roles) < 4 or roles[0] is not Role.NUMBER:
            return False
        deed = roles[1] in _COUNTING and roles[3] is Role.INDICATOR and _said(line[at + 3], text) in neighbours.deeds()
        if not deed or line[at + 1].number > _A_DAYS_WORK:
            return False
    return True


def _said(item: Item, text: str) -> str:
    return " ".join(map(key, text[item.start : item.end].split()))
