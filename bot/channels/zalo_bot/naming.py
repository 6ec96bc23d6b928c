"""Our own name in a text: "@Bot Tổ CĐS Tú Lệ nhóm", and what is left when it is taken off.

Zalo marks no mention in a group's message: the name stands in the text as it was picked, with its spaces. It is
learned from the vendor, whose answer may lack it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from bot.channels.fields import words
from bot.channels.zalo_bot.fields import identity

_EDGE = r"[\s,:;.!–\-\u200b-\u200d\u2060\ufeff]*"
_FIRST = re.compile(r"\s*@bot(?!\w)\s*", re.IGNORECASE)
_WORD = re.compile(r"(\S+)\s*")
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Me:
    """Our own account, as far as it is known. `names`: what stands after the @ where somebody calls us."""

    id: str = ""
    names: tuple[str, ...] = ()
    joins_groups: bool | None = field(default=None, compare=False)
    """Whether the vendor lets this bot into groups; None while that is not known."""

    @property
    def name(self) -> str:
        """What people see; "" while it is not known."""
        return self.names[0] if self.names else ""

    @property
    def remembered(self) -> str:
        """Id and name in one line, for storage; "" while nothing is known."""
        return f"{self.id} {self.name}".strip()

    @classmethod
    def recalled(cls, remembered: str) -> Me:
        """From `remembered`."""
        bot_id, _, name = remembered.strip().partition(" ")
        return cls(bot_id, (name,) if name else ()) if bot_id.isdigit() else cls("", tuple(filter(None, [remembered])))

    def told(self, result: object) -> Me:
        """What we are after getMe, in whose result only the id is sure: a name that it does not tell stays."""
        shown, account = (
            " ".join(words(result, key).split())[:LONGEST_NAME] for key in ("display_name", "account_name")
        )
        names = (shown, account) if shown else (*self.names, account)
        joins = result.get("can_join_groups") if isinstance(result, dict) else None
        known = tuple(dict.fromkeys(filter(None, names)))
        return Me(identity(result) or self.id, known, joins if isinstance(joins, bool) else None)


def without_name(text: str, me: Me, group: bool) -> str:
    """The text without our name at its beginning or end.

    In a group, where only messages that call us arrive, an unknown name is guessed: every bot's begins with "Bot", and
    the words of a name have capitals while what people ask for has none.
    """
    if "@" not in text:
        return text
    normal = unicodedata.normalize("NFC", text)
    before, after = _patterns(me.names)
    left = after.sub("", before.sub("", normal, count=1), count=1) if me.names else normal
    if left != normal:
        return left
    first = _FIRST.match(normal) if group else None
    return _after_capitals(normal[first.end() :]) if first else text


@lru_cache(maxsize=64)
def _patterns(names: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Our names at the beginning and at the end of a text."""
    name = rf"@(?:{'|'.join(_spelled(names))})(?!\w)"
    return re.compile(rf"\A\s*{name}{_EDGE}", re.IGNORECASE), re.compile(
        rf"[\s,]*(?<![\w@]){name}{_EDGE}\Z", re.IGNORECASE
    )


def _spelled(names: Iterable[str]) -> list[str]:
    """Longest first, so that "Bot Tú Lệ 2" is not taken for "Bot Tú Lệ"; any white space between the words."""
    normal = sorted((unicodedata.normalize("NFC", name) for name in names), key=len, reverse=True)
    return [r"\s+".join(map(re.escape, name.split())) for name in normal]


def _after_capitals(text: str) -> str:
    position = 0
    for word in _WORD.finditer(text):
        if not word[1][0].isupper():
            break
        position = word.end()
    return text[position:].lstrip(" ,:;.!–-")
