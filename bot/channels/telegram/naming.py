"""When a message names us: "@bot …", "/command@bot", and what is left when the name is taken off."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Patterns instead of the vendor's entities: they need no UTF-16 offsets and cannot point outside the text.
_COMMAND = re.compile(r"/(\w+)@(\w+)(?!\w)")
_MENTION = re.compile(r"(?<![\w@/])@(\w+)")
_BEFORE = re.compile(r"\s*@(\w+)[\s,:;.!–-]*")
_AFTER = re.compile(r"[\s,]*(?<![\w@/])@(\w+)\s*$")


@dataclass(frozen=True, slots=True)
class Me:
    """Our own account, as far as it is known: the name is learned from the vendor, which may be away."""

    id: str
    username: str = ""

    def is_named(self, name: str) -> bool:
        """Whether this is our user name. While that is not known, any bot's name is taken for ours."""
        if self.username:
            return name.casefold() == self.username.casefold()
        return name.casefold().endswith("bot")


def for_another(text: str, me: Me) -> bool:
    """Whether this is a command for another bot of the group."""
    command = _COMMAND.match(text.lstrip())
    return command is not None and not me.is_named(command[2])


def calls(text: str, me: Me) -> bool:
    """Whether a text speaks to us: a slash command, or our name anywhere."""
    return text.lstrip().startswith("/") or any(me.is_named(name) for name in _MENTION.findall(text))


def without_name(text: str, me: Me) -> str:
    """The text without our name at its beginning, in its command or at its end."""
    if "@" not in text:
        return text
    command = _COMMAND.match(text.lstrip())
    if command is not None and me.is_named(command[2]):
        text = "/" + command[1] + text.lstrip()[command.end() :]
    before = _BEFORE.match(text)
    if before is not None and me.is_named(before[1]):
        text = text[before.end() :]
    after = _AFTER.search(text)
    if after is not None and me.is_named(after[1]):
        text = text[: after.start()]
    return text
