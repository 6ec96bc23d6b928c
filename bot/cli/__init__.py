"""The commands, thin: each opens what it needs, calls one thing, prints."""

from bot.cli.main import main

__all__ = ["main"]
