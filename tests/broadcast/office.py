"""The commune's office: people who write to many, people who hear, and a postman who delivers what is owed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select, update

from bot.tidying import Tidying
from storage.addresses import addresses
from storage.broadcasts import recipients
from storage.outbox import owed
from tests.clock.clockwork import Clockwork
from tests.town import Chat, Speaker, Town


@dataclass
class Office:
    town: Town
    clock: Clockwork
    boss: Speaker
    ha: Speaker
    an: Speaker
    pao: Speaker
    tai: Speaker
    group: Chat

    async def delivered(self, *, failing: tuple[Speaker, ...] = (), only: int | None = None) -> None:
        """The postman brings what is owed (all of it, or so many), then the broadcasts are looked at."""
        broken = [one.vendor_id for one in failing]
        async with self.town.database.write() as connection:
            rows = (
                await connection.execute(
                    select(owed.c.id, addresses.c.vendor_id)
                    .join(addresses, addresses.c.id == owed.c.address_id)
                    .where(owed.c.state == "owed", owed.c.kind == "broadcast")
                    .order_by(owed.c.id)
                    .limit(only)
                )
            ).all()
            for row in rows:
                failed = row.vendor_id in broken
                await connection.execute(
                    update(owed)
                    .where(owed.c.id == row.id)
                    .values(
                        state="failed" if failed else "sent",
                        reason="vendor: down" if failed else None,
                        ended_at=self.town.now,
                    )
                )
        await Tidying(self.town.database, self.town.clock, lambda: self.town.around, lambda: None).tidy()

    async def ends(self) -> Counter[tuple[str, str]]:
        """How many recipients ended in which state and why."""
        return Counter((row.state, row.reason or "") for row in await self.town.rows(recipients))


async def open_office(town: Town) -> Office:
    clock = Clockwork(town)
    boss = await town.person("Nguyễn Văn Quản", "Tú Lệ", "admin")
    ha = await town.person("Hoàng Thị Hà", "Tú Lệ", "commune_lead")
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh", "leader")
    pao = await town.person("Sùng A Páo", "Tú Lệ/Thôn 3")
    tai = await town.person("Bàn Văn Tài", "Gia Hội/Thôn 5")
    group = await clock.group("Tổ CĐS Tú Lệ", "Tú Lệ")
    return Office(town, clock, boss, ha, an, pao, tai, group)
