"""Words to many: to whom, which words, a look at it before it goes, and a way to stop it."""

from handlers.chat.broadcast.conversation import CONVERSATION
from handlers.chat.broadcast.keeping_back import CONVERSATION as KEPT_BACK
from handlers.chat.broadcast.stopping import CONVERSATION as STOPPING

__all__ = ["CONVERSATION", "KEPT_BACK", "STOPPING"]
