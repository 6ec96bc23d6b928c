"""(b) python-telegram-bot behind an aiohttp webhook: `python -m benchmarks.usual.ptb PORT URL API TOKEN`."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from typing import Any

from aiohttp import web
from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from benchmarks.usual.records import Records, opened

CONNECTIONS = 64


def served(url: str, api: str, token: str) -> web.Application:
    engine = opened(url)
    records = Records(engine)
    bot: Application[Any, Any, Any, Any, Any, Any] = (
        Application.builder()
        .token(token)
        .base_url(f"{api}/bot")
        .updater(None)
        .connection_pool_size(CONNECTIONS)
        .pool_timeout(600)
        .concurrent_updates(CONNECTIONS)
        .build()
    )

    async def checkin(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message is not None
        assert update.effective_user is not None
        receipt = await records.checkin(update.effective_user.id, update.message.text or "")
        await update.message.reply_text(receipt)

    async def webhook(request: web.Request) -> web.Response:
        await bot.update_queue.put(Update.de_json(await request.json(), bot.bot))
        return web.Response()

    async def running(_app: web.Application) -> AsyncIterator[None]:
        async with bot:
            await bot.start()
            yield
            await bot.stop()
        await engine.dispose()

    bot.add_handler(MessageHandler(filters.TEXT, checkin))
    app = web.Application()
    app.router.add_post("/webhook", webhook)
    app.cleanup_ctx.append(running)
    return app


if __name__ == "__main__":
    port, *rest = sys.argv[1:]
    web.run_app(served(*rest), host="127.0.0.1", port=int(port), access_log=None, print=None)
