"""A one-time code typed to us: what the teams teach against is never passed over in silence."""

from __future__ import annotations

import re

from handlers.chat.reopening import bring_back
from handlers.conversation import Conversation
from handlers.turn import Thinking, Turn
from handlers.understanding import Meaning, Report
from handlers.understanding.fold import fold
from locales import _

_CODE = re.compile(r"\botp\b.*\b\d{4,8}\b|\b\d{4,8}\b.*\botp\b")


def _takes(turn: Turn, meaning: Meaning) -> bool:
    return not isinstance(meaning, Report) and _CODE.search(fold(turn.incoming.text)) is not None


def _begin(turn: Turn, _meaning: Meaning) -> Thinking[None]:
    turn.say(
        _(
            "Please give an OTP code to nobody, to me neither: I never ask for one. If somebody has just asked you for "
            "it, call your bank and the commune's police at once. A lesson on it: hướng dẫn lừa đảo"
        )
    )
    yield from bring_back(turn)


CONVERSATION = Conversation("secret_codes", _takes, _begin)
