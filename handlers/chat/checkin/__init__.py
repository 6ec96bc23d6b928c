"""Check-ins: in one line or step by step, corrected, taken back, restored, counted once with a colleague."""

from handlers.chat.checkin import (
    amending,
    cancelling,
    correcting,
    doubts,
    going_on,
    guided,
    joint,
    nothing,
    one_line,
    restoring,
    withdrawing,
)
from handlers.conversation import Conversation

CONVERSATIONS: tuple[Conversation, ...] = (
    going_on.CONVERSATION,
    one_line.CONVERSATION,
    guided.CONVERSATION,
    doubts.CONVERSATION,
    nothing.CONVERSATION,
    amending.CONVERSATION,
    correcting.CONVERSATION,
    withdrawing.CONVERSATION,
    restoring.CONVERSATION,
    joint.CONVERSATION,
    cancelling.CONVERSATION,
)
"""In the order in which they are offered a message."""
