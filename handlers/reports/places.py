"""How a place is named to people: "xã Tú Lệ", "thị trấn Sơn Thịnh", "Bản Lềnh"."""

from __future__ import annotations

import unicodedata

from locales import Text, _

COMMUNES = ("commune", "town", "ward")
"""Kinds that have villages under them and a group of their own."""

_SAYS_ITSELF = {
    "commune": ("xã",),
    "town": ("thị trấn",),
    "ward": ("phường",),
    "village": ("thôn", "bản", "tổ", "khu", "làng", "xóm", "ấp", "buôn", "phố", "tiểu khu", "cụm", "đội"),
    "commune_team": ("tổ", "ban"),
    "club": ("câu lạc bộ", "clb"),
}
"""First words of a name that already say what sort of place it is (matched, never shown)."""


def place_name(kind: str, name: str) -> Text:
    """A place in running text. A name that already says what it is ("Thôn 1", "Bản Lềnh") stays as it is."""
    if _says_itself(kind, name):
        return name
    match kind:
        case "commune":
            return _("{name} commune", name=name)
        case "town":
            return _("{name} town", name=name)
        case "ward":
            return _("{name} ward", name=name)
        case "village":
            return _("{name} village", name=name)
        case "commune_team":
            return _("commune team of {name}", name=name)
        case "club":
            return _("{name} club", name=name)
    return name


def place_heading(kind: str, name: str) -> Text:
    """The same in capitals, for the first line of a post."""
    capitals = name.upper()
    if _says_itself(kind, name):
        return capitals
    match kind:
        case "commune":
            return _("{name} COMMUNE", name=capitals)
        case "town":
            return _("{name} TOWN", name=capitals)
        case "ward":
            return _("{name} WARD", name=capitals)
        case "village":
            return _("{name} VILLAGE", name=capitals)
        case "commune_team":
            return _("COMMUNE TEAM OF {name}", name=capitals)
        case "club":
            return _("{name} CLUB", name=capitals)
    return capitals


def office(kind: str) -> Text:
    """Where the officer of a place sits; a village's sits at the commune."""
    match kind:
        case "town":
            return _("the town")
        case "ward":
            return _("the ward")
    return _("the commune")


def ours(kind: str) -> Text:
    """The place as its own people say it: "xã mình"."""
    match kind:
        case "town":
            return _("our town")
        case "ward":
            return _("our ward")
        case "village":
            return _("our village")
        case "commune":
            return _("our commune")
    return _("our place")


def _says_itself(kind: str, name: str) -> bool:
    said = unicodedata.normalize("NFC", name).casefold() + " "
    return any(said.startswith(f"{word} ") for word in _SAYS_ITSELF.get(kind, ()))
