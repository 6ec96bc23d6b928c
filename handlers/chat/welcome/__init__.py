"""A newcomer: the code, consent first, then who they are and where they serve."""

from handlers.chat.welcome.further import CONVERSATION
from handlers.chat.welcome.strangers import received

__all__ = ["CONVERSATION", "received"]
