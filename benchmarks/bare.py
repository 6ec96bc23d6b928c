"""The yardstick: a bare aiohttp server that parses the same JSON and stores nothing.

`python -m benchmarks.bare PORT`
"""

from __future__ import annotations

import json
import sys

from aiohttp import web


async def webhook(request: web.Request) -> web.Response:
    json.loads(await request.read())
    return web.Response()


if __name__ == "__main__":
    app = web.Application()
    app.add_routes([web.post("/webhook/{channel}/{account}", webhook)])
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)
