"""Who am I here: name, places, language, form of address, and whose turn it is on a shared phone."""

from handlers.chat.people import address, here, language, rename, switch, whoami

CONVERSATIONS = (
    whoami.CONVERSATION,
    language.CONVERSATION,
    address.CONVERSATION,
    rename.CONVERSATION,
    switch.CONVERSATION,
    here.CONVERSATION,
)

__all__ = ["CONVERSATIONS"]
