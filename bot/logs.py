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
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for noisy in ("apscheduler", "aiohttp.access", "telegram", "httpx", "alembic", "sqlalchemy"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
