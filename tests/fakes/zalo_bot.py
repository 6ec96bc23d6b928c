"""A strict pretend Zalo Bot Platform on a free loopback port.

    async with FakeZaloBot() as server:
        server.person("an", "Lò Thị An")
        channel = ZaloBotChannel("tule1", 1, server.token, server.url, picture_hosts=(server.url,))
        server.says("an", "vneid 3")
        await server.wait_for(lambda: server.heard("an") == ["Đã ghi …"])

It checks what the real one checks and answers with its words; `server.switches` flips what sources disagree on, and
`server.breaks(…)` makes it ill. What it was sent that no method knows is in `flagged`.
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
from tests.fakes.zalo_bot_rules import (
    FREE,
    KNOWN,
    Fields,
    Probe,
    Refusal,
    Rules,
    Switches,
    TooFast,
    check_photo,
    check_text,
    check_webhook,
    outcome,
    unknown_parameters,
)
from tests.fakes.zalo_bot_town import Event, Group, JoinRefused, Person, Sent, Town

__all__ = [
    "FREE", "FakeZaloBot", "Fault", "Group", "JoinRefused", "Person", "Probe", "Refusal", "Rules", "Sent", "Switches",
]  # fmt: skip

TOKEN = "1234567890123456789:AbC-fake_Token.that-must-never-be-seen2"
NAME = "Bot Tổ CĐS Tú Lệ"
HTML = "<html><head><title>{status}</title></head><body>nginx {path}</body></html>"


class FakeZaloBot(Ill, Town):
    """`calls` counts methods, `refused` keeps (method, code, description), `flagged` (method, unknown parameter)."""

    faults = frozenset(
        {
            Fault.BAD_GATEWAY,
            Fault.GATEWAY_TIMEOUT,
            Fault.PAGE,
            Fault.GARBAGE,
            Fault.ODD,
            Fault.TIMEOUT,
            Fault.SLOW,
            Fault.DROP_BEFORE,
            Fault.DROP_AFTER,
            Fault.UNAUTHORISED,
            Fault.UNAUTHORISED_PAGE,
            Fault.TOO_FAST,
            Fault.QUOTA,
            Fault.INTERNAL,
            Fault.REFUSED,
            Fault.INDISCREET,
            Fault.REDIRECT,
        }
    )

    def __init__(
        self,
        rules: Rules = Rules(),
        token: str = TOKEN,
        name: str = NAME,
        *,
        joins_groups: bool = True,
        latency: Callable[[], float] | None = None,
    ) -> None:
        Ill.__init__(self)
        Town.__init__(self, rules, token.partition(":")[0], name, joins_groups)
        self.token = token
        self.latency = latency
        self.calls: Counter[str] = Counter()
        self.refused: list[tuple[str, int, str]] = []
        self.flagged: list[tuple[str, str]] = []
        self.webhook: dict[str, Any] = {}
        self.webhook_answers: list[int] = []
        self.webhook_calls = 0
        self._given: Event | None = None
        self._asked_at = float("-inf")
        self._postman: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=20 * 1024 * 1024)
        app.router.add_route("*", "/bot{token}/{method}", self.call)
        app.router.add_get("/photos/{name}", self._photo)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()
        await self._runner.cleanup()

    # ---- the door

    async def call(self, request: web.Request) -> web.StreamResponse:
        """One request to the Bot API."""
        method = request.match_info["method"]
        self.calls[method] += 1
        self.wake()
        fields = await _read(request)
        if self.latency is not None:
            await asyncio.sleep(self.latency())
        fault = self.ails(method)
        try:
            ill = self._before(fault, request)
            if ill is not None:
                return ill
            self._check(request.match_info["token"], method, fields)
            result = await self._carry_out(method, fields)
            return await self._after(fault, request, method, result)
        except Refusal as refusal:
            self.refused.append((method, refusal.code, refusal.description))
            self.wake()
            return self._refusal(refusal)
        except TooFast:
            self.refused.append((method, 429, "too fast"))
            self.wake()
            return _page(429, request)

    def _check(self, token: str, method: str, fields: Fields) -> None:
        if token != self.token:
            raise Refusal(401, "Unauthorized", http=401)
        if method not in KNOWN:
            raise Refusal(404, "Not Found")
        self.flagged += [(method, one) for one in unknown_parameters(method, fields)]

    def _before(self, fault: Fault | None, request: web.Request) -> web.Response | None:
        refusals = {
            Fault.UNAUTHORISED: Refusal(401, "Unauthorized", http=401),
            Fault.QUOTA: Refusal(429, "Quota exceeded"),
            Fault.INTERNAL: Refusal(403, "Internal error"),
            Fault.REFUSED: Refusal(400, "Bad request"),
            Fault.INDISCREET: Refusal(400, f"Bad request: {request.path}"),
        }
        if fault in refusals:
            raise refusals[fault]
        pages = {Fault.BAD_GATEWAY: 502, Fault.TOO_FAST: 429, Fault.UNAUTHORISED_PAGE: 401, Fault.PAGE: 200}
        if fault in pages:
            return _page(pages[fault], request)
        if fault is Fault.REDIRECT:
            return web.Response(status=302, headers={"Location": f"/bot{self.token}/getMe"})
        return _cut(request) if fault is Fault.DROP_BEFORE else None

    async def _after(self, fault: Fault | None, request: web.Request, method: str, result: Any) -> web.Response:
        if fault is Fault.SLOW:
            await asyncio.sleep(self.slowness)
        if fault is Fault.TIMEOUT:
            raise Refusal(408, "Request timeout")
        if fault is Fault.GATEWAY_TIMEOUT:
            return _page(504, request)
        if fault is Fault.GARBAGE:
            return web.Response(text='{"ok": tru', content_type="application/json")
        if fault is Fault.DROP_AFTER:
            return _cut(request)
        answer: dict[str, Any] = {"ok": True}
        if fault is not Fault.ODD and result is not None:
            answer["result"] = result
        if self.switches.success_code:
            answer["error_code"] = 0
        return web.json_response(answer)

    def _refusal(self, refusal: Refusal) -> web.Response:
        code = str(refusal.code) if self.switches.codes_as_text else refusal.code
        body = {"ok": False, "description": refusal.description, self.switches.code_spelling: code}
        return web.json_response(body, status=refusal.code if self.switches.http_follows_code else refusal.http)

    async def _carry_out(self, method: str, fields: Fields) -> Any:
        doings: dict[str, Callable[[Fields], Awaitable[Any]]] = {
            "getMe": self._get_me,
            "getUpdates": self._get_updates,
            "setWebhook": self._set_webhook,
            "testWebhook": self._test_webhook,
            "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": self._get_webhook_info,
            "sendMessage": self._send_message,
            "sendPhoto": self._send_photo,
            "sendSticker": self._send_sticker,
            "sendVoice": self._send_voice,
            "sendChatAction": self._send_chat_action,
        }
        return await doings[method](fields)

    # ---- sending

    async def _send_message(self, fields: Fields) -> Event:
        self.check_chat(fields.get("chat_id", ""))
        return self._store("sendMessage", fields, check_text(fields))

    async def _send_photo(self, fields: Fields) -> Event:
        self.check_chat(fields.get("chat_id", ""))
        url = check_photo(fields)
        photo = await self._looked_at(url)
        return self._store("sendPhoto", fields, fields.get("caption", ""), photo_url=url, photo=photo)

    async def _send_sticker(self, fields: Fields) -> Event:
        self.check_chat(fields.get("chat_id", ""))
        return self._store("sendSticker", fields, "")

    async def _send_voice(self, fields: Fields) -> Event:
        """In a group it looks well and nothing arrives."""
        self.check_chat(fields.get("chat_id", ""))
        if fields["chat_id"] in self.groups:
            return {"message_id": self.new_id(), "date": time.time_ns() // 1_000_000}
        return self._store("sendVoice", fields, "")

    async def _send_chat_action(self, fields: Fields) -> None:
        self.check_chat(fields.get("chat_id", ""), typing=True)
        if fields.get("action") != "typing":
            raise Refusal(400, "Bad request: The action is invalid")
        self.typing.append(fields["chat_id"])

    def _store(self, method: str, fields: Fields, text: str, **more: Any) -> Event:
        self.check_quota(fields["chat_id"])
        parse_mode = fields.get("parse_mode", "")
        return self.store(fields["chat_id"], method, text, parse_mode=parse_mode, fields=dict(fields), **more)

    async def _looked_at(self, url: str) -> bytes | None:
        """The picture at an address, which the vendor fetches during the call; only this machine is really asked."""
        if not url.startswith("http://127.0.0.1"):
            return None
        content, kind = b"", ""
        with suppress(ClientError, TimeoutError):
            async with ClientSession(timeout=ClientTimeout(total=3)) as session, session.get(url) as response:
                content, kind = await response.read(), response.content_type if response.status == 200 else ""
        if not self.switches.loopback or not kind.startswith("image/"):
            raise Refusal(400, "The photo URL is invalid")
        return content

    # ---- asking

    async def _get_me(self, _: Fields) -> Event:
        me = {"id": self.bot_id, "account_name": "bot.AbCdEfGhI", "account_type": "BASIC"}
        named = {"display_name": self.name} if self.switches.display_name else {}
        return {**me, **named, "can_join_groups": self.joins_groups}

    async def _photo(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in self.files:
            return web.Response(status=404)
        return web.Response(body=self.files[name], content_type="image/jpeg")

    # ---- events

    async def _get_updates(self, fields: Fields) -> Event | None:
        if self.webhook:
            told = "You cannot use this API while a webhook is set. Please remove the webhook first"
            raise Refusal(400, told)
        if time.monotonic() - self._asked_at < self.rules.poll_gap:
            raise TooFast
        try:
            seconds = float(fields.get("timeout", "30"))
        except ValueError:
            raise Refusal(400, "Bad request: The timeout is invalid") from None
        try:
            if not (self.switches.replay and self._given):
                await self.wait_for(lambda: bool(self.events), max(0.001, seconds))
        except TimeoutError:
            return self._nothing()
        finally:
            self._asked_at = time.monotonic()
        if self.events:
            self._given = self.events.pop(0)
        self.wake()
        return self._given

    def _nothing(self) -> Event | None:
        if self.switches.idle in ("200", "408"):
            raise Refusal(408, "Request timeout", http=int(self.switches.idle))
        return {} if self.switches.idle == "{}" else None

    async def _set_webhook(self, fields: Fields) -> Event:
        url, secret = check_webhook(fields, self.switches.loopback)
        self._count_webhook_call()
        await self.stop()
        verification = await self._tried(url, secret)
        self.webhook = {"url": url, "secret_token": secret, "updated_at": time.time_ns() // 1_000_000}
        self._postman = asyncio.ensure_future(self._deliver(url, secret))
        return {"url": url, "updated_at": self.webhook["updated_at"], "verification": verification}

    async def _test_webhook(self, _: Fields) -> Event:
        self._count_webhook_call()
        if not self.webhook:
            raise Refusal(404, "Not Found", http=404)
        return await self._tried(self.webhook["url"], self.webhook["secret_token"])

    def _count_webhook_call(self) -> None:
        if self.webhook_calls >= self.rules.webhook_calls:
            raise Refusal(426, "Too many calls today")
        self.webhook_calls += 1

    async def _tried(self, url: str, secret: str) -> Event:
        probe = self.switches.probe
        if probe is Probe.NONE or not url.startswith("http://127.0.0.1"):
            return {"url": url, **outcome(200)}
        headers = {} if probe is Probe.EMPTY_WITHOUT_SECRET else {"X-Bot-Api-Secret-Token": secret}
        status = 0
        with suppress(ClientError, TimeoutError):
            async with ClientSession(timeout=ClientTimeout(total=3)) as session:
                body = b'{"event_name":"webhook.probe"}' if probe is Probe.JSON else b""
                async with session.post(url, data=body, headers=headers) as response:
                    status = response.status
        return {"url": url, **outcome(status)}

    async def _delete_webhook(self, _: Fields) -> Event:
        if not self.webhook and self.switches.deleting_nothing_fails:
            raise Refusal(400, "Bad request: no webhook")
        await self.stop()
        self.webhook = {}
        self.wake()
        return {"url": "", "updated_at": time.time_ns() // 1_000_000}

    async def _get_webhook_info(self, _: Fields) -> Event:
        if not self.webhook:
            raise Refusal(404, "Not Found", http=404)
        return {"url": self.webhook["url"], "updated_at": self.webhook["updated_at"]}

    async def _deliver(self, url: str, secret: str) -> None:
        """Bring events one after another; what is not taken comes again a few times, and is then lost."""
        headers = {"X-Bot-Api-Secret-Token": secret, "User-Agent": "Java/1.8.0_192"}
        async with ClientSession(timeout=ClientTimeout(total=5), headers=headers) as session:
            while True:
                await self.wait_for(lambda: bool(self.events), None)
                await asyncio.sleep(self.switches.delivery_delay)
                event = self.events.pop(0)
                for _ in range(1 + self.switches.duplicates):
                    await self._bring(session, url, event)

    async def _bring(self, session: ClientSession, url: str, event: Event) -> None:
        body = {"ok": True, "result": event} if self.switches.wrapped else event
        for _ in range(1 + self.switches.retries):
            status = 0
            with suppress(ClientError, TimeoutError):
                async with session.post(url, json=body) as response:
                    status = response.status
            self.webhook_answers.append(status)
            self.wake()
            if status == 200:
                return
            await asyncio.sleep(0.02)

    async def stop(self) -> None:
        """Bring no more events."""
        postman, self._postman = self._postman, None
        if postman is not None:
            postman.cancel()
            await asyncio.gather(postman, return_exceptions=True)


async def _read(request: web.Request) -> dict[str, str]:
    """The parameters of a call: query, form, multipart (files are not looked at) or JSON; numbers are taken too."""
    fields: dict[str, str] = dict(request.query)
    if request.content_type == "application/json":
        document = json.loads(await request.read() or b"{}")
        return fields | {key: one if isinstance(one, str) else json.dumps(one) for key, one in document.items()}
    if request.method == "POST":
        fields |= {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
    return fields


def _page(status: int, request: web.Request) -> web.Response:
    return web.Response(status=status, text=HTML.format(status=status, path=request.path), content_type="text/html")


def _cut(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()
