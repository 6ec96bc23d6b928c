"""(c) aiogram 3 behind its own webhook handler: `python -m benchmarks.usual.aio PORT URL API TOKEN`."""

from __future__ import annotations

import sys

from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web

from benchmarks.usual.records import Records, opened


def served(url: str, api: str, token: str) -> web.Application:
    engine = opened(url)
    records = Records(engine)
    bot = Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(api)))
    dispatcher = Dispatcher()

    @dispatcher.message(F.text)
    async def checkin(message: Message) -> None:
        assert message.from_user is not None
        await message.answer(await records.checkin(message.from_user.id, message.text or ""))

    async def closing(_app: web.Application) -> None:
        await bot.session.close()
        await engine.dispose()

    app = web.Application()
    SimpleRequestHandler(dispatcher, bot).register(app, path="/webhook")
    setup_application(app, dispatcher)
    app.on_cleanup.append(closing)
    return app


if __name__ == "__main__":
    port, *rest = sys.argv[1:]
    web.run_app(served(*rest), host="127.0.0.1", port=int(port), access_log=None, print=None)
