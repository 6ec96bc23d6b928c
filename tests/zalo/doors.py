"""One way to speak through every messenger: a phone in front of its pretend vendor, behind which the real App stands.

async with ZaloBotDoor() as door, house(tmp_path, door) as home:
    an = door.person("Lò Văn An")
    door.says(an, "vneid 3")
    await door.hears(an, "Đã ghi")
"""

from __future__ import annotations

import asyncio
import json
import socket
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, Self

from sqlalchemy import select

from bot import scheduler
from bot.app import App
from bot.channels.webchat import WebChat
from bot.channels.webchat.hub import Connection
from bot.channels.webchat.incoming import Said, payload
from bot.settings import load
from handlers.roster.importing import import_roster
from storage import accounts, invitations
from storage.outbox import Lane, Owing, owe, owed
from storage.places import everything
from storage.waiting import address_at
from storage.writing import apply
from tests.fakes.telegram import FREE as FREE_TELEGRAM
from tests.fakes.telegram import FakeTelegram
from tests.fakes.zalo_bot import FREE as FREE_ZALO
from tests.fakes.zalo_bot import FakeZaloBot, Rules
from tests.fakes.zalo_oa import APP_ID, APP_SECRET, OA_NAME, OA_SECRET_KEY, FakeZaloOa
from tests.fakes.zalo_oa_rules import Clock
from tests.town import fresh_database

WEDNESDAY = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
"""Nine o'clock in the morning of week 47, in Tú Lệ."""
ROSTER = """xã;thôn;họ tên;điện thoại;vai trò
Tú Lệ;;Hoàng Thu Hà;0912345670;cán bộ xã
Tú Lệ;Bản Lềnh;Lò Văn An;0912345678;tổ trưởng
Tú Lệ;Bản Lềnh;Lò Thị Hoa;0912345679;tổ viên
"""


@dataclass(frozen=True)
class Shown:
    """One message on a phone. `buttons`: their labels."""

    text: str
    picture: bytes | None = None
    buttons: tuple[str, ...] = ()


class Door(ABC):
    """A messenger as people see it. `calls`: how the bot is called in a group."""

    channel = ""
    calls = ""
    settings: dict[str, Any] = {}

    def __init__(self) -> None:
        self.clock = Clock(WEDNESDAY)
        self._seen: dict[str, int] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    def ready(self, app: App, public: str) -> None:
        """The App listens at its public address."""
        _ = app, public

    @abstractmethod
    def person(self, name: str) -> str: ...

    @abstractmethod
    def group(self, title: str, *members: str) -> str: ...

    @abstractmethod
    def says(self, who: str, text: str, into: str = "") -> object: ...

    @abstractmethod
    def shown(self, chat: str) -> list[Shown]: ...

    @abstractmethod
    async def wait_for(self, met: Callable[[], bool], seconds: float) -> None: ...

    def call(self, who: str, text: str, into: str) -> None:
        """Somebody calls the bot in a group."""
        self.says(who, f"{self.calls} {text}", into)

    def news(self, chat: str) -> list[Shown]:
        """What came into a chat since it was last looked at."""
        return self.shown(chat)[self._seen.get(chat, 0) :]

    async def hears(self, chat: str, *words: str, seconds: float = 8) -> list[Shown]:
        """Wait until all these words have come into a chat; returns what came."""

        def all_there() -> bool:
            text = "\n".join(one.text for one in self.news(chat))
            return bool(text) and all(word in text for word in words)

        try:
            await self.wait_for(all_there, seconds)
        except TimeoutError:
            raise AssertionError(f"{self.channel}: waited for {words}, heard {self.news(chat)}") from None
        heard = self.news(chat)
        self._seen[chat] = len(self.shown(chat))
        return heard


class _Dated(FakeZaloBot):
    """Its messages carry the time of the tests."""

    clock: Clock

    def push(self, event: dict[str, Any]) -> dict[str, Any]:
        event["message"]["date"] = int(self.clock.now().timestamp() * 1000)
        return super().push(event)


class ZaloBotDoor(Door):
    channel = "zalo-bot"

    def __init__(self, rules: Rules = FREE_ZALO) -> None:
        super().__init__()
        self.fake = _Dated(rules)
        self.fake.clock = self.clock
        self.calls = f"@{self.fake.name}"

    async def __aenter__(self) -> Self:
        await self.fake.__aenter__()
        self.settings = {"zalo_bot_tokens": f"tule1={self.fake.token}", "zalo_bot_api_base_url": self.fake.url}
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.fake.__aexit__()

    def person(self, name: str) -> str:
        return self.fake.person(f"u{len(self.fake.people)}", name).id

    def group(self, title: str, *members: str) -> str:
        return self.fake.group(f"zgr-{len(self.fake.groups)}", title).id

    def says(self, who: str, text: str, into: str = "") -> object:
        return self.fake.says(who, text, into)

    def shown(self, chat: str) -> list[Shown]:
        return [Shown(one.text, one.photo) for one in self.fake.sent_to(chat)]

    async def wait_for(self, met: Callable[[], bool], seconds: float) -> None:
        await self.fake.wait_for(met, seconds)


