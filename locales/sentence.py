"""A sentence for people: marked where it is decided, rendered when its reader is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Sentence:
    """An English sentence with named placeholders, and the values for them.

    A value may be a string, a whole number, a date, a datetime, or another sentence; `locales.render`
    writes each the way the reader's language does.
    """

    msgid: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Joined:
    """Several pieces of text, rendered one by one and joined (by a new line unless told otherwise)."""

    pieces: tuple[Text, ...]
    by: str = "\n"


Text = Sentence | Joined | str
"""What can be said to a person. A plain string is somebody's own words (a name, a note) and is not translated."""


def _(msgid: str, /, **values: object) -> Sentence:
    """Mark a sentence for the catalogues. The literal is extracted by `pybabel extract`."""
    return Sentence(msgid, values)


def lines(*pieces: Text | None) -> Joined:
    """Pieces under each other; None is left out."""
    return Joined(tuple(piece for piece in pieces if piece is not None))


def listed(pieces: Iterable[Text]) -> Joined:
    """Pieces after each other, with commas."""
    return Joined(tuple(pieces), by=", ")
