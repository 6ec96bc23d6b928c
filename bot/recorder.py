"""Small writes of many tasks, grouped to one commit; each task goes on when its own are durable."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.trouble import DatabaseTrouble
from storage.engine import Database, is_away
from storage.writing import Write

_Waiting = tuple[Sequence[Write], asyncio.Future[None]]


class Recorder:
    """One writer for everything that delivery records."""

    def __init__(self, database: Database, trouble: DatabaseTrouble | None = None) -> None:
        self._database, self._trouble = database, trouble
        self._waiting: list[_Waiting] = []
        self._something = asyncio.Event()

    async def write(self, writes: Sequence[Write]) -> None:
        """Returns when the writes are committed; raises what the commit raised."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((writes, done))
        self._something.set()
        await done

    async def run(self) -> None:
        while True:
            await self._something.wait()
            self._something.clear()
            group, self._waiting = self._waiting, []
            if await self._commit(group):
                continue
            for one in group:  # whose writes cannot be kept must not keep the others'
                await self._commit([one], last=True)

    async def _commit(self, group: Sequence[_Waiting], *, last: bool = False) -> bool:
        """Returns whether the writes are kept; the last try tells whoever waits why they are not."""
        try:
            await self._database.apply(_each_once(group))
        except Exception as error:
            if self._trouble is not None and is_away(error):
                self._trouble.failed(error)
            for _, done in group:
                if last and not done.done():
                    done.set_exception(error)
            return False
        if self._trouble is not None:
            self._trouble.worked()
        for _, done in group:
            if not done.done():
                done.set_result(None)
        return True


def _each_once(group: Sequence[_Waiting]) -> list[Write]:
    """All writes in order; one that several bring along (an account's lease) is made once."""
    return list({id(write): write for writes, _ in group for write in writes}.values())
