"""What is held just now and why, in an admin's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from locales import Text, _, listed


def held_back(counts: Mapping[str, int]) -> Text:
    """Counts by the operator's reason (storage.health.held_counts)."""
    return _("Waiting for their time: {what}.", what=listed(_each(counts)))


def _each(counts: Mapping[str, int]) -> Iterator[Text]:
    others = 0
    for reason, count in sorted(counts.items()):
        match reason:
            case "quiet hours":
                yield _("{count} for the end of the quiet hours", count=count)
            case "holiday" | "day off" | "Tet weeks":
                yield _("{count} for the end of the holidays", count=count)
            case "paused":
                yield _("{count} for the end of a pause", count=count)
            case "quota":
                yield _("{count} for next month's messages", count=count)
            case "window":
                yield _("{count} until their reader writes", count=count)
            case "a rule of sending is bad":
                yield _("{count} because the calendar is broken (see: tocds calendar list)", count=count)
            case _other:
                others += count
    if others:
        yield _("{count} for other reasons", count=others)
