"""Places and posts in the words of a chat: "Bản Lềnh, xã Tú Lệ", "tổ viên"."""

from __future__ import annotations

from handlers.reports.places import place_name
from locales import Text, _, listed
from storage.finding import Place
from storage.known import Service


def place_of(service: Service) -> Text:
    """A service's place, with the commune for a village."""
    return _with_parent(service.unit_kind, service.unit_name, service.parent_kind, service.parent_name)


def full_name(place: Place) -> Text:
    """A place, with the commune for a village."""
    return _with_parent(place.kind, place.name, place.parent_kind, place.parent_name)


def role_name(role: str) -> Text:
    """What somebody serves as."""
    match role:
        case "leader":
            return _("team leader")
        case "commune_lead":
            return _("commune officer")
        case "admin":
            return _("administrator")
    return _("team member")


def keeper(place: Place) -> Text:
    """Who holds the data that come in through a place: the commune's People's Committee."""
    if place.kind == "village":
        return _("the People's Committee of {place}", place=place_name(place.parent_kind, place.parent_name))
    if place.kind == "site":
        return _("the digital transformation board of {place}", place=place.name)
    return _("the People's Committee of {place}", place=place_name(place.kind, place.name))


def commune_of(place: Place) -> int:
    """The commune a place belongs to: itself unless it is a village."""
    return place.parent_id if place.kind == "village" and place.parent_id else place.id


def _with_parent(kind: str, name: str, parent_kind: str, parent_name: str) -> Text:
    own = place_name(kind, name)
    return listed((own, place_name(parent_kind, parent_name))) if kind == "village" and parent_name else own
