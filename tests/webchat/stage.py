"""A small stage for the web chat: a real server, a journal in memory, and a helper who answers by a script."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from bot.channels.base import Button, Channel, Part
from bot.channels.webchat import ClockView, Demo, Phone, Shown, WebChat
from bot.channels.webchat.pictures import data_url
from bot.web.chat import chat_app

MONDAY = datetime(2026, 11, 23, 0, 15, tzinfo=UTC)
TALLY = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
AN = Phone("member", "Lò Văn An", "Tổ viên Bản Lềnh", "an", "an", "Lò Văn An", False)
GROUP = Phone("group", "Tổ CĐS xã Tú Lệ", "Nhóm của xã, 38 người", "tu-le", "hoa", "Vàng Thị Hoa", True)
HA = Phone("admin", "Hoàng Thu Hà", "Quản trị huyện", "ha", "ha", "Hoàng Thu Hà", False)

Answer = Callable[[dict[str, Any]], list[Part]]


@dataclass
class Stage:
    """What happened, and what can be made to happen."""

    journal: dict[str, dict[str, Any]] = field(default_factory=dict)
    deliveries: list[str] = field(default_factory=list)
    """Event ids as they came, twins included."""
    past: dict[str, list[Shown]] = field(default_factory=dict)
    pictures: dict[int, tuple[bytes, str]] = field(default_factory=dict)
    answer: Answer = lambda event: []
    broken: bool = False
    """The journal refuses."""
    silent: asyncio.Event = field(default_factory=asyncio.Event)
    """While cleared, an event is durable but its acknowledgement does not come."""
    now: datetime = MONDAY
    kept: asyncio.Condition = field(default_factory=asyncio.Condition)
    chat: WebChat = field(init=False)
    url: str = ""

    def __post_init__(self) -> None:
        self.silent.set()
        self.chat = WebChat(7, lambda: self.now, "https://chat.example")

    async def take(self, channel: Channel, raw: list[bytes]) -> None:
        if self.broken:
            raise OSError("disk full")
        for event in map(json.loads, raw):
            self.deliveries.append(event["event_id"])
            if event["event_id"] not in self.journal:
                await self._handle(event)
        await self.silent.wait()

    async def _handle(self, event: dict[str, Any]) -> None:
        self.journal[event["event_id"]] = event
        picture = event.get("picture")
        self.past.setdefault(event["chat"], []).append(
            Shown(
                id=event["event_id"],
                mine=True,
                name=event["name"],
                text=event["text"],
                at=datetime.fromisoformat(event["sent_at"]),
                picture_url=f"data:{picture['type']};base64,{picture['data']}" if picture else "",
                speaker=event["speaker"],
            )
        )
        for part in self.answer(event):
            await self.says(part)
        async with self.kept:
            self.kept.notify_all()

    async def says(self, part: Part) -> None:
        message_id = await self.chat.send(part)
        shown = Shown(
            id=message_id,
            mine=False,
            name="",
            text=part.text,
            at=self.now,
            choices=tuple((button.data.rpartition(":")[2], button.label) for button in part.buttons),
            question=part.buttons[0].data.rpartition(":")[0] if part.buttons else "",
            picture_url=data_url(part.picture, part.picture_type) if part.picture else part.picture_url,
        )
        self.past.setdefault(part.chat, []).append(shown)

    async def heard(self, count: int = 1) -> list[dict[str, Any]]:
        """Wait until so many different events are kept."""
        async with self.kept:
            await asyncio.wait_for(self.kept.wait_for(lambda: len(self.journal) >= count), 15)
        return list(self.journal.values())

    async def history(self, chat: str) -> list[Shown]:
        return list(self.past.get(chat, []))

    async def picture(self, media_id: int) -> tuple[bytes, str] | None:
        return self.pictures.get(media_id)

    async def clock(self) -> ClockView:
        if self.now < TALLY:
            return ClockView(self.now, "weekly-tally", TALLY)
        return ClockView(self.now, "lead-digest", TALLY + timedelta(minutes=15))

    async def advance(self) -> ClockView:
        self.now = TALLY
        await self.says(Part(GROUP.chat, True, "TỔ CĐS CỘNG ĐỒNG XÃ TÚ LỆ – TUẦN 47 (16–22/11)"))
        return await self.clock()


@asynccontextmanager
async def on_stage(*, demo: bool = True, public_url: str = "") -> AsyncIterator[Stage]:
    """The server on a free port of this machine; `stage.url` is the page."""
    stage = Stage()
    phones = Demo((AN, GROUP, HA), stage.clock, stage.advance) if demo else None
    app = web.Application()
    app.add_subapp(
        "/chat", chat_app(stage.chat, stage.take, stage.history, stage.picture, phones, public_url=public_url)
    )
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    stage.url = f"http://{host}:{port}/chat"
    try:
        yield stage
    finally:
        await runner.cleanup()


def asks(chat: str, text: str, question: str, *labels: str) -> Part:
    """A part with numbered choices."""
    buttons = tuple(Button(label, f"{question}:{number}") for number, label in enumerate(labels, 1))
    return Part(chat, False, text, buttons)
