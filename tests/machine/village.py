"""A town whose people write through two real messengers' translators: what comes in has the vendors' own shapes."""

from __future__ import annotations

import copy
import itertools
import json
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from bot.channels.base import Channel
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.zalo_bot.channel import ZaloBotChannel
from bot.clock import MovedClock
from bot.inbound import Inbound
from bot.journaling import journaled
from handlers.turn import Surroundings
from storage import forms, journal
from storage.accounts import accounts
from storage.engine import Database
from storage.schema import new_id
from tests.channels.telegram import payloads as telegram
from tests.channels.zalo_bot import payloads as zalo_bot
from tests.town import START, PlainChannel, Speaker, Town, fresh_database

_serial = itertools.count(1)


class Village(Town):
    """Whoever has a number for an id writes on Telegram, everybody else on Zalo."""

    def __init__(self, database: Database, clock: MovedClock, around: Surroundings, ids: tuple[int, int]) -> None:
        super().__init__(database, clock, PlainChannel(ids[0]), around)
        self.telegram: Channel = TelegramChannel(
            "tule", ids[0], "8101:secret", username=telegram.USERNAME, now=clock.now
        )
        self.zalo: Channel = ZaloBotChannel("tule1", ids[1], "12345:secret", now=clock.now)
        channels = {ids[0]: self.telegram, ids[1]: self.zalo}
        self.inbound = Inbound(database, channels, clock, lambda: self.around)

    async def on(self, channel: Channel, name: str, path: str, role: str = "member") -> Speaker:
        """Somebody enrolled who writes through a messenger."""
        self.channel = PlainChannel(channel.account_id)
        return await self.person(name, path, role)

    def newcomer(self, channel: Channel, name: str) -> Speaker:
        """Somebody whom nobody knows yet."""
        self.channel = PlainChannel(channel.account_id)
        return self.stranger(name)

    def stranger(self, name: str) -> Speaker:
        on_telegram = self.channel.account_id == self.telegram.account_id
        return Speaker(self, f"{5000 + next(_serial)}" if on_telegram else f"z{next(_serial)}", name)

    async def events(self, payloads: list[dict[str, Any]]) -> None:
        """Each in the shape of its vendor."""
        told = [self._told(one) for one in payloads]
        await journal.append(self.database, [journaled(c, json.dumps(p).encode(), p) for c, p in told], self.now)
        await self.inbound.drain()

    def _told(self, said: dict[str, Any]) -> tuple[Channel, Any]:
        at, who, number = datetime.fromisoformat(said["sent_at"]), said["speaker"], next(_serial)
        if who.isdecimal():
            sender = {"id": int(who), "is_bot": False, "first_name": said["name"]}
            chat = {"id": int(who), "type": "private", "first_name": said["name"]}
            if said.get("kind") == "button":
                update = telegram.tap(f"{said.get('question', '')}:{said['text']}", chat, sender)
            else:
                update = telegram.text(said["text"], chat, sender, message_id=number, date=int(at.timestamp()))
            return self.telegram, {**copy.deepcopy(update), "update_id": number}
        person, chat = {"id": who, "display_name": said["name"]}, {"id": who, "chat_type": "PRIVATE"}
        milliseconds = int(at.timestamp() * 1000)
        event = zalo_bot.text(said["text"], chat, person, message_id=f"v{number}", date=milliseconds)
        return self.zalo, zalo_bot.wrapped(event) if number % 2 else event


async def make_village(folder: Path) -> Village:
    """Empty of people, on Wednesday of week 47."""
    database, ids = await fresh_database(folder), (new_id(), new_id())
    async with database.write() as connection:
        rows = zip(ids, ("telegram", "zalo-bot"), ("tule", "tule1"), strict=True)
        given = {"enabled": True, "limits": {}, "created_at": START}
        await connection.execute(
            insert(accounts),
            [{"id": one, "channel": channel, "vendor_id": name, "name": name, **given} for one, channel, name in rows],
        )
    async with database.read() as connection:
        form = await forms.current(connection, START.date())
    return Village(database, MovedClock(START), Surroundings(form=form), ids)


async def troubles(town: Town) -> list[str]:
    """Why turns failed, even once."""
    async with town.database.read() as connection:
        table = journal.journal.c
        asked = select(table.reason).where((table.state == "failed") | (table.attempts > 0))
        return [str(reason) for reason in (await connection.execute(asked)).scalars()]


__all__ = ["Village", "make_village", "troubles"]
