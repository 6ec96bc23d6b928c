"""To whom a broadcast goes: what an author may choose, and how the choice is named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from handlers.turn import Turn
from locales import Text, _


class What(StrEnum):
    """Which people of the places that are meant."""

    EVERYBODY = "everybody"
    COMMUNES = "communes"
    """Everybody of one or several communes."""
    LEADS = "leads"
    LEADERS = "leaders"
    SILENT = "silent"
    """Members of villages without news this week."""


class To(StrEnum):
    """Through which doors."""

    BOTH = "both"
    PEOPLE = "people"
    GROUPS = "groups"


_ADMIN = (What.EVERYBODY, What.COMMUNES, What.LEADS, What.LEADERS, What.SILENT)
_LEAD = (What.EVERYBODY, What.LEADERS, What.SILENT)
_ROLES = {What.LEADS: ("commune_lead",), What.LEADERS: ("leader",)}


@dataclass(frozen=True, slots=True)
class Target:
    """A choice. `units`: the places it stays within; empty for the whole site."""

    what: What
    units: tuple[int, ...] = ()
    to: To = To.PEOPLE

    @property
    def roles(self) -> tuple[str, ...]:
        return _ROLES.get(self.what, ())

    @property
    def may_have_groups(self) -> bool:
        """Groups hold everybody of a place, so they fit only what is meant for everybody."""
        return self.what in (What.EVERYBODY, What.COMMUNES)

    def as_json(self) -> dict[str, Any]:
        return {"what": self.what.value, "units": list(self.units), "to": self.to.value}


def offered(turn: Turn) -> tuple[What, ...]:
    """What this person may choose, in order; nothing for somebody who is neither admin nor lead."""
    if turn.person is None:
        return ()
    if turn.person.serves_as("admin"):
        return _ADMIN
    return _LEAD if turn.person.serves_as("commune_lead") else ()


def scope(turn: Turn) -> tuple[int, ...]:
    """The places beyond which this person never reaches: a lead's own communes; empty: no bounds (admin)."""
    person = turn.person
    if person is None or person.serves_as("admin"):
        return ()
    return tuple({one.commune_id for one in person.services if one.role == "commune_lead"})


def of_draft(draft: Mapping[str, Any]) -> Target:
    return Target(What(draft["what"]), tuple(draft.get("units", ())), To(draft.get("to", To.PEOPLE.value)))


def label(what: What, *, own: bool) -> Text:
    """How a choice is offered; `own`: within the author's own commune."""
    match what:
        case What.EVERYBODY:
            return _("Everybody of my commune") if own else _("Everybody")
        case What.COMMUNES:
            return _("One or several communes")
        case What.LEADS:
            return _("Commune officers")
        case What.LEADERS:
            return _("Team leaders")
        case What.SILENT:
            return _("Villages without news this week")
