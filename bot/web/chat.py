"""The web chat's page and its socket: an application of its own, mounted at /chat."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable

import aiohttp_jinja2
from aiohttp import web

from bot.channels.webchat import ClockView, Demo, Look, Phone, Shown, WebChat
from bot.channels.webchat.door import Door, History, TakeFrom
from bot.channels.webchat.hub import Frame
from bot.web import guard, pages, visitors
from bot.web.pages import words
from locales import LANGUAGES, Reader

__all__ = ["ClockView", "Demo", "Phone", "PictureOf", "Shown", "chat_app"]

PictureOf = Callable[[int], Awaitable[tuple[bytes, str] | None]]
"""The bytes and media type of a picture of ours by its media id; None where there is none (any more)."""

_CODE = re.compile(r"\d{6}", re.ASCII)


def chat_app(
    chat: WebChat,
    take: TakeFrom,
    history: History,
    picture: PictureOf,
    demo: Demo | None = None,
    *,
    public_url: str = "",
    language: str = "vi",
) -> web.Application:
    """The application for `app.add_subapp("/chat", …)`.

    With `demo`: its phones side by side and its clock. Without: one phone, whoever the browser's cookie says.
    `take` hands raw events to the journal and returns when they are durable; `history` gives the bubbles of a chat,
    oldest first. `public_url` is the address people see, where a proxy stands before us.
    """
    page = _Page(chat, Door(chat, take, history), picture, demo, public_url, language)
    app = web.Application(middlewares=[guard.guarded])
    aiohttp_jinja2.setup(app, loader=pages.loader(), autoescape=True)
    app.router.add_get("", page.show)
    app.router.add_get("/ws", page.socket)
    app.router.add_get("/pictures/{id:[0-9]{1,19}}", page.picture)
    app.router.add_get(f"/static/{pages.VERSION}/{{name}}", page.static)
    if demo is not None:
        app.router.add_post("/clock/next", page.advance)
        app.router.add_post("/look/{look:telegram|zalo}", page.look)
    app.on_shutdown.append(page.close)
    return app


class _Page:
    def __init__(
        self, chat: WebChat, door: Door, media: PictureOf, demo: Demo | None, public_url: str, language: str
    ) -> None:
        self._chat, self._door, self._media, self._demo = chat, door, media, demo
        self._public_url, self._language = public_url, language
        self._moving = asyncio.Lock()

    async def show(self, request: web.Request) -> web.StreamResponse:
        reader = self._reader(request)
        phones = self._phones(request, reader)
        code = request.query.get("code", "")
        context = {
            "lang": reader.language,
            "words": words.page(reader),
            "phones": phones,
            "hints": {phone.key: phone.hints or words.hints(phone, reader, self._chat.look) for phone in phones},
            "demo": self._demo is not None,
            "look": self._chat.look or "",
            "code": code if _CODE.fullmatch(code) else "",
            "static": f"/chat/static/{pages.VERSION}",
        }
        response = aiohttp_jinja2.render_template("chat.html", request, context)
        response.headers["Cache-Control"] = "no-store"
        if self._demo is None:
            visitors.welcome(response, request, secure=request.secure or self._public_url.startswith("https:"))
        return response

    async def socket(self, request: web.Request) -> web.StreamResponse:
        guard.same_origin(request, self._public_url)
        reader = self._reader(request)
        key = request.query.get("phone", "")
        phone = self._demo.phone(key) if self._demo else self._visitor(request, reader)
        if phone is None:
            raise web.HTTPForbidden(text="no such phone")
        greeting = (_clock_frame(await self._demo.clock(), reader),) if self._demo else ()
        return await self._door.serve(request, phone, greeting)

    async def picture(self, request: web.Request) -> web.StreamResponse:
        media_id = request.match_info["id"]
        found = None
        if self._chat.links.allows(media_id, request.query.get("k", "")):
            found = await self._media(int(media_id))
        if found is None or not found[1].startswith("image/") or found[1].startswith("image/svg"):
            raise web.HTTPNotFound
        content, media_type = found
        return web.Response(
            body=content, content_type=media_type, headers={"Cache-Control": "private, max-age=86400, immutable"}
        )

    async def static(self, request: web.Request) -> web.StreamResponse:
        file = pages.static(request.match_info["name"])
        if file is None:
            raise web.HTTPNotFound
        content, media_type = file
        return web.Response(
            body=content,
            content_type=media_type,
            charset="utf-8",
            headers={"Cache-Control": "public, max-age=31536000, immutable"},
        )

    async def advance(self, request: web.Request) -> web.StreamResponse:
        """Live on to the next job. Pressed twice, it is one step: the second press is told to wait."""
        guard.same_origin(request, self._public_url)
        if self._demo is None or self._moving.locked():
            raise web.HTTPConflict(text="the clock is already moving")
        async with self._moving:
            view = await self._demo.advance()
        frame = _clock_frame(view, self._reader(request))
        self._chat.hub.tell_all(frame)
        return web.json_response(dict(frame))

    async def look(self, request: web.Request) -> web.StreamResponse:
        """Show everything as another messenger would; every open page is told, and draws itself anew."""
        guard.same_origin(request, self._public_url)
        look = Look(request.match_info["look"])
        self._chat.show_as(look)
        self._chat.hub.tell_all({"type": "look", "look": look})
        return web.json_response({"look": look})

    async def close(self, app: web.Application) -> None:
        """Let the sockets go, so that a stop does not wait for them."""
        self._chat.hub.close()

    def _reader(self, request: web.Request) -> Reader:
        asked = request.query.get("lang", "")
        return Reader(asked if asked in LANGUAGES else self._language)

    def _phones(self, request: web.Request, reader: Reader) -> tuple[Phone, ...]:
        if self._demo:
            return self._demo.phones
        return (self._visitor(request, reader) or visitors.newcomer(*words.assistant(reader)),)

    def _visitor(self, request: web.Request, reader: Reader) -> Phone | None:
        return visitors.visitor(request, *words.assistant(reader))


def _clock_frame(view: ClockView, reader: Reader) -> Frame:
    return {
        "type": "clock",
        "now": view.now.isoformat(),
        "next_job": words.job(view.next_job, reader),
        "next_at": view.next_at.isoformat() if view.next_at else None,
    }
