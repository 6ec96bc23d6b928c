"""Their tables, and the one transaction."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Integer, event, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, joinedload, mapped_column, relationship

AT_ONCE = 20
_PAIR = re.compile(r"(\w+)\s+(\d+)")
_ID = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    pass


class Village(Base):
    __tablename__ = "villages"
    id: Mapped[int] = mapped_column(_ID, primary_key=True)
    name: Mapped[str]


class Person(Base):
    __tablename__ = "people"
    id: Mapped[int] = mapped_column(_ID, primary_key=True)
    telegram_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    name: Mapped[str]
    village_id: Mapped[int] = mapped_column(ForeignKey("villages.id"))
    village: Mapped[Village] = relationship()


class Checkin(Base):
    __tablename__ = "checkins"
    id: Mapped[int] = mapped_column(_ID, primary_key=True, autoincrement=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    village_id: Mapped[int] = mapped_column(ForeignKey("villages.id"), index=True)
    day: Mapped[date]
    sent_at: Mapped[datetime]
    raw: Mapped[str]
    values: Mapped[list[Value]] = relationship()


class Value(Base):
    __tablename__ = "checkin_values"
    checkin_id: Mapped[int] = mapped_column(ForeignKey("checkins.id"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int]


def opened(url: str) -> AsyncEngine:
    """An engine as durable as ours."""
    if not url.startswith("sqlite"):
        return create_async_engine(url, pool_size=AT_ONCE, max_overflow=0, pool_timeout=600)
    engine = create_async_engine(url, pool_size=1, max_overflow=0, pool_timeout=600)

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return engine


class Records:
    """What a handler calls."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._sessions = async_sessionmaker(engine, expire_on_commit=False)

    async def checkin(self, telegram_id: int, text: str) -> str:
        """Keep a check-in; returns the receipt."""
        async with self._sessions() as session, session.begin():
            return await _kept(session, telegram_id, text)


async def _kept(session: AsyncSession, telegram_id: int, text: str) -> str:
    person = await session.scalar(
        select(Person).options(joinedload(Person.village)).where(Person.telegram_id == telegram_id)
    )
    if person is None:
        return "Bác chưa đăng ký ạ."
    found = {code: int(number) for code, number in _PAIR.findall(text)}
    now = datetime.now(UTC).replace(tzinfo=None)
    entry = Checkin(person_id=person.id, village_id=person.village_id, day=now.date(), sent_at=now, raw=text)
    entry.values = [Value(code=code, number=number) for code, number in found.items()]
    session.add(entry)
    listed = ", ".join(f"{code} {number}" for code, number in found.items())
    return f"Đã ghi cho {person.village.name}, {now:%d/%m}: {listed}. Cảm ơn bác {person.name}!"


async def fill(url: str, users: list[int]) -> None:
    """Make the tables, with these people in 199 villages."""
    engine = opened(url)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with AsyncSession(engine) as session, session.begin():
        session.add_all([Village(id=one, name=f"Thôn {one}") for one in range(1, 200)])
        await session.flush()
        session.add_all(
            [
                Person(id=number + 1, telegram_id=user, name="An", village_id=number % 199 + 1)
                for number, user in enumerate(users)
            ]
        )
    await engine.dispose()