class ZaloOaDoor(Door):
    channel = "zalo-oa"
    calls = f"@{OA_NAME}"

    def __init__(self) -> None:
        super().__init__()
        self.fake = FakeZaloOa()
        self.fake.clock = self.fake.oauth._clock = self.clock
        self.fake.oauth.pair()

    async def __aenter__(self) -> Self:
        await self.fake.__aenter__()
        self.settings = {
            "zalo_oa_app_id": APP_ID,
            "zalo_oa_app_secret": APP_SECRET,
            "zalo_oa_secret_key": OA_SECRET_KEY,
            "zalo_oa_refresh_token": self.fake.oauth.refresh,
            "zalo_oa_api_base_url": self.fake.url,
            "zalo_oa_oauth_base_url": self.fake.url,
        }
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.fake.__aexit__()

    async def hears(self, chat: str, *words: str, seconds: float = 8) -> list[Shown]:
        """Also until Zalo has told everything, its echoes of our words included: an old event is not believed."""
        heard = await super().hears(chat, *words, seconds=seconds)
        postman = self.fake.postman
        await self.wait_for(lambda: postman is None or len(postman.answers) >= len(self.fake.events), 5)
        return heard

    def ready(self, app: App, public: str) -> None:
        self.fake.delivers_to(f"{public}/webhook/zalo-oa/zalo-oa")

    def person(self, name: str) -> str:
        return self.fake.person(name, wrote=False)

    def group(self, title: str, *members: str) -> str:
        return self.fake.group(title, *members)

    def says(self, who: str, text: str, into: str = "") -> object:
        self.clock.later(seconds=1)  # a request a second is what the smallest package allows over a minute
        return self.fake.says(who, text, into)

    def shown(self, chat: str) -> list[Shown]:
        return [
            Shown(one.text, one.picture, tuple(title for title, _, _ in one.buttons)) for one in self.fake.sent_to(chat)
        ]

    async def wait_for(self, met: Callable[[], bool], seconds: float) -> None:
        await self.fake.wait_for(met, seconds)


class _DatedTelegram(FakeTelegram):
    clock: Clock

    def push(self, update: dict[str, Any]) -> dict[str, Any]:
        if "message" in update:
            update["message"]["date"] = int(self.clock.now().timestamp())
        return super().push(update)


class TelegramDoor(Door):
    channel = "telegram"

    def __init__(self) -> None:
        super().__init__()
        self.fake = _DatedTelegram(FREE_TELEGRAM)
        self.fake.clock = self.clock
        self.calls = f"@{self.fake.bot['username']}"

    async def __aenter__(self) -> Self:
        await self.fake.__aenter__()
        self.settings = {"telegram_bot_token": self.fake.token, "telegram_api_base_url": self.fake.url}
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.fake.__aexit__()

    def person(self, name: str) -> str:
        return self.fake.person(1000 + len(self.fake.chats), name).id

    def group(self, title: str, *members: str) -> str:
        return self.fake.group(-1000 - len(self.fake.chats), title).id

    def says(self, who: str, text: str, into: str = "") -> object:
        calls = {"type": "mention", "offset": 0, "length": len(self.calls)}
        more = {"entities": [calls]} if text.startswith(self.calls) else {}
        return self.fake.says(who, text, into or None, **more)

    def shown(self, chat: str) -> list[Shown]:
        return [Shown(one.text, one.photo, tuple(label for label, _ in one.buttons)) for one in self.fake.sent_to(chat)]

    async def wait_for(self, met: Callable[[], bool], seconds: float) -> None:
        await self.fake.wait_for(met, seconds)


@dataclass
class _Phone:
    connection: Connection
    shown: list[Shown] = field(default_factory=list)


class WebChatDoor(Door):
    channel = "webchat"
    calls = "@bot"
    settings = {"webchat": "on"}

    def __init__(self) -> None:
        super().__init__()
        self._names: dict[str, str] = {}
        self._phones: dict[str, _Phone] = {}
        self._serial = count(1)
        self._tasks: set[asyncio.Future[Any]] = set()
        self._changed = asyncio.Event()

    def ready(self, app: App, public: str) -> None:
        self._app = app
        (self._chat,) = (one for one in app.channels.values() if isinstance(one, WebChat))

    def person(self, name: str) -> str:
        return self._joins(f"w{len(self._phones)}", name)

    def group(self, title: str, *members: str) -> str:
        return self._joins(f"g{len(self._phones)}", title)

    def says(self, who: str, text: str, into: str = "") -> object:
        said = Said(f"{next(self._serial):016d}", "text", text)
        event = payload(said, into or who, who, self._names[who], bool(into), self.clock.now())
        return self._start(self._app.inbound.take(self._chat, [event]))

    def shown(self, chat: str) -> list[Shown]:
        return self._phones[chat].shown

    async def wait_for(self, met: Callable[[], bool], seconds: float) -> None:
        async with asyncio.timeout(seconds):
            while not met():
                self._changed.clear()
                await self._changed.wait()

    def _joins(self, chat: str, name: str) -> str:
        self._names[chat] = name
        self._phones[chat] = _Phone(Connection("somebody who looks"))
        self._chat.hub.join(chat, self._phones[chat].connection)
        self._start(self._look(self._phones[chat]))
        return chat

    async def _look(self, phone: _Phone) -> None:
        while (frame := await phone.connection.next()) is not None:
            if frame.get("bot"):
                seen = frame.get("picture")
                choices = tuple(f"{one['n']}. {one['label']}" for one in frame.get("choices", ()))
                text = "\n".join((str(frame["text"]), *choices))  # the page writes the numbers itself
                phone.shown.append(Shown(text, json.dumps(seen).encode() if seen else None, choices))
                self._changed.set()

    def _start(self, work: Any) -> object:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


