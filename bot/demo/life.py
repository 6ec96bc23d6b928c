"""Living the demo: people say things at their times, the clock strikes at its own, and everything goes through the
program's doors."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from bot.app import App
from bot.channels.webchat import WebChat
from bot.channels.webchat.hub import Connection
from bot.channels.webchat.incoming import Said, payload
from bot.clock import MovedClock
from bot.demo.people import Standing, Villager
from bot.scheduler import upcoming

STEP = timedelta(minutes=20)
"""How far the clock moves at once while nothing but people happens; answers are as late as this at most."""


@dataclass(frozen=True, slots=True, order=True)
class Saying:
    """Something said at a time. `sent_at` before `at`: the message came late. An `event_id` twice: it came twice."""

    at: datetime
    order: int
    chat: str = field(compare=False)
    speaker: str = field(compare=False)
    name: str = field(compare=False)
    text: str = field(compare=False)
    sent_at: datetime = field(compare=False)
    event_id: str = field(compare=False)
    group: bool = field(compare=False, default=False)


class Life:
    """The simulated people of one demo, on one program."""

    def __init__(self, app: App, chat: WebChat, clock: MovedClock, step: timedelta = STEP) -> None:
        self._app, self._chat, self.clock, self._step = app, chat, clock, step
        self._ahead: list[Saying] = []
        self._order = count(1)

    def says(
        self,
        who: Villager,
        text: str,
        at: datetime,
        *,
        late: timedelta = timedelta(0),
        group: str = "",
        twice: timedelta | None = None,
    ) -> None:
        """Plan a saying: in private, or into a group; `late` after it was sent; `twice`: once more after that."""
        order = next(self._order)
        saying = Saying(
            at + late, order, group or who.chat, who.chat, who.name, text, at, f"demo{order:016d}", bool(group)
        )
        heapq.heappush(self._ahead, saying)
        if twice is not None:
            again = Saying(
                saying.at + twice,
                next(self._order),
                saying.chat,
                saying.speaker,
                who.name,
                text,
                at,
                saying.event_id,
                saying.group,
            )
            heapq.heappush(self._ahead, again)

    async def enrol(
        self, villagers: Sequence[Villager], told: Callable[[int, int], None] = lambda _d, _n: None
    ) -> None:
        """Bring people through the door: the code, then whatever they are asked."""
        phones = {who.chat: Connection(who.chat) for who in villagers}
        for chat, phone in phones.items():
            self._chat.hub.join(chat, phone)
        speaking = {who.chat: (who, f"/start {who.code}") for who in villagers}
        done = 0
        while speaking:
            self.clock.move(timedelta(seconds=30))
            await self._speak((who, text) for who, text in speaking.values())
            answers: dict[str, tuple[Villager, str]] = {}
            for chat, (who, _text) in speaking.items():
                answer = await _hears(who, phones[chat])
                if answer is not None:
                    answers[chat] = (who, answer)
                else:
                    done += 1
            speaking = answers
            told(done, len(villagers))
        for chat, phone in phones.items():
            self._chat.hub.leave(chat, phone)

    async def until(self, moment: datetime) -> None:
        """Live on to a moment: sayings in their order, and every timed job at its minute."""
        while self.clock.now() < moment:
            due = upcoming(self.clock.now())[0].at
            step = min(moment, due, self._next_stop())
            self.clock.move_to(step)
            await self._say_until(step)
            if step == due:
                await self._app.clockwork.tick()
            await self._app.settle()

    def _next_stop(self) -> datetime:
        """The end of the next stretch in which somebody says something."""
        soonest = self._ahead[0].at if self._ahead else self.clock.now() + timedelta(days=1)
        return max(self.clock.now() + self._step, soonest)

    async def _say_until(self, moment: datetime) -> None:
        raw: list[bytes] = []
        while self._ahead and self._ahead[0].at <= moment:
            one = heapq.heappop(self._ahead)
            said = Said(one.event_id, "text", one.text)
            raw.append(payload(said, one.chat, one.speaker, one.name, one.group, one.sent_at))
        if raw:
            await self._app.inbound.take(self._chat, raw)

    async def _speak(self, sayings: Iterable[tuple[Villager, str]]) -> None:
        now = self.clock.now()
        raw = [
            payload(Said(f"enrol{next(self._order):016d}", "text", text), who.chat, who.chat, who.name, False, now)
            for who, text in sayings
        ]
        await self._app.inbound.take(self._chat, raw)
        await self._app.settle()


async def _hears(who: Villager, phone: Connection) -> str | None:
    """What somebody answers to the last message on their phone."""
    words, choices = "", list[tuple[str, str]]()
    while phone.pending:
        frame = await phone.next()
        if frame and frame.get("bot"):
            words = str(frame["text"])
            choices = [(one["n"], one["label"].partition(". ")[2] or one["label"]) for one in frame["choices"]]
    if not words:
        who.standing = Standing.GAVE_UP
        return None
    return who.next_answer(words, choices)
