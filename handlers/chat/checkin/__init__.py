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

ONE_LINE = one_line.CONVERSATION
"""Offered a message before all others: an indicator and a number are a check-in, whatever word stands first."""

CONVERSATIONS: tuple[Conversation, ...] = (
    going_on.CONVERSATION,
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
"""The others, in the order in which they are offered a message."""
