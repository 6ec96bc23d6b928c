"""What a soak came to, one line a figure."""

from __future__ import annotations

from collections.abc import Mapping

from tests.soak.audit import Sum
from tests.soak.quarter import Quarter


def table(lived: Quarter, found: Sum) -> str:
    town, audit, load = lived.town, found.audit, lived.load
    rows = {
        "lived": f"until {lived.clock.now():%Y-%m-%d} in {lived.seconds:.0f} s; {len(lived.district.members)} members",
        "starts": f"{town.starts}: {town.cut_offs} after a cut-off, late for {_counts(lived.late)}",
        "tokens given anew": str(town.helped),
        "said": _counts(lived.said),
        "events": f"{audit.events} journaled of {len(load.acknowledged)} taken; at the door {_counts(load.answers)}",
        "check-ins": f"{audit.checkins} entries",
        "owed": _counts(audit.owed),
        "held": f"{_counts(found.held)}; {audit.behind} behind them in their chats",
        "firings": f"{found.firings} wanted; {_counts(audit.occurrences)}",
        "tallies": f"{found.tallies} weeks of communes counted alike, {found.posted} posted",
        "messages at vendors": str(audit.landed),
        "duplicates": f"{_counts(audit.duplicates)}; {audit.marked} parcels marked; in hand {_counts(town.in_hand)}",
    }
    for name, ((taken, came), (landed, went), why) in found.books.items():
        rows[f"books of {name}"] = f"in {came} of {taken}, out {went} of {landed} ({why})"
    rows["faults"] = "\n".join([str(len(audit.faults)), *audit.faults])
    return "\n".join(f"{name:<22} {value}" for name, value in rows.items())


def _counts(counts: Mapping[object, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items(), key=str)) or "none"
