"""Texts as every database can keep them."""

from __future__ import annotations

import re

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """The same text, with a space for NUL, which PostgreSQL refuses, and U+FFFD for half of a surrogate pair, which
    cannot be encoded at all. JSON allows both, and one such text would hold up everything that is written with it."""
    return text if _UNSTORABLE.search(text) is None else _UNSTORABLE.sub(_instead, text)


def _instead(found: re.Match[str]) -> str:
    return " " if found.group() == "\x00" else "\ufffd"
