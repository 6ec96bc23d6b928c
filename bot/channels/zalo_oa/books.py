"""What each message cost, from Zalo's own word where it says it, else by the clock."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.channels.fields import words
from bot.channels.zalo_oa.plan import Plan
from storage import oa_ledger
from storage.engine import Connection, Database
from storage.oa_ledger import Charge, Totals

log = logging.getLogger(__name__)

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
_POCKETS = {
    "reply": Charge.FREE,
    "sub_quota": Charge.PACKAGE,
    "reward_quota": Charge.PACKAGE,
    "purchase_quota": Charge.PAID,
}


class Books:
    """The ledger of one account, by person and month (of the Vietnamese calendar)."""

    def __init__(self, account_id: int, database: Database, plan: Plan, now: Callable[[], datetime]) -> None:
        self._account_id, self._database, self._plan, self._now = account_id, database, plan, now

    async def note(self, user: str, quota: Mapping[str, Any]) -> None:
        """One more message to a person; `quota` as it came with the answer. A ledger that cannot be written undoes no
        message: the line in the log is all that is lost."""
        try:
            async with self._database.write() as connection:
                charge = _POCKETS.get(words(quota, "quota_type")) or await self._guess(connection, user)
                dong = self._plan.price if charge is Charge.PAID else 0
                await oa_ledger.note(connection, self._account_id, user, self.month, charge, dong)
        except Exception as error:
            log.warning("account %d: a message is missing in the ledger: %s", self._account_id, type(error).__name__)

    @property
    def month(self) -> str:
        """This month, as the ledger names it."""
        return f"{self._now().astimezone(VIETNAM):%Y-%m}"

    async def totals(self, user: str | None = None) -> Totals:
        """What this month has used, for everybody or one person."""
        async with self._database.read() as connection:
            return await oa_ledger.totals(connection, self._account_id, self.month, user)

    async def _guess(self, connection: Connection, user: str) -> Charge:
        heard_at = await oa_ledger.heard_at(connection, self._account_id, user)
        if oa_ledger.reach_of(heard_at, self._now()) == "free":
            return Charge.FREE
        used = await oa_ledger.totals(connection, self._account_id, self.month)
        return Charge.PACKAGE if used.package < self._plan.package else Charge.PAID
