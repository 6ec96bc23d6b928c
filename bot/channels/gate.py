"""The last look before a request leaves: between the sender's own look and this moment lie a connection to be made,
a token to be renewed, a place to be waited for; a process may have been frozen over any of them."""

from __future__ import annotations

from typing import Any

import aiohttp

from bot.permit import withdrawn


class Withdrawn(aiohttp.ClientConnectionError):
    """The request was held back at the last moment: nothing of it has left."""


class GatedRequest(aiohttp.ClientRequest):
    """A request that leaves only while its task may write."""

    async def send(self, conn: Any) -> aiohttp.ClientResponse:
        if withdrawn():
            raise Withdrawn("held back: another process may be writing by now")
        return await super().send(conn)
