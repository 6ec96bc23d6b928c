"""Several pretend Zalo bots behind one address, as the real platform has them: a token in the path says which.

async with FakeZaloBots(("tule1", "tule2"), clock.now) as zalo:
    settings = {"zalo_bot_tokens": zalo.tokens, "zalo_bot_api_base_url": zalo.url}
    zalo.named["tule1"].says("an", "vneid 3")
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Self

from aiohttp import web

from tests.fakes.zalo_bot import FakeZaloBot, Rules
from tests.fakes.zalo_bot_town import Event


class ZaloBots:
    """Bots that are open already: each keeps its own people, groups and month."""

    def __init__(self, bots: Sequence[FakeZaloBot]) -> None:
        self.bots = list(bots)
        self.url = ""

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=20 * 1024 * 1024)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: Any) -> None:
        await self._runner.cleanup()

    async def _call(self, request: web.Request) -> web.StreamResponse:
        """A token that nobody has is refused by whichever bot is asked."""
        token = request.match_info["token"]
        meant = next((bot for bot in self.bots if bot.token == token), self.bots[0])
        return await meant.call(request)


class DatedZaloBot(FakeZaloBot):
    """A bot whose messages carry the time of a clock that is moved. `late`: seconds since the next was written."""

    def __init__(self, rules: Rules, token: str, name: str, now: Callable[[], datetime]) -> None:
        super().__init__(rules, token, name)
        self._now = now
        self.late = 0.0

    def push(self, event: Event) -> Event:
        event["message"]["date"] = int((self._now().timestamp() - self.late) * 1000)
        return super().push(event)


class FakeZaloBots(ZaloBots):
    """A platform that opens a few bots of its own. `rules`: those of a free bot, with all its limits, where nothing
    else is said."""

    def __init__(self, names: Sequence[str], now: Callable[[], datetime], rules: Rules = Rules()) -> None:
        self.named = {
            name: DatedZaloBot(rules, f"{number}{'0' * 18}:fake-{name}-{'x' * 24}", f"Bot {name}", now)
            for number, name in enumerate(names, start=1)
        }
        super().__init__(list(self.named.values()))

    @property
    def tokens(self) -> str:
        """As ZALO_BOT_TOKENS wants them."""
        return ",".join(f"{name}={bot.token}" for name, bot in self.named.items())

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        for bot in self.bots:
            bot.url = self.url
        return self

    async def __aexit__(self, *_: Any) -> None:
        for bot in self.bots:
            await bot.stop()
        await super().__aexit__()
