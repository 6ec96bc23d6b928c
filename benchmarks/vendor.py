"""A Telegram that takes everything at once, in a process of its own: `python -m benchmarks.vendor PORT [ROUND_TRIP]`.

GET /count: how many messages arrived; GET /log: (chat, moment) of each, on the machine's monotonic clock; DELETE /log.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

from aiohttp import web

ROUND_TRIP = float(sys.argv[2]) if len(sys.argv) > 2 else 0.0
BOT = {"id": 700000001, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
arrived: list[tuple[int, float]] = []


async def call(request: web.Request) -> web.Response:
    moment = time.monotonic()
    method = request.match_info["method"].lower()
    if method != "sendmessage":
        return web.json_response({"ok": True, "result": BOT if method == "getme" else True})
    fields: Any = await (request.json() if request.content_type == "application/json" else request.post())
    if ROUND_TRIP:
        await asyncio.sleep(ROUND_TRIP)
    arrived.append((int(fields["chat_id"]), moment))
    chat = {"id": int(fields["chat_id"]), "type": "private", "first_name": "An"}
    message = {"message_id": len(arrived), "date": int(time.time()), "chat": chat, "text": fields["text"]}
    return web.json_response({"ok": True, "result": message})


async def count(_request: web.Request) -> web.Response:
    return web.json_response(len(arrived))


async def log(_request: web.Request) -> web.Response:
    return web.Response(text=json.dumps(arrived), content_type="application/json")


async def forget(_request: web.Request) -> web.Response:
    arrived.clear()
    return web.Response()


if __name__ == "__main__":
    app = web.Application()
    app.add_routes([web.get("/count", count), web.get("/log", log), web.delete("/log", forget)])
    app.router.add_route("*", "/bot{token}/{method}", call)
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)
