"""A strict pretend Bot API server on a free loopback port.

    async with FakeTelegram() as server:
        server.person(1001, "An")
        channel = TelegramChannel("telegram", 1, server.token, server.url)
        server.says(1001, "vneid 3")
        await server.wait_for(lambda: server.heard(1001) == ["Đã ghi …"])

It checks what the real one checks (token, chat, length, speed) and answers with its words; `server.breaks(…)` makes it
ill. Not pretended: entities, editing, stickers, HTTPS for webhooks.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Self

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from tests.fakes.illness import Fault, Ill
from tests.fakes.telegram_rules import (
    FREE,
    Refusal,
    Rules,
    SpeedLimit,
    check_keyboard,
    check_photo,
    check_text,
)
from tests.fakes.telegram_town import Chat, Sent, Standing, Town, Update

__all__ = ["FREE", "Chat", "FakeTelegram", "Fault", "Refusal", "Rules", "Sent", "Standing"]

TOKEN = "8101:AAF-fake-Token_that-must-never-be-seen1"
DEFAULT_UPDATES = {"message", "edited_message", "channel_post", "callback_query", "my_chat_member"}
HTML = "<html><head><title>502 Bad Gateway</title></head><body>nginx {path}</body></html>"


class FakeTelegram(Ill, Town):
    """The server. `calls` counts methods, `refused` keeps (method, status, description) of every refusal."""

    faults = frozenset(
        {
            Fault.BAD_GATEWAY,
            Fault.GARBAGE,
            Fault.ODD,
            Fault.SLOW,
            Fault.DROP_BEFORE,
            Fault.DROP_AFTER,
            Fault.UNAUTHORISED,
            Fault.FLOOD,
            Fault.CONFLICT,
            Fault.REDIRECT,
            Fault.INDISCREET,
        }
    )

    def __init__(
        self,
        rules: Rules = Rules(),
        token: str = TOKEN,
        username: str = "tocds_test_bot",
        latency: Callable[[], float] | None = None,
    ) -> None:
        Ill.__init__(self)
        Town.__init__(self, token.partition(":")[0], username)
        self.token = token
        self.speed = SpeedLimit(rules, time.monotonic)
        self.latency = latency
        self.flood_wait = 1
        self.calls: Counter[str] = Counter()
        self.refused: list[tuple[str, int, str]] = []
        self.webhook: dict[str, Any] = {}
        self.webhook_answers: list[int] = []
        self.url = ""
        self._asker: asyncio.Task[Any] | None = None
        self._postman: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=20 * 1024 * 1024)
        app.router.add_route("*", "/file/bot{token}/{path:.+}", self._file)
        app.router.add_route("*", "/bot{token}/{method}", self.call)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stop_postman()
        await self._runner.cleanup()

    # ---- health

    @property
    def floods(self) -> int:
        """How many calls were refused with 429."""
        return sum(status == 429 for _, status, _ in self.refused)

    # ---- the door

    async def call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"].lower()
        self.calls[method] += 1
        self.wake()
        fields, files = await _read(request)
        if self.latency is not None:
            await asyncio.sleep(self.latency())
        fault = self.ails(method)
        try:
            self._check_token(request.match_info["token"], fault)
            ill = self._before(fault, request)
            if ill is not None:
                return ill
            result = await self._carry_out(method, fields, files)
        except Refusal as refusal:
            self.refused.append((method, refusal.status, refusal.description))
            self.wake()
            return _refusal(refusal)
        return await self._after(fault, request, result)

    def _check_token(self, given: str, fault: Fault | None) -> None:
        if fault is Fault.UNAUTHORISED or (given != self.token and ":" in given):
            raise Refusal(401, "Unauthorized")
        if given != self.token:
            raise Refusal(404, "Not Found")

    def _before(self, fault: Fault | None, request: web.Request) -> web.Response | None:
        if fault is Fault.FLOOD:
            waits = {"retry_after": self.flood_wait}
            raise Refusal(429, f"Too Many Requests: retry after {self.flood_wait}", waits)
        if fault is Fault.CONFLICT:
            told = "terminated by other getUpdates request; make sure that only one bot instance is running"
            raise Refusal(409, f"Conflict: {told}")
        if fault is Fault.INDISCREET:
            raise Refusal(400, f"Bad Request: cannot handle {request.path}")
        if fault is Fault.BAD_GATEWAY:
            return web.Response(status=502, text=HTML.format(path=request.path), content_type="text/html")
        if fault is Fault.REDIRECT:
            return web.Response(status=302, headers={"Location": f"/bot{self.token}/getMe"})
        if fault is Fault.GARBAGE:
            return web.Response(text='{"ok": tru', content_type="application/json")
        if fault is Fault.DROP_BEFORE:
            return _cut(request)
        return None

    async def _after(self, fault: Fault | None, request: web.Request, result: Any) -> web.Response:
        if fault is Fault.SLOW:
            await asyncio.sleep(self.slowness)
        if fault is Fault.DROP_AFTER:
            return _cut(request)
        return web.json_response({"ok": True, "result": {"odd": [1]} if fault is Fault.ODD else result})

    async def _carry_out(self, method: str, fields: dict[str, str], files: dict[str, bytes]) -> Any:
        doings: dict[str, Callable[[dict[str, str], dict[str, bytes]], Awaitable[Any]]] = {
            "getme": self._get_me,
            "getupdates": self._get_updates,
            "setwebhook": self._set_webhook,
            "deletewebhook": self._delete_webhook,
            "getwebhookinfo": self._get_webhook_info,
            "sendmessage": self._send_message,
            "sendphoto": self._send_photo,
            "answercallbackquery": self._answer_callback_query,
            "getfile": self._get_file,
            "getchatmember": self._get_chat_member,
        }
        if method not in doings:
            raise Refusal(404, "Not Found: method not found")
        return await doings[method](fields, files)

    # ---- sending

    async def _send_message(self, fields: dict[str, str], _: dict[str, bytes]) -> Update:
        chat = self.writable(fields.get("chat_id", ""))
        check_text(fields.get("text", ""))
        return self._store(chat, fields.get("text", ""), fields, None)

    async def _send_photo(self, fields: dict[str, str], files: dict[str, bytes]) -> Update:
        chat = self.writable(fields.get("chat_id", ""))
        named = fields.get("photo", "").removeprefix("attach://")
        photo = files.get(named) or files.get("photo")
        if photo is None:
            raise Refusal(400, "Bad Request: there is no photo in the request")
        check_photo(photo, fields.get("caption", ""))
        return self._store(chat, fields.get("caption", ""), fields, photo)

    def _store(self, chat: Chat, text: str, fields: dict[str, str], photo: bytes | None) -> Update:
        rows = json.loads(fields["reply_markup"])["inline_keyboard"] if "reply_markup" in fields else []
        check_keyboard(rows)
        self.speed.admit(chat.id, chat.group)
        return self.store(
            chat,
            text,
            time.monotonic(),
            buttons=tuple((button["text"], button["callback_data"]) for row in rows for button in row),
            rows=tuple(map(len, rows)),
            photo=photo,
            parse_mode=fields.get("parse_mode", ""),
            fields=fields,
        )

    async def _answer_callback_query(self, fields: dict[str, str], _: dict[str, bytes]) -> bool:
        self.answer_tap(fields.get("callback_query_id", ""))
        self.wake()
        return True

    # ---- asking

    async def _get_me(self, fields: dict[str, str], _: dict[str, bytes]) -> Update:
        return self.bot

    async def _get_chat_member(self, fields: dict[str, str], _: dict[str, bytes]) -> Update:
        chat = self.chats.get(fields.get("chat_id", ""))
        if chat is None:
            raise Refusal(400, "Bad Request: chat not found")
        if fields.get("user_id") == str(self.bot["id"]):
            return {"status": str(chat.standing), "user": self.bot}
        return {"status": "member", "user": self._user(fields["user_id"])}

    async def _get_file(self, fields: dict[str, str], _: dict[str, bytes]) -> Update:
        file_id = fields.get("file_id", "")
        if file_id not in self.files:
            raise Refusal(400, "Bad Request: invalid file_id")
        if len(self.files[file_id]) > 20 * 1024 * 1024:
            raise Refusal(400, "Bad Request: file is too big")
        return {"file_id": file_id, "file_unique_id": "u", "file_path": f"photos/{file_id}.jpg"}

    async def _file(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            return _refusal(Refusal(401, "Unauthorized"))
        file_id = request.match_info["path"].removeprefix("photos/").removesuffix(".jpg")
        if file_id not in self.files:
            return _refusal(Refusal(404, "Not Found"))
        return web.Response(body=self.files[file_id], content_type="application/octet-stream")

    # ---- updates

    async def _get_updates(self, fields: dict[str, str], _: dict[str, bytes]) -> list[Update]:
        if self.webhook:
            told = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            raise Refusal(409, f"Conflict: {told}")
        if self._asker is not None:
            self._asker.cancel()
        self._want(fields)
        offset = int(fields.get("offset") or 0)
        self.updates[:] = self._from(offset)
        self.wake()
        asker = self._asker = asyncio.ensure_future(
            self.wait_for(lambda: bool(self._from(offset)), max(0.001, int(fields.get("timeout") or 0)))
        )
        try:
            await asyncio.shield(asker)
        except TimeoutError:
            return []
        except asyncio.CancelledError:
            if not asker.cancelled():
                raise
            told = "terminated by other getUpdates request; make sure that only one bot instance is running"
            raise Refusal(409, f"Conflict: {told}") from None
        finally:
            if self._asker is asker:
                self._asker = None
            asker.cancel()
        return self._from(offset)[: int(fields.get("limit") or 100)]

    def _from(self, offset: int) -> list[Update]:
        return [update for update in self.updates if update["update_id"] >= offset]

    def _want(self, fields: dict[str, str]) -> None:
        if fields.get("allowed_updates"):
            self.wants = set(json.loads(fields["allowed_updates"])) or DEFAULT_UPDATES

    async def _set_webhook(self, fields: dict[str, str], _: dict[str, bytes]) -> bool:
        url = fields.get("url", "")
        await self._stop_postman()
        if not url:
            self.webhook = {}
            return True
        if not url.startswith(("https://", "http://127.0.0.1")):
            raise Refusal(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        self._want(fields)
        self.webhook = dict(fields)
        self._postman = asyncio.ensure_future(self._deliver(url, fields.get("secret_token", "")))
        return True

    async def _delete_webhook(self, fields: dict[str, str], _: dict[str, bytes]) -> bool:
        await self._stop_postman()
        self.webhook = {}
        return True

    async def _get_webhook_info(self, fields: dict[str, str], _: dict[str, bytes]) -> Update:
        return {
            "url": self.webhook.get("url", ""),
            "has_custom_certificate": False,
            "pending_update_count": len(self.updates),
        }

    async def _deliver(self, url: str, secret: str) -> None:
        """Post updates one after another; one that is not taken with 2xx is tried again, as Telegram does for a day."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
        async with ClientSession(timeout=ClientTimeout(total=5)) as session:
            while True:
                await self.wait_for(lambda: bool(self.updates), None)
                status = 0
                with suppress(ClientError, TimeoutError):
                    async with session.post(url, json=self.updates[0], headers=headers) as response:
                        status = response.status
                self.webhook_answers.append(status)
                if 200 <= status < 300:
                    self.updates.pop(0)
                else:
                    await asyncio.sleep(0.05)
                self.wake()

    async def _stop_postman(self) -> None:
        postman, self._postman = self._postman, None
        if postman is not None:
            postman.cancel()
            await asyncio.gather(postman, return_exceptions=True)


async def _read(request: web.Request) -> tuple[dict[str, str], dict[str, bytes]]:
    """The fields and files of a call, sent as a form, as multipart or as JSON."""
    if request.content_type == "application/json":
        document = json.loads(await request.read() or b"{}")
        return {key: value if isinstance(value, str) else json.dumps(value) for key, value in document.items()}, {}
    fields: dict[str, str] = dict(request.query)
    files: dict[str, bytes] = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[name] = value.file.read()
            value.file.close()
        else:
            fields[name] = value if isinstance(value, str) else bytes(value).decode()
    return fields, files


def _refusal(refusal: Refusal) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": refusal.status, "description": refusal.description}
    if refusal.parameters:
        body["parameters"] = refusal.parameters
    return web.json_response(body, status=refusal.status)


def _cut(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()
