"""A load generator that costs little itself: requests are built beforehand, answers are only counted."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

CONNECTIONS = 64


@dataclass
class Burst:
    """What one burst came to. Times are seconds from the first byte sent."""

    seconds: float = 0.0
    statuses: dict[int, int] = field(default_factory=dict)

    def rate(self, events: int) -> float:
        return events / self.seconds


def post(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """One HTTP/1.1 request as bytes."""
    lines = [f"POST {path} HTTP/1.1", "Host: bench", f"Content-Length: {len(body)}", "Content-Type: application/json"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


class _Client(asyncio.Protocol):
    """One connection: a request, its answer, the next request."""

    def __init__(self, requests: deque[bytes], burst: Burst, done: asyncio.Future[None]) -> None:
        self._requests, self._burst, self._done = requests, burst, done
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self._buffer[:end].lower()
        length = int(head.split(b"content-length:")[1].split(b"\r\n")[0]) if b"content-length:" in head else 0
        if len(self._buffer) < end + 4 + length:
            return
        status = int(head.split(b" ", 2)[1])
        self._burst.statuses[status] = self._burst.statuses.get(status, 0) + 1
        self._buffer = b""
        self._next()

    def _next(self) -> None:
        if self._requests:
            self._transport.write(self._requests.popleft())
        else:
            self._transport.close()
            if not self._done.done():
                self._done.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._done.done():
            self._done.set_exception(exc or ConnectionError("the server hung up"))


async def fire(port: int, requests: Sequence[bytes], connections: int = CONNECTIONS) -> Burst:
    """Send all requests over a number of connections; returns when the last answer is there."""
    burst, waiting, loop = Burst(), deque(requests), asyncio.get_running_loop()
    dones = [loop.create_future() for _ in range(connections)]
    began = time.perf_counter()
    for done in dones:
        await loop.create_connection(lambda done=done: _Client(waiting, burst, done), "127.0.0.1", port)
    await asyncio.gather(*dones)
    burst.seconds = time.perf_counter() - began
    return burst
