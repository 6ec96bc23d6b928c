"""Whether the task that runs just now may still write to a messenger: asked right before bytes leave."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

permit: ContextVar[Callable[[], bool] | None] = ContextVar("permit", default=None)
"""Set by whoever sends under a lease, for the task of that send; None: nothing is asked."""


def withdrawn() -> bool:
    """Whether the running task had leave to write, and has it no longer."""
    asked = permit.get()
    return asked is not None and not asked()
