"""Whether a refused text is the message's fault, the chat's, or the vendor's.

Zalo tells nobody that a person deleted the bot or that a group put it out, and promises no code for it. So when a text
that breaks no rule is refused, the chat is asked for the lesser thing (a typing sign, which is no message): refused
too, the chat is lost; allowed, it was the text. A refusal that meets chat after chat, with nothing arriving in between,
is the vendor's trouble and nobody's loss.
"""

from __future__ import annotations

from bot.channels.base import SendFailed, Why

MOST_LOST = 3
"""So many chats in a row may be lost; the next one waits until something has arrived somewhere."""


class Judge:
    """What the refusals of one account add up to."""

    def __init__(self) -> None:
        self._lost: set[str] = set()

    def arrived(self) -> None:
        """A message arrived: the vendor is well."""
        self._lost.clear()

    def lost(self, chat: str, group: bool, detail: str) -> SendFailed:
        """The chat was refused twice over."""
        self._lost.add(chat)
        if len(self._lost) > MOST_LOST:
            return SendFailed(Why.VENDOR, f"every chat is refused ({detail})", retryable=True)
        return SendFailed(Why.CHAT_GONE if group else Why.BLOCKED, detail)

    @staticmethod
    def allowed(code: int, refused: SendFailed) -> SendFailed:
        """The chat is well, so it was the text; or, for a 403, what the documentation calls an internal error."""
        return SendFailed(Why.VENDOR, str(refused), retryable=True) if code == 403 else refused

    @staticmethod
    def unclear(asked: SendFailed) -> SendFailed:
        """The second question failed for a reason of its own: the text was refused for sure, and is tried later."""
        return SendFailed(
            asked.why,
            str(asked),
            retryable=True,
            retry_after=asked.retry_after,
            whole_account=asked.whole_account,
        )
