"""What nobody asked for waits where its hour or day is closed, its hearer is away, or its place is paused.

Everything that leaves passes here, whoever owed it, so no caller can forget the rules; replies never do. A rule that
cannot be right holds all but replies, and says so, until it has been mended.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from handlers.clock.sending import Hearer, Rules, Verdict, may_send_at, rules_of
from handlers.turn import Surroundings
from storage import parcels
from storage.calendar import moved_days
from storage.engine import Database
from storage.outbox import Lane
from storage.parcels import Parcel
from storage.sparing import Facts, facts_of
from storage.waiting import Due
from storage.writing import Write

log = logging.getLogger(__name__)

LOOK_AGAIN = timedelta(minutes=1)
"""After so long it is looked whether a bad rule has been mended."""
BAD_RULE = "a rule of sending is bad"

_Verdicts = Mapping[int, Verdict]


class Holding:
    """One for a sender."""

    def __init__(self, database: Database, around: Callable[[], Surroundings]) -> None:
        self._database, self._around = database, around
        self._told_of = ""

    async def sort(
        self, owed: Sequence[Due], tried: Sequence[Parcel], now: datetime
    ) -> tuple[list[Due], list[Parcel], list[Write]]:
        """What of it may go now, and what to record of the rest."""
        verdicts = await self._verdicts(_unasked(owed, tried), now)
        waits = {one.id: verdict for one in owed if (verdict := _waiting([one.id], verdicts, now))}
        wanted = [one for one in tried if one.expires_at is None or one.expires_at > now]
        back = {one.id: verdict for one in wanted if (verdict := _waiting(one.owed_ids, verdicts, now))}
        writes = [_hold(one, waits[one.id], now) for one in owed if one.id in waits]
        for parcel in tried:
            writes += _keep_back(parcel, back[parcel.id], now) if parcel.id in back else []
        return [one for one in owed if one.id not in waits], [one for one in tried if one.id not in back], writes

    async def _verdicts(self, ids: Sequence[int], now: datetime) -> _Verdicts:
        """When each of these may go. Nothing is read where only replies are owed."""
        if not ids:
            return {}
        around = self._around()
        async with self._database.look() as connection:
            moved = await moved_days(connection)
            facts = await facts_of(connection, ids, now, now.astimezone(around.zone).date())
        rules, fault = rules_of(around, moved), ""
        verdicts: dict[int, Verdict] = {}
        for one in ids:
            try:
                verdicts[one] = _verdict(now, rules, facts.get(one, Facts("")))
            except Exception as error:  # whatever is wrong with a rule: replies go on, the rest waits
                fault = str(error) or type(error).__name__
                verdicts[one] = Verdict(now + LOOK_AGAIN, f"{BAD_RULE}: {fault}")
        self._tell(fault)
        return verdicts

    def _tell(self, fault: str) -> None:
        """The operator hears of a fault once, not at every look."""
        if fault and self._told_of != fault:
            log.error("action=held all but replies wait, %s: %s", BAD_RULE, fault)
        self._told_of = fault


def _unasked(owed: Sequence[Due], tried: Sequence[Parcel]) -> list[int]:
    found = [one.id for one in owed if one.lane is not Lane.REPLY]
    return found + [owed_id for one in tried if one.lane is not Lane.REPLY for owed_id in one.owed_ids]


def _verdict(now: datetime, rules: Rules, facts: Facts) -> Verdict:
    return may_send_at(now, rules, facts.kind, Hearer(facts.stopped, "open", facts.away_until, facts.paused_until))


def _waiting(owed_ids: Sequence[int], verdicts: _Verdicts, now: datetime) -> Verdict | None:
    """Why all of this must wait, or never goes; None where some of it may go now (then it goes together)."""
    found = [verdicts[one] for one in owed_ids if one in verdicts]
    if not found or any(one.at is not None and one.at <= now for one in found):
        return None
    return min(found, key=lambda one: (one.at is None, one.at or now))


def _hold(one: Due, verdict: Verdict, now: datetime) -> Write:
    """Held until its time; ended at once where that comes too late for it, or never."""
    if verdict.at is None:
        return parcels.owed_ended(one.id, "cancelled", now, verdict.reason)
    if one.expires_at is not None and one.expires_at < verdict.at:
        return parcels.owed_ended(one.id, "expired", now, f"{verdict.reason}: too late by then")
    return parcels.held(one.id, verdict.reason, verdict.at)


def _keep_back(parcel: Parcel, verdict: Verdict, now: datetime) -> list[Write]:
    """The same for what was tried before; what has begun to arrive is held like the rest of it."""
    if verdict.at is None:
        return parcels.ended(parcel, "cancelled", now, verdict.reason)
    if parcel.expires_at is not None and parcel.expires_at < verdict.at:
        return parcels.ended(parcel, "expired", now, f"{verdict.reason}: too late by then")
    return parcels.kept_back(parcel, verdict.reason, verdict.at)
