"""What an Official Account has bought: how fast it may write, and what a message costs after 48 hours.

Prices: https://zalo.solutions/oa/pricing, in force from 2026-06-01.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.channels.base import Limits, Pictures
from bot.channels.zalo_oa.outgoing import LONGEST_TITLE, MOST_BUTTONS
from storage.oa_ledger import PACKAGE, PRICE

TEXT = 2000


@dataclass(frozen=True, slots=True)
class Plan:
    """`per_minute`: requests of any kind. `package`: messages a month after 48 hours that are paid already; `price`:
    the đồng that each further one costs."""

    per_minute: int = 100
    package: int = PACKAGE
    price: int = PRICE


GROWTH = Plan()
"""Tăng trưởng: 2,500,000 đ a year."""
WHOLE = Plan(per_minute=2000, package=2000)
"""Toàn diện: 6,000,000 đ a year."""


def bought(limits: Mapping[str, Any]) -> Plan:
    """The plan that an account's limits in the database tell of; the Growth package where they tell nothing."""
    given = {"per_minute": limits.get("per_minute"), "package": limits.get("package"), "price": limits.get("price")}
    return replace(GROWTH, **{name: int(value) for name, value in given.items() if value is not None})


def limits(plan: Plan) -> Limits:
    """What a channel on this plan can show, and how fast."""
    return Limits(
        text=TEXT,
        caption=0,
        buttons=MOST_BUTTONS,
        button_label=LONGEST_TITLE,
        pictures=Pictures.UPLOAD,
        in_flight=1,
        per_second=plan.per_minute / 60,
    )
