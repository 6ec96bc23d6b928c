"""The database cannot be written: found by whoever tries, told to the operator once, and once when it is over."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger(__name__)

CALM = 3.0
"""Seconds without a failed write after which one that succeeds ends the trouble: on a full disk, small ones still do
now and then."""

_REMEDIES = (
    (("disk is full", "no space left", "disk i/o error", "errno 28", "errno 27"), "make space on the disk of {where}"),
    (("readonly", "read-only", "permission denied"), "let this user write {where}"),
    (("locked",), "another program holds {where}: end it"),
)
_ELSE = "see that {where} can be reached and written"


@dataclass(frozen=True, slots=True)
class Over:
    """A time of trouble that is over. `ended`: on the clock of whoever measured it."""

    seconds: float
    ended: float
    refused: int
    sheltered: int


class DatabaseTrouble:
    """What this process knows of its database. `where`: the file or the server, without secrets."""

    def __init__(self, where: Path | str, now: Callable[[], float] = time.monotonic) -> None:
        self._where, self._now = where, now
        self._since: float | None = None
        self._last = self._worked = float("-inf")
        self._well_since: float | None = None
        self._seconds = 0.0
        self.refused = 0
        """Events that were not taken since the start, because they could not be kept; one that is asked for or brought
        again counts again."""
        self.sheltered = 0
        """Events that were kept beside the database since the start."""
        self.meanwhile = "events stay with the messengers"
        """What becomes of events until the trouble is over, in the operator's words."""
        self.over: list[Over] = []
        """To be written down (bot.outages)."""
        self._before = (0, 0)
        self.kind = ""
        """What kind of error it is; "" while all is well."""

    @property
    def failing(self) -> bool:
        """Whether the last write of which we heard failed, a moment ago."""
        return self._last > self._worked and self._now() - self._last < CALM

    @property
    def seconds(self) -> float:
        """How long the database could not be written since the start, all in all."""
        return self._seconds + (self._now() - self._since if self._since is not None else 0.0)

    def failed(self, error: BaseException) -> None:
        """A write failed."""
        self._last = self._now()
        self._well_since = None
        if self._since is not None:
            return
        self._since, self.kind, self._before = self._last, type(error).__name__, (self.refused, self.sheltered)
        log.error(
            "the database cannot be written (%s): %s; until then %s",
            _first_line(error),
            remedy(error, self._where),
            self.meanwhile,
        )

    def worked(self) -> None:
        """A write succeeded."""
        self._worked = self._now()
        if self._since is None:
            return
        # Where nobody writes for a night, the next success comes long after the trouble was over.
        self._well_since = self._worked if self._well_since is None else self._well_since
        if self._worked - self._last < CALM:
            return
        one = self._end(self._since, self._well_since)
        log.warning(
            "the database can be written again, after %.0f s in which %d events were turned away, %d kept aside",
            *(one.seconds, one.refused, one.sheltered),
        )

    def cut_off(self) -> None:
        """The service stops: what lasts still is over as far as this process can tell."""
        if self._since is not None:
            self._end(self._since, self._now() if self._well_since is None else self._well_since)

    def ago(self, moment: float) -> float:
        """Seconds since a moment on this clock."""
        return self._now() - moment

    def _end(self, since: float, ended: float) -> Over:
        refused, sheltered = self._before
        one = Over(ended - since, ended, self.refused - refused, self.sheltered - sheltered)
        self._since, self.kind = None, ""
        self._seconds += one.seconds
        self.over.append(one)
        return one


def remedy(error: BaseException, where: Path | str) -> str:
    """What an operator can do about an error of the database."""
    said = str(error).lower()
    for signs, advice in _REMEDIES:
        if any(sign in said for sign in signs):
            return advice.format(where=where)
    return _ELSE.format(where=where)


def _first_line(error: BaseException) -> str:
    """What follows the first line may quote a statement."""
    return str(error).partition("\n")[0] or type(error).__name__
