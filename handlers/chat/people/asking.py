"""How people ask about themselves: a command, or a phrase with its own rest."""

from __future__ import annotations

from handlers.turn import Turn
from handlers.understanding import Command, CommandName, Meaning
from handlers.understanding.fold import clean, same_words


def asks_for(turn: Turn, meaning: Meaning, name: CommandName) -> bool:
    """This command, in private."""
    return not turn.incoming.group and isinstance(meaning, Command) and meaning.name is name


def after(text: str, openings: tuple[str, ...]) -> str | None:
    """What stands after one of these openings, the longest first; None when the text begins with none of them."""
    said = clean(text).lstrip("/").split()
    for opening in openings:
        size = len(opening.split())
        if same_words(" ".join(said[:size]), opening):
            return " ".join(said[size:])
    return None
