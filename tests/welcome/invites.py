"""Invite codes for tests, and the steps of an enrolment that a test takes for granted."""

from __future__ import annotations

from typing import Any

from storage import invitations
from tests.town import Speaker, Town


async def invited(town: Town, path: str, role: str = "member", **more: Any) -> str:
    """A live code for a place ("" is the whole site)."""
    unit_id = await town.place(path, "site" if path == "" else "")
    async with town.database.write() as connection:
        invite = await invitations.create(
            connection, unit_id=unit_id, team_id=town.teams.get(path), role=role, now=town.now, **more
        )
    return invite.code


async def agrees(speaker: Speaker, code: str) -> str:
    """Type a code and say yes; what is asked next."""
    await speaker.says(code)
    return await speaker.says("đồng ý")


def labels(speaker: Speaker) -> list[str]:
    """The choices under the last message."""
    return [label for _key, label in speaker.last[-1].choices]
