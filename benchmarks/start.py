"""Start to ready: seconds from the command to /readyz answering 200, and memory then."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from benchmarks.district import SERVICE, environment
from benchmarks.processes import free_port, resident_mb, running, until_ready


async def measure(folder: Path, api: str) -> tuple[float, float]:
    """(seconds, MB) of one start on a database that exists."""
    port = free_port()
    began = time.perf_counter()
    async with running(SERVICE, port, "/healthz", environment(folder, port, api)) as process:
        await until_ready(port, "/readyz", process, wanted=200)
        seconds = time.perf_counter() - began
        await asyncio.sleep(0.5)
        return seconds, resident_mb(process)
