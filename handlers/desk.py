"""Where a message goes: to the first conversation that takes it. Conversations reach each other through here."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.conversation import Conversation
from handlers.dialogue import Dialogue
from handlers.turn import Thinking, Turn
from handlers.understanding import Meaning


class Desk:
    """All conversations, in the order in which they are offered a message, and their dialogues by name.

    Raises ValueError where two dialogues have one name.
    """

    def __init__(self, conversations: Sequence[Conversation]) -> None:
        self._conversations = tuple(conversations)
        self._dialogues: dict[str, Dialogue] = {}
        for dialogue in (one for conversation in conversations for one in conversation.dialogues):
            if dialogue.name in self._dialogues:
                raise ValueError(f"two dialogues are called {dialogue.name}")
            self._dialogues[dialogue.name] = dialogue

    def dialogue(self, name: str | None) -> Dialogue | None:
        """A dialogue by its name; None for one that this program does not have (any more)."""
        return self._dialogues.get(name or "")

    def of(self, conversation: str) -> tuple[Dialogue, ...]:
        """The dialogues of one conversation."""
        return next((one.dialogues for one in self._conversations if one.name == conversation), ())

    def hand_over(
        self, turn: Turn, meaning: Meaning, *, but: str = "", only: str = "", in_group: bool = False
    ) -> Thinking[bool]:
        """Give a meaning to the first conversation that takes it, other than one, or to no other than one; in a group
        to those alone that may be had there. False: nobody took it."""
        for conversation in self._conversations:
            if conversation.name == but or (only and conversation.name != only):
                continue
            if in_group and not conversation.in_groups:
                continue
            if conversation.takes(turn, meaning):
                yield from conversation.begin(turn, meaning)
                return True
        return False
