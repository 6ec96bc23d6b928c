"""How long to wait after trouble with asking for events, and whether it is news."""

from __future__ import annotations

import logging
import random

log = logging.getLogger(__name__)


class Patience:
    """Waits of one account: they grow with each failure in a row, up to `longest` seconds.

    Only the beginning and the end of a trouble are logged. `first` and `longest`: seconds.
    """

    def __init__(self, channel: str, account: str, first: float = 1.0, longest: float = 60.0) -> None:
        self._whose = f"channel={channel} account={account}"
        self._first = first
        self._longest = longest
        self._failures = 0
        self._trouble = ""

    def lost(self, trouble: str, asked: float | None = None) -> float:
        """Note a failure of this kind; returns the seconds to wait, at least as many as were asked for."""
        if trouble != self._trouble:
            self._trouble = trouble
            log.warning("action=poll_trouble %s trouble=%s", self._whose, trouble)
        wait = min(self._longest, self._first * float(2 ** min(self._failures, 16)))
        self._failures += 1
        return max(wait * random.uniform(0.75, 1.0), asked or 0.0)

    def well(self) -> None:
        """Note that it works (again)."""
        if self._trouble:
            log.warning("action=poll_well %s after=%s", self._whose, self._trouble)
        self._trouble = ""
        self._failures = 0
