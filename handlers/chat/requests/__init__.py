"""Requests to the commune: asked, passed on, listed, answered. Both sides see what became of them."""

from __future__ import annotations

from handlers.chat.requests import answering, asking, listing, offering
from handlers.chat.requests.answering import show
from handlers.chat.requests.keeping import ask_commune, commune_of, forward, officer_of
from handlers.conversation import Conversation

__all__ = ["CONVERSATIONS", "ask_commune", "commune_of", "forward", "officer_of", "show"]

CONVERSATIONS: tuple[Conversation, ...] = (
    asking.CONVERSATION,
    offering.CONVERSATION,
    answering.CONVERSATION,
    listing.CONVERSATION,
)
"""In the order in which they are offered a message."""
