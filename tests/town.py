"""A small town for tests: people with names who speak through the real door, and hear what is owed to them.

town = await make_town(tmp_path)
an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
heard = await an.says("vneid 3 dvc 2")
assert heard.startswith("Đã ghi")
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from bot.channels.base import EventKey, Limits, Part, Payload, Pictures, Take
from bot.clock import MovedClock
from bot.inbound import Inbound
from handlers.messages import Incoming, Kind, PictureRef
from handlers.turn import Surroundings
from handlers.understanding.fold import fold
from storage import enrolment, forms, people
from storage.accounts import accounts
from storage.addresses import address_people, addresses
from storage.engine import Database
from storage.outbox import owed
from storage.schema import new_id
from storage.units import teams, unit_codes, unit_versions, units
from storage.writing import apply
from tests.databases import databases, with_form

START = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
"""Wednesday 18 November 2026, 09:00 in Văn Chấn: ISO week 47."""

_serial = itertools.count(1)


class PlainChannel:
    """A messenger of the tests: JSON in, and nothing that needs a wire."""

    name = "plain"
    account = "plain"
    silence = None
    limits = Limits(4000, 4000, 10, 40, Pictures.UPLOAD, 8)

    def __init__(self, account_id: int) -> None:
        self.account_id = account_id
        self.sent: list[Part] = []

    async def open(self) -> None: ...
    async def close(self) -> None: ...

    def identify(self, payload: Payload) -> EventKey | None:
        if "event_id" not in payload:
            return None
        return EventKey(str(payload["event_id"]), f"{payload['chat']}:{payload['speaker']}")

    def read(self, payload: Payload) -> Incoming | None:
        return Incoming(
            event_id=str(payload["event_id"]),
            account_id=self.account_id,
            chat=payload["chat"],
            speaker=payload["speaker"],
            kind=Kind(payload.get("kind", "text")),
            sent_at=datetime.fromisoformat(payload["sent_at"]),
            group=payload.get("group", False),
            addressed=payload.get("addressed", True),
            text=payload.get("text", ""),
            speaker_name=payload.get("name", ""),
            chat_title=payload.get("title", ""),
            question=payload.get("question", ""),
            pictures=tuple(PictureRef(file_id=one) for one in payload.get("pictures", ())),
            album=payload.get("album", ""),
            moved_to=payload.get("moved_to", ""),
        )

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        return True

    async def send(self, part: Part) -> str:
        self.sent.append(part)
        return f"m{len(self.sent)}"

    async def fetch(self, picture: PictureRef) -> tuple[bytes, str]:
        return b"picture", "image/jpeg"

    async def poll(self, take: Take) -> None: ...
    async def register(self, url: str, secret: str) -> None: ...

    def profile_link(self, code: str) -> str:
        return f"https://plain.example/{code}"


@dataclass(frozen=True)
class Heard:
    """One message that reached a chat."""

    text: str
    choices: tuple[tuple[str, str], ...]
    question: str | None
    kind: str
    media_id: int | None = None

    @property
    def shown(self) -> str:
        """With its choices as numbered lines, as where there are no buttons."""
        return "\n".join((self.text, *(f"{key}. {label}" for key, label in self.choices)))


@dataclass
class Chat:
    """A chat as its people see it."""

    town: Town
    vendor_id: str
    name: str = ""
    group: bool = False
    seen: set[int] = field(default_factory=set)

    async def heard(self) -> list[Heard]:
        """What was owed to this chat since the last look."""
        return await self.town.owed_to(self)


@dataclass
class Speaker:
    """Somebody who speaks: in private, or in a group."""

    town: Town
    vendor_id: str
    name: str
    person_id: int | None = None
    private: Chat = field(init=False)
    last: list[Heard] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.private = Chat(self.town, self.vendor_id, self.name)

    async def says(self, text: str, *, sent_at: datetime | None = None, into: Chat | None = None, **more: Any) -> str:
        """Say something, let the program live the turn, and return all words that came back to that chat."""
        chat = into or self.private
        await self.town.event(
            chat=chat.vendor_id,
            speaker=self.vendor_id,
            name=self.name,
            text=text,
            group=chat.group,
            sent_at=(sent_at or self.town.now).isoformat(),
            **more,
        )
        self.last = await chat.heard()
        return "\n---\n".join(heard.text for heard in self.last)

    async def taps(self, key: str, question: str | None = None) -> str:
        """Tap a choice under the last message heard (or under an older one, by its question token)."""
        token = question if question is not None else (self.last[-1].question or "")
        return await self.says(key, kind="button", question=token)

    async def sends(self, kind: str, **more: Any) -> str:
        """Send a sticker, a voice message, a picture (`pictures=["file"]`)…"""
        return await self.says(more.pop("text", ""), kind=kind, **more)

    async def hears(self) -> list[str]:
        """What came unprompted since the last look."""
        return [heard.text for heard in await self.private.heard()]


class Town:
    """The program on a database of its own, without wires."""

    def __init__(self, database: Database, clock: MovedClock, channel: PlainChannel, around: Surroundings) -> None:
        self.database, self.clock, self.channel, self.around = database, clock, channel, around
        self.inbound = Inbound(database, {channel.account_id: channel}, clock, lambda: self.around)
        self.places: dict[str, int] = {}
        self.teams: dict[str, int] = {}

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def later(self, **by: float) -> None:
        self.clock.move(timedelta(**by))

    async def event(self, **payload: Any) -> None:
        """One event through journal and turns."""
        payload.setdefault("event_id", f"e{next(_serial)}")
        await self.events([payload])

    async def events(self, payloads: list[dict[str, Any]]) -> None:
        from bot.journaling import journaled, parsed
        from storage import journal

        raw = [json.dumps(payload).encode() for payload in payloads]
        await journal.append(self.database, [journaled(self.channel, body, parsed(body)) for body in raw], self.now)
        await self.inbound.drain()

    async def owed_to(self, chat: Chat) -> list[Heard]:
        async with self.database.read() as connection:
            rows = (
                await connection.execute(
                    select(owed)
                    .join(addresses, addresses.c.id == owed.c.address_id)
                    .where(addresses.c.vendor_id == chat.vendor_id, owed.c.state != "cancelled")
                    .order_by(owed.c.id)
                )
            ).all()
        fresh = [row for row in rows if row.id not in chat.seen]
        chat.seen |= {row.id for row in fresh}
        return [
            Heard(row.words, tuple((key, label) for key, label in row.choices), row.question, row.kind, row.media_id)
            for row in fresh
        ]

    async def rows(self, table: Any) -> list[Any]:
        """All rows of a table, for looking at what was kept."""
        async with self.database.read() as connection:
            return list((await connection.execute(select(table))).all())

    async def place(self, path: str, kind: str = "", code: str = "", team: bool = True) -> int:
        """A place by its path ("Tú Lệ/Bản Lềnh"), made if need be with its parents and its team."""
        if path in self.places:
            return self.places[path]
        parent, _, name = path.rpartition("/")
        parent_id = await self.place(parent) if parent else (None if kind == "site" else await self.place("", "site"))
        kind = kind or ("village" if parent else "commune")
        unit_id, team_id, day = new_id(), new_id(), date(2025, 7, 1)
        async with self.database.write() as connection:
            await connection.execute(insert(units), [{"id": unit_id, "created_at": self.now}])
            await connection.execute(
                insert(unit_versions),
                [
                    {
                        "id": new_id(),
                        "unit_id": unit_id,
                        "parent_id": parent_id,
                        "kind": kind,
                        "name": name or "Văn Chấn",
                        "valid_from": day,
                        "valid_to": None,
                    }
                ],
            )
            if code:
                await connection.execute(
                    insert(unit_codes),
                    [{"id": new_id(), "unit_id": unit_id, "scheme": "gso", "code": code, "valid_from": day}],
                )
            if team and kind in ("village", "commune"):
                await connection.execute(
                    insert(teams),
                    [{"id": team_id, "unit_id": unit_id, "kind": kind, "name": "", "valid_from": day}],
                )
                self.teams[path] = team_id
        self.places[path] = unit_id
        return unit_id

    async def rostered(self, name: str, path: str, role: str = "member", phone: str | None = None) -> int:
        """Somebody on the roster who has never written; returns the person's id."""
        unit_id, person_id = await self.place(path, "site" if path == "" else ""), new_id()
        async with self.database.write() as connection:
            writes = people.added(person_id, name, fold(name), phone, self.now)
            writes.append(people.serves(new_id(), person_id, unit_id, self.teams.get(path), role, date(2025, 7, 1)))
            await apply(connection, writes)
        return person_id

    async def person(self, name: str, path: str, role: str = "member", phone: str | None = None) -> Speaker:
        """Somebody enrolled, who agreed and has a private chat."""
        person_id = await self.rostered(name, path, role, phone)
        speaker = self.stranger(name)
        speaker.person_id = person_id
        address_id = new_id()
        async with self.database.write() as connection:
            await connection.execute(
                insert(addresses),
                [
                    {
                        "id": address_id,
                        "account_id": self.channel.account_id,
                        "vendor_id": speaker.vendor_id,
                        "is_group": False,
                        "title": name,
                        "person_id": person_id,
                        "state": "open",
                        "created_at": self.now,
                    }
                ],
            )
            await connection.execute(
                insert(address_people), [{"address_id": address_id, "person_id": person_id, "linked_at": self.now}]
            )
            _id, consent = enrolment.answered(address_id, "yes", "test", "e0", self.now, person_id)
            await apply(connection, [consent])
        return speaker

    def stranger(self, name: str) -> Speaker:
        """Somebody with a phone whom the program has never met."""
        return Speaker(self, f"u{next(_serial)}", name)

    def group(self, title: str) -> Chat:
        return Chat(self, f"g{next(_serial)}", title, group=True)


async def fresh_database(folder: Path) -> Database:
    """A migrated database with the default form, SQLite or PostgreSQL (tests/databases.py)."""
    return Database(await databases.make(folder, with_form))


async def make_town(folder: Path, at: datetime = START, **settings: Any) -> Town:
    database = await fresh_database(folder)
    account_id = new_id()
    async with database.write() as connection:
        await connection.execute(
            insert(accounts),
            [
                {
                    "id": account_id,
                    "channel": "plain",
                    "vendor_id": "plain",
                    "name": "plain",
                    "enabled": True,
                    "limits": {},
                    "created_at": at,
                }
            ],
        )
    async with database.read() as connection:
        form = await forms.current(connection, at.date())
    return Town(database, MovedClock(at), PlainChannel(account_id), Surroundings(form=form, **settings))


__all__ = ["START", "Chat", "Heard", "PlainChannel", "Speaker", "Town", "fresh_database", "make_town"]
