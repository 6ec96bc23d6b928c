"""Every conversation, in the order in which it is offered a message; the fallback is last."""

from __future__ import annotations

from handlers.chat import checkin, fallback, help
from handlers.conversation import Conversation
from handlers.dialogue import Dialogue

CATALOGUE: tuple[Conversation, ...] = (
    help.CONVERSATION,
    *checkin.CONVERSATIONS,
    fallback.CONVERSATION,
)


def _dialogues() -> dict[str, Dialogue]:
    known: dict[str, Dialogue] = {}
    for conversation in CATALOGUE:
        for dialogue in conversation.dialogues:
            if dialogue.name in known:
                raise ValueError(f"two dialogues are called {dialogue.name}")
            known[dialogue.name] = dialogue
    return known


DIALOGUES = _dialogues()