@dataclass
class Home:
    """The App behind a door, with a roster and an invite for everybody on it."""

    app: App
    door: Door
    codes: dict[tuple[str, str], str]
    public: str

    async def enrol(self, name: str, unit: str = "Bản Lềnh", role: str = "member") -> str:
        """Somebody joins by a code; returns their chat."""
        who = self.door.person(name)
        for said, heard in ((self.codes[unit, role], "đồng ý"), ("1", "Họ tên"), (name, name)):
            self.door.says(who, said)
            answer = await self.door.hears(who, heard)
        if "Em đã ghi tên" not in answer[-1].text:  # the name is on the roster
            self.door.says(who, "đúng")
            await self.door.hears(who, "Em đã ghi tên")
        return who

    async def strikes(self, moment: datetime) -> None:
        """The clock reaches a moment."""
        self.door.clock.later(seconds=(moment - self.door.clock.now()).total_seconds())
        await self.app.clockwork.tick()

    def later(self, **by: float) -> None:
        self.door.clock.later(**by)

    @property
    def account_id(self) -> int:
        (found,) = self.app.channels
        return found

    async def owes(self, chat: str, words: str, lane: Lane = Lane.CLOCK, media_id: int | None = None) -> None:
        """Something is owed to a chat that nobody there asked for."""
        async with self.app.database.write() as connection:
            address_id = await address_at(connection, self.account_id, chat)
            assert address_id is not None
            one = Owing(self.account_id, address_id, None, "notice", lane, words, media_id=media_id)
            await apply(connection, [owe(one, self.door.clock.now())])
        self.app.senders[self.account_id].wake()

    async def owed(self, words: str) -> tuple[str, str | None, datetime | None]:
        """State, reason and due time of what is owed and begins so; the state is "" where nothing is."""
        async with self.app.database.read() as connection:
            asked = select(owed.c.state, owed.c.reason, owed.c.due_at).where(owed.c.words.startswith(words))
            row = (await connection.execute(asked)).one_or_none()
        return (row.state, row.reason, row.due_at) if row else ("", None, None)

    async def until(self, words: str, state: str) -> tuple[str, str | None, datetime | None]:
        """Wait until what is owed is in a state; looked at often, since a database tells nobody."""
        async with asyncio.timeout(8):
            while (found := await self.owed(words))[0] != state:
                await asyncio.sleep(0.02)
        return found

    async def has_used(self, came: int, went: int, month: str = "2026-11") -> None:
        """So many messages came and went this month."""
        async with self.app.database.write() as connection:
            await accounts.count(connection, month, {self.account_id: (came, went)})


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@asynccontextmanager
async def house(folder: Path, door: Door, **settings: Any) -> AsyncIterator[Home]:
    """The real App, listening, with every door to the outside pretended."""
    database = await fresh_database(folder)
    await database.close()
    port = _free_port()
    public = f"http://127.0.0.1:{port}"
    usual = {
        "data_dir": folder,
        "database_url": database.url.render_as_string(hide_password=False),
        "http_port": port,
        "public_base_url": public,
        "jobs": "off",
        "timezone": "Asia/Ho_Chi_Minh",
        "quiet_hours": "",
        "holidays": "off",
    }
    app = App(load(_env_file=None, **{**usual, **door.settings, **settings}), door.clock)
    try:
        await app.open()
        codes = await _settle(app, folder)
        await app.serve()
        door.ready(app, public)
        yield Home(app, door, codes, public)
    finally:
        await app.close()
    assert not app.nursery.broken.is_set(), "a task of the service died"


async def _settle(app: App, folder: Path) -> dict[tuple[str, str], str]:
    file, now = folder / "roster.csv", app.clock.now()
    file.write_text(ROSTER, encoding="utf-8")
    await import_roster(app.database, file, now=now, site_name="Văn Chấn")
    codes = {}
    async with app.database.write() as connection:
        for place in await everything(connection, now.date()):
            for role in ("member", "commune_lead", "admin"):
                made = await invitations.create_for(connection, place, role=role, now=now, day=now.date())
                codes[place.name, role] = made.code
    await app.refresh()
    return codes


def monday_tally() -> datetime:
    """When the clock posts the tally of week 47."""
    return next(
        one.at
        for one in scheduler.due(datetime(2026, 11, 23, 1, 0, tzinfo=UTC), WEDNESDAY)
        if one.job.name == "weekly-tally"
    )
