"""The real program, with a lease that runs out sooner and a clock that was set: what tests of several processes need.

python -m tests.leases.launch SECONDS TIME command…      TIME: ISO 8601, or - for the machine's clock
"""

from __future__ import annotations

import sys
from datetime import datetime
from functools import partial

import bot.cli.run
import bot.leasing
from bot.cli.main import main
from bot.clock import MovedClock

if __name__ == "__main__":
    seconds, moment = sys.argv[1:3]
    bot.leasing.LENGTH = float(seconds)
    if moment != "-":
        clock = MovedClock(datetime.fromisoformat(moment), runs=True)
        bot.cli.run.serve = partial(bot.cli.run.serve, clock=clock)  # type: ignore[assignment]
    sys.argv[1:3] = []
    main()
