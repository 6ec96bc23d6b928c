"""Groups of an Official Account (GMF): it reaches only those that it made, and each needs a bought place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.channels.base import SendFailed, Why
from bot.channels.fields import thing, things, words
from bot.channels.zalo_oa.client import Client
from bot.channels.zalo_oa.fields import identity

BASE = "/v3.0/oa/group"
MOST_FIRST = 99
LONGEST_NAME = 30
PAGE = 50
MOST_PAGES = 40


@dataclass(frozen=True, slots=True)
class Group:
    """A group, and the link by which members join."""

    id: str
    name: str
    link: str = ""


class Groups:
    """The groups of one account. Every call raises SendFailed."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def assets(self, size: str = "gmf100") -> tuple[str, ...]:
        """Places of a size (gmf10, gmf50, gmf100, gmf1000) that no group uses yet, of the package and bought."""
        free: dict[str, None] = {}
        for pocket in ("sub_quota", "purchase_quota"):
            question = {"quota_owner": "OA", "product_type": size, "quota_type": pocket}
            said = await self._client.ask("/v3.0/oa/quota/group", question)
            inner = thing(said, "data")
            listed = [inner, *things(said, "data"), *things(inner, "assets")]
            free |= {identity(one, "asset_id"): None for one in listed if words(one, "status") in ("", "available")}
        free.pop("", None)
        return tuple(free)

    async def create(self, name: str, description: str, asset_id: str, members: Sequence[str]) -> Group:
        """A new group with its first members, who follow the account or wrote within seven days."""
        if not 0 < len(name.strip()) <= LONGEST_NAME:
            raise SendFailed(Why.MALFORMED, f"a group's name has 1 to {LONGEST_NAME} letters")
        if len(members) > MOST_FIRST:
            raise SendFailed(
                Why.MALFORMED, f"a group begins with at most {MOST_FIRST} members; the others use its link"
            )
        made = await self._client.post(
            f"{BASE}/creategroupwithoa",
            {
                "group_name": name.strip(),
                "group_description": description,
                "asset_id": asset_id,
                "member_user_ids": list(members),
            },
        )
        group_id = identity(made, "group_id")
        if not group_id:
            raise SendFailed(Why.VENDOR, "a new group without an id", maybe_sent=True)
        return Group(group_id, words(made, "name") or name.strip(), words(made, "group_link"))

    async def members(self, group_id: str) -> tuple[str, ...]:
        """The ids of everybody in a group."""
        found: dict[str, None] = {}
        for page in range(MOST_PAGES):
            said = await self._client.get(f"{BASE}/listmember", group_id=group_id, offset=page * PAGE, count=PAGE)
            listed = things(said, "data") or things(thing(said, "data"), "members")
            found |= {identity(one, "user_id") or identity(one, "id"): None for one in listed}
            if len(listed) < PAGE:
                break
        found.pop("", None)
        return tuple(found)

    async def invite(self, group_id: str, members: Sequence[str]) -> None:
        """Invite people who follow the account or wrote within seven days; nobody: nothing is asked."""
        for start in range(0, len(members), MOST_FIRST):
            some = list(members[start : start + MOST_FIRST])
            await self._client.post(f"{BASE}/invite", {"group_id": group_id, "member_user_ids": some})

    async def every(self) -> tuple[Group, ...]:
        """All groups of the account."""
        found: dict[str, Group] = {}
        for page in range(MOST_PAGES):
            said = await self._client.get(f"{BASE}/getgroupsofoa", offset=page * PAGE, count=PAGE)
            listed = things(said, "data") or things(thing(said, "data"), "groups")
            for one in listed:
                if group_id := identity(one, "group_id"):
                    name = words(one, "name") or words(one, "group_name")
                    found[group_id] = Group(group_id, name, words(one, "group_link"))
            if len(listed) < PAGE:
                break
        return tuple(found.values())
