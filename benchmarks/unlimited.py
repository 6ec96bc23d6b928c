"""Our service with Telegram's speed limits lifted, so that they are not what is measured: `python -m
benchmarks.unlimited run`. The sends in flight, which a crash can repeat, stay as they are."""

from __future__ import annotations

from dataclasses import replace

from bot.channels.telegram import channel


def lift() -> None:
    """In this process only."""
    channel.LIMITS = replace(channel.LIMITS, per_second=None, per_chat_interval=0.0, per_group_minute=None)


if __name__ == "__main__":
    from bot.cli import main

    lift()
    main()
