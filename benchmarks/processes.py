"""Servers under measurement, each a process of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

ROOT = Path(__file__).resolve().parents[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def running(
    command: Sequence[str], port: int, ready: str, env: Mapping[str, str] | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A server process, once `ready` answers anything; ended by SIGTERM."""
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, env=dict(env) if env else None, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        await until_ready(port, ready, process)
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            await process.wait()


async def until_ready(port: int, path: str, process: asyncio.subprocess.Process, wanted: int = 0) -> None:
    """Return when the server answers `path` (with the `wanted` status, if given)."""
    async with aiohttp.ClientSession() as session:
        while process.returncode is None:
            try:
                async with session.get(f"http://127.0.0.1:{port}{path}") as answer:
                    if not wanted or answer.status == wanted:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.01)
    raise RuntimeError(f"{os.path.basename(str(process.args if hasattr(process, 'args') else 'server'))} ended early")


def resident_mb(process: asyncio.subprocess.Process) -> float:
    """Memory that the process holds now, in MB."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024
