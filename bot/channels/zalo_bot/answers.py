"""What the Bot API answered. The HTTP status is not the verdict: refusals come with 200, and pages with anything."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.channels.fields import words
from bot.channels.zalo_bot.fields import whole

_CODES = ("error_code", "errorCode", "code")
LONGEST_WAIT = 300.0
"""Seconds that a gate may ask for; Zalo publishes none, and a clock gone wrong must not silence a village."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A refusal. `spoken` is False where something else answered (a proxy's page, garbage): `code` is then HTTP's."""

    code: int
    description: str
    spoken: bool = True
    page: bool = False
    """A page for people: the request did not get as far as the API."""
    retry_after: float | None = None


class Refused(Exception):
    """The request was answered, but not with what was asked for."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"{answer.code}: {answer.description}")
        self.answer = answer


class Unreachable(Exception):
    """No answer came. `written`: the request had left, so it may have been carried out all the same."""

    def __init__(self, reason: str, written: bool) -> None:
        super().__init__(reason)
        self.written = written


def result_of(status: int, body: bytes, retry_after: str = "") -> Any:
    """The result in an answer (None where a success brings none). Raises Refused where `ok` is not true.

    `retry_after`: the header of that name.
    """
    document = _document(body)
    if document.get("ok") is True:
        return document.get("result")
    if document.get("ok") is False:
        raise Refused(Answer(_code(document, status), words(document, "description")[:200]))
    page = body.lstrip()[:1] == b"<"
    raise Refused(Answer(status, "a page" if page else "no answer of the Bot API", False, page, _wait(retry_after)))


def _wait(header: str) -> float | None:
    seconds = whole(header)
    return min(float(seconds), LONGEST_WAIT) if seconds is not None and seconds >= 0 else None


def _code(document: Mapping[str, Any], status: int) -> int:
    """The code of a refusal, a number or a string under either spelling; else HTTP's where that is one."""
    for spelling in _CODES:
        code = whole(document.get(spelling))
        if code:
            return code
    return status if status >= 400 else 0


def _document(body: bytes) -> Mapping[str, Any]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}
