"""What a broadcast costs, told before it goes: messages of free bots, and free, paid or closed chats of an Official
Account. Where nothing is limited, nothing is said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from handlers.chat.broadcast.audience import Audience
from handlers.turn import Thinking, Turn, ask
from locales import Text, _, lines, listed
from storage.known import Door
from storage.prices import Pockets, Price, Prices

NAMED = 3
"""Bots that are named one by one; of more, only the scarcest is."""
OA = "zalo-oa"


@dataclass(frozen=True, slots=True)
class Bot:
    """A limited bot: messages that go through it, and how many it has for what nobody asked for."""

    name: str
    messages: int
    left: int

    @property
    def after(self) -> int:
        return max(0, self.left - self.messages)

    @property
    def short(self) -> int:
        return max(0, self.messages - self.left)


@dataclass(frozen=True, slots=True)
class Official:
    """An Official Account: messages by pocket, what its package has left after them, people it cannot write to."""

    free: int
    package: int
    package_after: int
    paid: int
    dong: int
    closed: int


def told(turn: Turn, audience: Audience, *, parts: int = 1) -> Thinking[Text | None]:
    """The lines about cost. `parts`: messages for each chat at an Official Account, where a picture travels alone."""
    prices = yield from ask(Prices(f"{turn.today:%Y-%m}"))
    doors = list({one.id: one for one in audience.doors}.values())
    bots = sorted(_bots(doors, prices), key=lambda one: one.after)
    official = yield from _official(turn, doors, prices, parts)
    pieces = [*_of_bots(bots), *(_of_official(official) if official else ())]
    return lines(*pieces) if pieces else None


def _bots(doors: list[Door], prices: Mapping[int, Price]) -> Iterator[Bot]:
    counts = Counter(door.account_id for door in doors)
    for account, messages in counts.items():
        price = prices.get(account)
        if price is not None and price.left is not None:
            yield Bot(price.account, messages, price.left)


def _official(turn: Turn, doors: list[Door], prices: Mapping[int, Price], parts: int) -> Thinking[Official | None]:
    """Groups of an Official Account are free, so only private chats count."""
    ours = [one for one in doors if not one.is_group and _is_official(one, prices)]
    if not ours:
        return None
    pockets = yield from ask(Pockets(tuple(one.id for one in ours), turn.now))
    found = Counter(pockets.get(one.id, "closed") for one in ours)
    price = prices[ours[0].account_id]
    charged = found["charged"] * parts
    package = min(charged, price.package)
    paid = charged - package
    return Official(found["free"], package, price.package - package, paid, paid * price.dong, found["closed"])


def _is_official(door: Door, prices: Mapping[int, Price]) -> bool:
    price = prices.get(door.account_id)
    return price is not None and price.channel == OA


def _of_bots(bots: list[Bot]) -> Iterator[Text]:
    """The scarcest first."""
    if len(bots) == 1:
        yield _("It uses {count} messages; {left} remain this month.", count=bots[0].messages, left=bots[0].after)
    elif bots:
        total = sum(one.messages for one in bots)
        if len(bots) <= NAMED:
            left = listed(_("“{bot}” {left}", bot=one.name, left=one.after) for one in bots)
            yield _("It uses {count} messages; this month remain: {bots}.", count=total, bots=left)
        else:
            scarcest = _("“{bot}” {left}", bot=bots[0].name, left=bots[0].after)
            yield _("It uses {count} messages; the least remains with {bot}.", count=total, bot=scarcest)
    for one in bots:
        if one.short:
            yield _(
                "Bot “{bot}” has messages for {left} of {count} only: I keep the rest and ask you what to do.",
                bot=one.name,
                left=one.left,
                count=one.messages,
            )
            return


def _of_official(cost: Official) -> Iterator[Text]:
    pieces: list[Text] = []
    if cost.free:
        pieces.append(_("{count} free", count=cost.free))
    if cost.package:
        pieces.append(_("{count} from the package ({left} remain)", count=cost.package, left=cost.package_after))
    if cost.paid:
        pieces.append(_("{count} for {dong} đồng", count=cost.paid, dong=cost.dong))
    if pieces:
        yield _("Through the Zalo OA: {pieces}.", pieces=listed(pieces))
    if cost.closed:
        yield _("{count} have not written for 7 days: Zalo brings it only when they write.", count=cost.closed)
