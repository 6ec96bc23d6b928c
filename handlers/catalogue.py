"""Every conversation, in the order in which it is offered a message; the fallback is last."""

from __future__ import annotations

from handlers.chat import (
    broadcast,
    checkin,
    fallback,
    groups,
    help,
    inviting,
    lead_digest,
    leave,
    missing,
    nothing_offer,
    numbers,
    officer,
    pausing,
    people,
    privacy,
    reminding,
    requests,
    secret_codes,
    smalltalk,
    to_paste,
    tutorials,
    welcome,
)
from handlers.conversation import Conversation
from handlers.desk import Desk

CATALOGUE: tuple[Conversation, ...] = (
    checkin.ONE_LINE,
    secret_codes.CONVERSATION,
    welcome.CONVERSATION,
    help.CONVERSATION,
    pausing.CONVERSATION,
    leave.CONVERSATION,
    privacy.CONVERSATION,
    *people.CONVERSATIONS,
    groups.CONVERSATION,
    lead_digest.CONVERSATION,
    broadcast.CONVERSATION,
    broadcast.STOPPING,
    broadcast.KEPT_BACK,
    *checkin.CONVERSATIONS,
    numbers.CONVERSATION,
    missing.CONVERSATION,
    to_paste.CONVERSATION,
    nothing_offer.CONVERSATION,
    *requests.CONVERSATIONS,
    reminding.CONVERSATION,
    inviting.CONVERSATION,
    tutorials.CONVERSATION,
    officer.CONVERSATION,
    smalltalk.CONVERSATION,
    fallback.CONVERSATION,
)

DESK = Desk(CATALOGUE)
"""Where every message goes."""
