"""What is written in a group of an Official Account, all of which Zalo brings us, and what of it is for us.

Decided at the door from the words alone, before anything is kept; whoever the speaker is, and whether it is really a
check-in, is found out later from what is let through.
"""

from __future__ import annotations

import logging
from datetime import date

from handlers.understanding import Command, Context, Doubt, DoubtReason, Report, read

log = logging.getLogger(__name__)


def is_for_us(text: str, today: date) -> bool:
    """Whether words that do not call us are a command or a line of work. "Bản Lềnh vneid 3" is let through: which
    village is the speaker's own is not known here. Never raises: what cannot be read is not ours."""
    try:
        meaning = read(text, Context(today=today, group=True))
    except Exception as error:
        log.error("action=overheard failed: %s", type(error).__name__)
        return False
    if isinstance(meaning, Doubt):
        return meaning.reason is DoubtReason.OTHER_VILLAGE
    return isinstance(meaning, Command | Report)
