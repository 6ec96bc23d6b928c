"""How a broadcast is getting on, told to its author."""

from __future__ import annotations

from collections import Counter

from handlers.chat.broadcast.audience import reasons
from locales import Text, _, lines, listed
from storage.progress import Progress
from storage.windows import CLOSED, KEPT


def told(progress: Progress) -> Text:
    """Half-way, when only those wait who must write first, or at the end with every recipient accounted for."""
    values = {"people": progress.people_sent, "groups": progress.groups_sent, "waiting": progress.waiting}
    if progress.told == "half":
        return _("Half-way: {people} people and {groups} groups have it, {waiting} still wait.", **values)
    if progress.told == "silent":
        return lines(_end(progress, values), _silent(progress))
    return lines(_end(progress, values), _dropped(progress), _missed(progress))


def _end(progress: Progress, values: dict[str, int]) -> Text:
    if progress.state == "cancelled":
        return _(
            "Stopped. {people} people and {groups} groups had it already; {count} did not get it.",
            **values,
            count=progress.cancelled,
        )
    if progress.groups_sent:
        return _("Your message has reached {people} people and {groups} groups.", **values)
    return _("Your message has reached {people} people.", **values)


def _silent(progress: Progress) -> Text:
    return _(
        "{count} have not written to me for so long that I may not write to them yet: whoever writes to me within "
        "{days} days gets it.",
        count=progress.waiting,
        days=KEPT.days,
    )


def _dropped(progress: Progress) -> Text | None:
    """What was held, and then given up by its author."""
    if progress.state == "cancelled" or not progress.cancelled:
        return None
    return _("{count} messages were not sent, as you wished.", count=progress.cancelled)


def _missed(progress: Progress) -> Text | None:
    skipped, failed, silent = Counter[str](), 0, 0
    for (state, reason), count in progress.missed.items():
        if state == "skipped":
            skipped[reason] += count
        elif reason == CLOSED:
            silent += count
        else:
            failed += count
    pieces = list(reasons(skipped))
    if silent:
        pieces.append(_("{count} who have not written to me for long", count=silent))
    if failed:
        pieces.append(_("{count} to whom it could not be delivered", count=failed))
    return _("Out of reach: {who}.", who=listed(pieces)) if pieces else None
