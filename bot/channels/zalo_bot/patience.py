"""How long to wait after trouble with asking for events, and whether it is news."""

from __future__ import annotations

import logging
import random

log = logging.getLogger(__name__)


class Patience:
    """Waits grow with each failure in a row, up to `longest` seconds. Only the beginning of a trouble is logged."""

    def __init__(self, account: str, first: float = 1.0, longest: float = 60.0) -> None:
        self._account = account
        self._first = first
        self._longest = longest
        self._failures = 0
        self._trouble = ""

    def lost(self, trouble: str, asked: float = 0.0) -> float:
        """Note a failure of this kind; returns the seconds to wait, at least as many as were asked for."""
        if trouble != self._trouble:
            self._trouble = trouble
            log.warning("action=poll_trouble channel=zalo-bot account=%s trouble=%s", self._account, trouble)
        wait = min(self._longest, self._first * float(2 ** min(self._failures, 16)))
        self._failures += 1
        return max(wait * random.uniform(0.75, 1.0), asked)

    def well(self) -> None:
        """Note that it works (again)."""
        if self._trouble:
            log.warning("action=poll_well channel=zalo-bot account=%s after=%s", self._account, self._trouble)
        self._trouble = ""
        self._failures = 0
