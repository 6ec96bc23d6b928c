"""From what is owed to parcels: what may leave together, what nobody wants any more, who goes when room is scarce."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from bot.channels.base import Limits, SendFailed
from bot.channels.fitting import can_join, fit
from storage import parcels
from storage.outbox import Lane, Owing
from storage.parcels import Parcel
from storage.waiting import Due
from storage.writing import Write

SLOWEST = 60.0
"""Seconds between tries at most."""

_LATE = "not sent in time"


def fresh(owed: Iterable[Due], account_id: int, limits: Limits, now: datetime) -> tuple[Iterator[Parcel], list[Write]]:
    """Parcels of what may leave together, one a chat, packed as they are asked for, replies first as they are owed;
    and what to record of what may not leave at all."""
    writes: list[Write] = []
    piles: dict[int, list[Due]] = {}
    for one in owed:
        if one.expires_at is not None and one.expires_at <= now:
            writes.append(parcels.owed_ended(one.id, "expired", now, _LATE))
        elif one.door_state != "open":  # whoever writes opens their door in the same transaction as our reply
            writes.append(parcels.owed_ended(one.id, "failed", now, one.door_state))
        else:
            piles.setdefault(one.address_id, []).append(one)
    return (_parcel(pile, account_id, limits) for pile in piles.values()), writes


def at_once(owing: Owing, chat: str, limits: Limits, now: datetime, *, group: bool) -> Parcel:
    """A parcel of one answer that is owed only now; its chat is open, since it has just spoken."""
    due = Due(
        owing.id,
        owing.address_id,
        chat,
        group,
        "open",
        owing.lane,
        owing.kind,
        owing.words,
        owing.choices,
        owing.question,
        owing.media_id,
        owing.expires_at,
        now,
    )
    return _parcel([due], owing.account_id, limits)


def again(waiting: Iterable[Parcel], now: datetime) -> tuple[list[Parcel], list[Write]]:
    """Parcels to be tried again, one a chat; and what to record of those nobody wants or nobody can get any more."""
    writes: list[Write] = []
    retried: dict[int, Parcel] = {}
    for one in waiting:
        if one.expires_at is not None and one.expires_at <= now:
            writes += parcels.ended(one, "expired", now, one.held or _LATE)
        elif one.door_state != "open":
            writes += parcels.ended(one, "failed", now, one.door_state)
        else:
            since = now if one.held else one.created_at
            retried.setdefault(one.address_id, replace(one, attempts=one.attempts + 1, created_at=since))
    return list(retried.values()), writes


def behind_answers(waiting: Iterable[Parcel], owed: Iterable[Due]) -> list[Parcel]:
    """Without those whose chat is owed an answer: what people just wrote is answered before what waited for them."""
    answered = {one.address_id for one in owed if one.lane is Lane.REPLY}
    return [one for one in waiting if one.lane is Lane.REPLY or one.address_id not in answered]


def within(retried: Iterable[Parcel], fresh: Iterable[Parcel], room: int, others: int) -> list[Parcel]:
    """As many as there is room for, those tried before first, and at most so many that are no replies."""
    chosen: list[Parcel] = []
    for one in retried:
        if len(chosen) < room and (one.lane is Lane.REPLY or others > 0):
            chosen.append(one)
            others -= one.lane is not Lane.REPLY
    for one in fresh if len(chosen) < room else ():
        if one.lane is not Lane.REPLY and others <= 0:
            break
        chosen.append(one)
        others -= one.lane is not Lane.REPLY
        if len(chosen) == room:
            break
    return chosen


def wait(parcel: Parcel, failed: SendFailed) -> float:
    """Seconds until the next try: what the vendor asked for, else doubling."""
    return failed.retry_after if failed.retry_after is not None else min(SLOWEST, 2.0 ** min(parcel.attempts, 6))


def _parcel(pile: list[Due], account_id: int, limits: Limits) -> Parcel:
    together = [pile[0]]
    for one in pile[1:]:
        if not can_join(together[-1], one) or one.lane is Lane.BULK:
            break
        together.append(one)
    first = together[0]
    return Parcel(
        account_id=account_id,
        address_id=first.address_id,
        chat=first.chat,
        group=first.group,
        lane=first.lane,
        pieces=fit(together, limits),
        owed_ids=tuple(one.id for one in together),
        attempts=1,
        created_at=min(one.created_at for one in together),
        expires_at=parcels.last_use([one.expires_at for one in together]),
    )
