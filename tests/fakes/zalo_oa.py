"""A strict pretend Official Account (OpenAPI, OAuth, webhook) on a free loopback port.

    async with FakeZaloOa() as server:
        an = server.person("An")
        channel = …(Where(server.url, server.url), now=server.clock.now)
        server.says(an, "vneid 3")
        await server.wait_for(lambda: server.heard(an) == ["Đã ghi …"])

Every refusal comes under HTTP 200 with a number; `server.breaks(…)` makes it ill; its clock moves only by
`server.clock.later(…)`. Not pretended: article broadcasts beyond their night block, tags, chat history, ZNS by phone.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from aiohttp import web

from tests.fakes.illness import Fault, Ill
from tests.fakes.zalo_oa_oauth import APP_ID, APP_SECRET, Oauth
from tests.fakes.zalo_oa_post import OA_SECRET_KEY, Postman
from tests.fakes.zalo_oa_rules import (
    Clock,
    Package,
    Rate,
    Refusal,
    Switches,
    check_buttons,
    check_file,
    check_image,
    check_text,
)
from tests.fakes.zalo_oa_town import CEILINGS, OA_ID, OA_NAME, Group, Town

__all__ = ["APP_ID", "APP_SECRET", "OA_ID", "OA_NAME", "OA_SECRET_KEY", "FakeZaloOa", "Fault", "Package", "Switches"]

Answer = dict[str, Any]
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
HTML = "<html><body>502 Bad Gateway {token}</body></html>"


@dataclass(slots=True)
class _Upload:
    content: bytes
    at: datetime


class FakeZaloOa(Ill, Town):
    """The server. `calls` counts paths, `refused` keeps (path, code)."""

    faults = frozenset(
        {
            Fault.BAD_GATEWAY,
            Fault.GATEWAY_TIMEOUT,
            Fault.PAGE,
            Fault.ODD,
            Fault.ENDLESS,
            Fault.SLOW,
            Fault.DROP_BEFORE,
            Fault.DROP_AFTER,
            Fault.TOO_FAST,
            Fault.REDIRECT,
            Fault.INDISCREET,
            Fault.REFUSED,
        }
    )

    def __init__(self, switches: Switches | None = None, rate_clock: Callable[[], float] | None = None) -> None:
        Ill.__init__(self)
        Town.__init__(self, switches or Switches(), Clock())
        self.oauth = Oauth(self.clock)
        self.rate = Rate(rate_clock or (lambda: self.clock.now().timestamp()))
        self.refuses_with = -200
        self.calls: Counter[str] = Counter()
        self.refused: list[tuple[str, int]] = []
        self.uploads: dict[str, _Upload] = {}
        self.templates: set[str] = set()
        self.files: dict[str, bytes] = {}
        self.url = ""
        self.postman: Postman | None = None

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=20 * 1024 * 1024)
        app.router.add_post("/v4/oa/access_token", self.oauth.handle)
        app.router.add_get("/files/{name}", self._file)
        app.router.add_route("*", "/{path:.+}", self.call)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.postman is not None:
            await self.postman.stop()
        self.oauth.gate.set()
        await self._runner.cleanup()

    def delivers_to(self, url: str) -> Postman:
        """From now on events are posted there."""
        self.postman = Postman(self, url)
        return self.postman

    # ---- the door

    async def call(self, request: web.Request) -> web.StreamResponse:
        path = "/" + request.match_info["path"]
        self.calls[path] += 1
        fault = self.ails(path)
        token = request.headers.get("access_token", "")
        left = 0
        try:
            left = self.rate.admit(self.switches.package.value[0] or 100)
            ill = self._before(fault, request, token)
            if ill is not None:
                return ill
            self._check_account(token)
            answer = await self._carry_out(request, path)
        except Refusal as refusal:
            self.refused.append((path, refusal.code))
            answer = {"data": {}, "error": refusal.code, "message": refusal.message}
            fault = None
        self.wake()
        if fault is Fault.SLOW:
            await asyncio.sleep(self.slowness)
        headers = {"X-RateLimit-Limit": str(self.switches.package.value[0]), "X-RateLimit-Remain": str(left)}
        return self._after(fault, request, answer, headers)

    def _before(self, fault: Fault | None, request: web.Request, token: str) -> web.Response | None:
        if fault is Fault.BAD_GATEWAY:
            return web.Response(status=502, text=HTML.format(token=token), content_type="text/html")
        if fault is Fault.PAGE:
            return web.Response(text=HTML.format(token=token), content_type="text/html")
        if fault is Fault.TOO_FAST:
            return web.Response(status=429, text="<html>Too Many Requests</html>", content_type="text/html")
        if fault is Fault.REDIRECT:
            return web.Response(status=302, headers={"Location": "/v2.0/oa/getoa"})
        if fault is Fault.DROP_BEFORE:
            return _cut(request)
        if fault is Fault.INDISCREET:
            raise Refusal(-201, f"cannot handle {token}")
        if fault is Fault.REFUSED:
            raise Refusal(self.refuses_with)
        return None

    def _after(
        self, fault: Fault | None, request: web.Request, answer: Answer, headers: dict[str, str]
    ) -> web.Response:
        if fault is Fault.DROP_AFTER:
            return _cut(request)
        if fault is Fault.ODD:
            return web.json_response({"odd": [1]})
        if fault is Fault.GATEWAY_TIMEOUT:
            return web.Response(status=504, text="<html>Gateway Timeout</html>", content_type="text/html")
        if fault is Fault.ENDLESS:
            return web.Response(body=b" " * (11 * 1024 * 1024))
        return web.json_response(answer, headers=headers)

    def _check_account(self, token: str) -> None:
        if token != self.oauth.access or self.oauth.access_until <= self.clock.now():
            raise Refusal(self.switches.dead_token, "Access token is invalid or expired")
        if not self.switches.verified:
            raise Refusal(-221, "OA is not verified")
        if self.switches.package.value[0] == 0:
            raise Refusal(-224, "the package has no OpenAPI")

    async def _carry_out(self, request: web.Request, path: str) -> Answer:
        if path.startswith("/v2.0/oa/upload/"):
            data: Any = await self._upload(request, path.rpartition("/")[2])
        elif request.method == "POST":
            try:
                body = await request.json()
            except ValueError:
                raise Refusal(-201, "body is not JSON") from None
            data = self._posted(path, body)
        else:
            data = self._asked(path, dict(request.query))
        return {"data": data, "error": 0, "message": "Success"}

    def _posted(self, path: str, body: Answer) -> Any:
        doings: dict[str, Callable[[Answer], Any]] = {
            "/v3.0/oa/message/cs": self._consult,
            "/v3.0/oa/message/transaction": _closed,
            "/v3.0/oa/message/promotion": _closed,
            "/v3.0/oa/message/template": self._template,
            "/v2.0/oa/message": self._article,
            "/v3.0/oa/quota/message": self._user_quota,
            "/v3.0/oa/quota/group": self._group_quota,
            "/v3.0/oa/group/creategroupwithoa": self._create_group,
            "/v3.0/oa/group/message": self._group_message,
            "/v3.0/oa/group/invite": self._invite,
            "/v3.0/oa/group/delete": self._delete_group,
        }
        if path not in doings:
            raise Refusal(404, "empty api")
        return doings[path](body)

    # ---- messages

    def _consult(self, body: Answer) -> Answer:
        user, message = str(_at(body, "recipient", "user_id")), _at(body, "message")
        content = self._content(message, buttons=True)
        quota = self.pay(user)
        sent = self.store(user, pocket=quota["quota_type"], body=body, **content)
        more = {"quota": quota} if self.switches.quota else {}
        return {"message_id": sent.message_id, "user_id": user, **more}

    def _content(self, message: Any, *, buttons: bool) -> Answer:
        attachment = message.get("attachment") if isinstance(message, dict) else None
        if attachment is None:
            return {"text": check_text(_at(message, "text"), self.switches.too_long)}
        payload = _at(attachment, "payload")
        if payload.get("template_type") == "media":
            return {"text": message.get("text", ""), **self._media(payload)}
        if attachment.get("type") != "template" or "buttons" not in payload or not buttons:
            raise Refusal(-233, "message type is not supported")
        shown = check_buttons(payload["buttons"])
        text = check_text(message.get("text"), self.switches.too_long)
        return {"text": text, "buttons": tuple((one["title"], one["type"], one["payload"]) for one in shown)}

    def _media(self, payload: Answer) -> Answer:
        elements = payload.get("elements")
        if not isinstance(elements, list) or len(elements) != 1 or elements[0].get("media_type") != "image":
            raise Refusal(-233, "unknown media")
        if "url" in elements[0]:
            return {"picture_url": elements[0]["url"]}
        upload = self.uploads.get(elements[0].get("attachment_id", ""))
        if upload is None or self.clock.now() - upload.at > timedelta(days=7):
            raise Refusal(-100, "attachment is invalid or expired")
        return {"picture": upload.content}

    def _template(self, body: Answer) -> Answer:
        if body.get("template_id") not in self.templates:
            raise Refusal(-249, "template cannot be used by user id")
        return {"message_id": self.store(str(body.get("user_id")), "(template)").message_id}

    def _article(self, body: Answer) -> Answer:
        hour = self.clock.now().astimezone(VIETNAM).hour
        if hour >= 22 or hour < 6:
            raise Refusal(-234, "not between 22:00 and 06:00")
        return {"message_id": "article"}

    def _user_quota(self, body: Answer) -> Answer:
        person = self.people.get(str(body.get("user_id")))
        if person is None or person.heard is None:
            raise Refusal(-201, "user_id is invalid")
        free = self.switches.free_in_window
        left = {"remain": free - person.free_used, "total": free}
        return {"last_interaction": int(person.heard.timestamp() * 1000), "cs_reply": left}

    # ---- groups

    def _group_quota(self, body: Answer) -> list[Answer]:
        used = {group.asset for group in self.groups.values()}
        return [
            {"asset_id": asset, "product_type": kind, "status": "used" if asset in used else "available"}
            for asset, kind in self.assets.items()
            if kind == body.get("product_type") and body.get("quota_type") == "sub_quota"
        ]

    def _create_group(self, body: Answer) -> Answer:
        name, members = body.get("group_name", ""), list(body.get("member_user_ids", ()))
        asset = body.get("asset_id", "")
        if asset not in self.assets or any(group.asset == asset for group in self.groups.values()):
            raise Refusal(-238, "asset is invalid or used")
        if not 0 < len(name) <= 30 or len(members) > min(99, CEILINGS[self.assets[asset]]):
            raise Refusal(-201, "name or members")
        self._check_invited(members)
        group_id = self.group(name, *members)
        self.groups[group_id].asset = asset
        life = {"app_id": APP_ID, "oa_id": OA_ID, "group_id": group_id, "event_name": "create_group"}
        self.push({**life, "timestamp": self._stamp()})
        return {"group_id": group_id, "group_link": f"https://zalo.me/g/{group_id[-6:]}", "status": "enabled"}

    def _invite(self, body: Answer) -> Answer:
        group, members = self._mine(str(body.get("group_id"))), list(body.get("member_user_ids", ()))
        self._check_invited(members)
        if len(group.members | set(members)) > CEILINGS[self.assets.get(group.asset, "gmf100")]:
            raise Refusal(-201, "the group is full")
        group.members |= set(members)
        return {}

    def _check_invited(self, members: list[str]) -> None:
        """Members are invited who follow, or were heard within seven days."""
        for one in members:
            person = self.people.get(one)
            lately = person is not None and person.heard and self.clock.now() - person.heard <= timedelta(days=7)
            if person is None or not (person.follows or lately):
                raise Refusal(-201, "member_user_ids")

    def _group_message(self, body: Answer) -> Answer:
        group = self._mine(str(_at(body, "recipient", "group_id")))
        sent = self.store(group.id, body=body, **self._content(_at(body, "message"), buttons=False))
        return {"message_id": sent.message_id, "group_id": group.id}

    def _delete_group(self, body: Answer) -> Answer:
        del self.groups[self._mine(str(body.get("group_id"))).id]
        return {}

    def _mine(self, group_id: str) -> Group:
        group = self.groups.get(group_id)
        if group is None:
            raise Refusal(-403, "OA is not in the group")
        if group.disabled:
            raise Refusal(-237, "group is disabled or expired")
        return group

    # ---- asking

    def _asked(self, path: str, query: dict[str, str]) -> Any:
        if path == "/v2.0/oa/getoa":
            return {"oa_id": OA_ID, "name": OA_NAME, "oa_type": 4, "is_verified": self.switches.verified}
        if path == "/v3.0/oa/group/getgroupsofoa":
            start, most = int(query.get("offset", 0)), int(query.get("count", 5))
            shown = list(self.groups.values())[start : start + most]
            return [{"group_id": one.id, "name": one.name, "total_member": len(one.members)} for one in shown]
        if path == "/v3.0/oa/group/listmember":
            start, most = int(query.get("offset", 0)), int(query.get("count", 5))
            there = sorted(self._mine(query.get("group_id", "")).members)[start : start + most]
            return [{"user_id": one} for one in there]
        if path == "/v3.0/oa/user/detail":
            person = self.people.get(str(json.loads(query.get("data", "{}")).get("user_id")))
            if person is None:
                raise Refusal(-201, "user_id is invalid")
            return {"user_id": person.id, "display_name": person.name, "user_is_follower": person.follows}
        raise Refusal(404, "empty api")

    async def _upload(self, request: web.Request, what: str) -> Answer:
        form = await request.post() if request.content_type == "multipart/form-data" else {}
        file = form.get("file")
        if not isinstance(file, web.FileField):
            raise Refusal(-201, "file is missing")
        content = file.file.read()
        if what == "image":
            check_image(content)
        else:
            check_file(what, file.filename or "", content)
        name = f"attachment-{len(self.uploads) + 1}"
        self.uploads[name] = _Upload(content, self.clock.now())
        return {"token": name} if what == "file" else {"attachment_id": name}

    async def _file(self, request: web.Request) -> web.Response:
        content = self.files.get(request.match_info["name"])
        return web.Response(status=404) if content is None else web.Response(body=content)


def _closed(body: Answer) -> Answer:
    raise Refusal(-240, "this API was shut down")


def _at(holder: Any, *path: str) -> Any:
    for key in path:
        holder = holder.get(key) if isinstance(holder, dict) else None
    if holder is None:
        raise Refusal(-201, f"{path[-1]} is missing")
    return holder


def _cut(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()
