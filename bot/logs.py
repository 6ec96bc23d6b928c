"""Logging: one line an event, text or JSON, and never a token in it."""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime

from bot.settings import LogFormat

_TOKEN = re.compile(r"\b\d{5,}:[A-Za-z0-9_-]{10,}")
_PHONE = re.compile(r"(?<!\d)(?:\+?84|0)\d{9}(?!\d)")


def clean(text: str) -> str:
    """Without anything that looks like a bot's token or a phone number."""
    return _PHONE.sub("[phone]", _TOKEN.sub("[token]", text))


class Repeated(logging.Filter):
    """Lets the same complaint through once a minute; how often it came since is told with the next."""

    def __init__(self, every: float = 60.0) -> None:
        super().__init__()
        self._every = every
        self._said: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Only warnings and errors are held back; each exact line is one complaint."""
        if record.levelno < logging.WARNING:
            return True
        complaint = (record.name, record.getMessage())
        at, times = self._said.get(complaint, (float("-inf"), 0))
        if record.created - at < self._every:
            self._said[complaint] = (at, times + 1)
            return False
        if times:
            record.msg, record.args = f"{complaint[1]} (and {times} times more since it was last said)", ()
        self._forget(record.created)
        self._said[complaint] = (record.created, 0)
        return True

    def _forget(self, now: float) -> None:
        """Complaints of long ago."""
        for complaint in [one for one, (at, _) in self._said.items() if now - at > 10 * self._every]:
            del self._said[complaint]


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return clean(super().format(record))


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": clean(record.getMessage()),
        }
        if record.exc_info:
            entry["trace"] = clean(self.formatException(record.exc_info))
        return json.dumps(entry, ensure_ascii=False)


def set_up(form: LogFormat) -> None:
    """Log to standard error; libraries only when something is wrong."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        _Json() if form is LogFormat.JSON else _Text("%(asctime)s %(levelname)s %(name)s: %(message)s")
    )
    handler.addFilter(Repeated())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for noisy in ("apscheduler", "aiohttp.access", "telegram", "httpx", "alembic", "sqlalchemy"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
