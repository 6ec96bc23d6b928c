"""The service as `tocds run` starts it, on a clock that a file moves: python -m tests.torture.runner CLOCKFILE."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from bot import logs
from bot.cli.run import serve
from bot.preparing import CannotStart
from bot.settings import load
from tests.torture.clock import SharedClock


def main() -> int:
    settings = load(_env_file=None)
    logs.set_up(settings.log_format)
    try:
        asyncio.run(serve(settings, SharedClock(Path(sys.argv[1]))))
    except CannotStart as error:
        print(f"tocds: {error}", file=sys.stderr)  # noqa: T201 - as the command line says it
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
