"""`tocds invite`: a code, and a link for each channel account."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

import typer

from bot.cli.needs import Needs, needs, telling
from bot.pools import Offer
from handlers.roster.vocabulary import vocabulary
from locales import local
from storage import invitations, places
from storage.engine import Connection
from storage.enrolment import RosterOf
from storage.finding import PlaceAmbiguous, PlaceUnknown
from storage.invitations import CodesExhausted, Invite
from storage.roster import Role

_Unit = Annotated[str, typer.Option("--unit", help='A unit id, an official code, or a path such as "Tú Lệ/Thôn 1".')]
_Role = Annotated[str, typer.Option("--role", help="member, leader, commune_lead, admin (tổ viên, tổ trưởng, …).")]
_Uses = Annotated[
    int | None,
    typer.Option(
        "--uses",
        min=1,
        help="How many people may use the code, and how many seats it reserves. Left out: 50 may, and it reserves "
        "seats for those on the roster there who have not joined.",
    ),
]
_Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]

UNKNOWN = "no link, the messenger did not say who its bot is; look for the bot by its name"


class NoTeamThere(ValueError):
    """Members and leaders serve in a team, and the site itself has none."""


def register(app: typer.Typer) -> None:
    """Add the command to the root application."""
    app.command("invite")(invite)


def invite(
    context: typer.Context,
    unit: _Unit,
    role: _Role,
    uses: _Uses = None,
    as_json: _Json = False,
) -> None:
    """Print a six-digit code, and for each messenger a link to an account with room, where it reserves seats."""
    post = vocabulary().post(role)
    if post is None:
        raise typer.BadParameter(f"{role!r} is none of {', '.join(Role)}", param_hint="--role")
    given = needs(context)
    with telling(PlaceUnknown, PlaceAmbiguous, NoTeamThere, CodesExhausted):
        made, wanted = asyncio.run(_create(given, unit, post.role, uses))
    document = _document(made, given.links(made.code, wanted))
    typer.echo(json.dumps(document, ensure_ascii=False) if as_json else _told(document))


async def _create(given: Needs, unit: str, role: Role, uses: int | None) -> tuple[Invite, int]:
    """A new invite, and how many seats to reserve for it."""
    now = given.now()
    day = local(now).date()
    async with given.database() as database, database.write() as connection:
        place = await places.find(connection, unit, day)
        if place.kind == "site" and role in (Role.MEMBER, Role.LEADER):
            raise NoTeamThere(f"{place.name} is the whole site and has no team; name a commune or a village.")
        most = uses or invitations.DEFAULT_USES
        made = await invitations.create_for(connection, place, role=role.value, now=now, day=day, uses=most)
        return made, uses or await _expected(connection, made, day)


async def _expected(connection: Connection, made: Invite, day: date) -> int:
    """How many will come, where nobody says so: those on the roster there in such a role who have not joined, at least
    one. Nine villages of five must not reserve 450 seats. A roster that knows nobody there tells nothing."""
    (roster,) = await RosterOf.answer(connection, [RosterOf(made.unit_id, day)])
    team = {Role.MEMBER, Role.LEADER}
    roles = team if made.role in team else {made.role}
    there = [one for one in roster if any(post.role in roles for post in one.posts)]
    absent = sum(not one.linked for one in there)
    return min(made.uses, max(1, absent)) if there else made.uses


def _document(made: Invite, offered: Offer) -> dict[str, Any]:
    return {
        "code": made.code,
        "unit": made.place.path if made.place else "",
        "role": made.role,
        "uses": made.uses,
        "expires": local(made.expires_at).date().isoformat(),
        "links": links_of(offered),
        "notices": list(offered.notices),
    }


def links_of(offered: Offer) -> list[dict[str, Any]]:
    """Links as a document shows them; `seats`: for how many people each is."""
    return [
        {"channel": link.channel, "account": link.account, "url": link.url, "seats": link.seats}
        for link in offered.links
    ]


def link_lines(document: Mapping[str, Any]) -> list[str]:
    """Links and notices as an operator reads them."""
    links = [
        f"{link['channel']} {link['account']}: {link['url'] or UNKNOWN}{_for(link['seats'])}"
        for link in document["links"]
    ]
    return [*links, *document["notices"]]


def _for(seats: int | None) -> str:
    return "" if seats is None else f" (for {seats})"


def _told(document: dict[str, Any]) -> str:
    first = (
        f"{document['code']}: {document['role']} of {document['unit']}, "
        f"{document['uses']} uses, until {document['expires']}"
    )
    return "\n".join([first, *link_lines(document)])
