"""`tocds invite`: a code, and a link for each channel account."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated, Any

import typer

from bot.accounts import Link
from bot.cli.needs import Needs, needs, telling
from handlers.roster.vocabulary import vocabulary
from locales import local
from storage import invitations, places
from storage.finding import PlaceAmbiguous, PlaceUnknown
from storage.invitations import CodesExhausted, Invite
from storage.roster import Role

_Unit = Annotated[str, typer.Option("--unit", help='A unit id, an official code, or a path such as "Tú Lệ/Thôn 1".')]
_Role = Annotated[str, typer.Option("--role", help="member, leader, commune_lead, admin (tổ viên, tổ trưởng, …).")]
_Uses = Annotated[int, typer.Option("--uses", min=1, help="How many people may use the code.")]
_Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


class NoTeamThere(ValueError):
    """Members and leaders serve in a team, and the site itself has none."""


def register(app: typer.Typer) -> None:
    """Add the command to the root application."""
    app.command("invite")(invite)


def invite(
    context: typer.Context,
    unit: _Unit,
    role: _Role,
    uses: _Uses = invitations.DEFAULT_USES,
    as_json: _Json = False,
) -> None:
    """Print a six-digit code, and a link for each configured channel account."""
    post = vocabulary().post(role)
    if post is None:
        raise typer.BadParameter(f"{role!r} is none of {', '.join(Role)}", param_hint="--role")
    given = needs(context)
    with telling(PlaceUnknown, PlaceAmbiguous, NoTeamThere, CodesExhausted):
        made = asyncio.run(_create(given, unit, post.role, uses))
    document = _document(made, given.links(made.code))
    typer.echo(json.dumps(document, ensure_ascii=False) if as_json else _told(document))


async def _create(given: Needs, unit: str, role: Role, uses: int) -> Invite:
    now = given.now()
    day = local(now).date()
    async with given.database() as database, database.write() as connection:
        place = await places.find(connection, unit, day)
        if place.kind == "site" and role in (Role.MEMBER, Role.LEADER):
            raise NoTeamThere(f"{place.name} is the whole site and has no team; name a commune or a village.")
        return await invitations.create_for(connection, place, role=role.value, now=now, day=day, uses=uses)


def _document(made: Invite, links: list[Link]) -> dict[str, Any]:
    return {
        "code": made.code,
        "unit": made.place.path if made.place else "",
        "role": made.role,
        "uses": made.uses,
        "expires": local(made.expires_at).date().isoformat(),
        "links": [{"channel": link.channel, "account": link.account, "url": link.url} for link in links],
    }


def _told(document: dict[str, Any]) -> str:
    first = (
        f"{document['code']}: {document['role']} of {document['unit']}, "
        f"{document['uses']} uses, until {document['expires']}"
    )
    return "\n".join([first, *(f"{link['channel']} {link['account']}: {link['url']}" for link in document["links"])])
