"""Our service with Telegram's speed limits lifted, so that they are not what is measured: `python -m
benchmarks.unlimited run`. The sends in flight, which a crash can repeat, stay as they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from bot.channels.telegram import channel


@contextmanager
def lifted() -> Iterator[None]:
    """For channels that are built inside the block."""
    usual = channel.LIMITS
    channel.LIMITS = replace(usual, per_second=None, per_chat_interval=0.0, per_group_minute=None)
    try:
        yield
    finally:
        channel.LIMITS = usual


if __name__ == "__main__":
    from bot.cli import main

    with lifted():
        main()
