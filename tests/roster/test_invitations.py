"""Six digits: who may come in with them, how often, how long."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import invitations, places, questions, writing
from storage.finding import Place
from storage.invitations import CodesExhausted, FreeCode, Invite, Purpose, WhichInvite, WhyNot
from tests.roster.conftest import NOW, Office

TODAY = date(2026, 11, 16)


@pytest.fixture
async def village(office: Office) -> Place:
    await office.imports_rows(("04630", "Tú Lệ", "Bản Lềnh", "village", "Lò Văn An", "", ""))
    async with office.database.read() as connection:
        return await places.find(connection, "Bản Lềnh", TODAY)


async def made(connection: AsyncConnection, village: Place, uses: int = 50) -> Invite:
    return await invitations.create_for(connection, village, role="member", now=NOW, day=TODAY, uses=uses)


def test_codes_are_six_digits_that_are_no_year_and_not_easy() -> None:
    codes = {invitations.new_code() for _ in range(5000)}
    assert all(len(code) == 6 and code.isdigit() and code[0] != "0" for code in codes)
    assert not any(code.startswith(("19", "20")) for code in codes)
    assert len(codes) > 4900
    assert not codes & {"123456", "111111"}


async def test_a_new_code_opens_the_village_team_for_thirty_days(office: Office, village: Place) -> None:
    async with office.database.write() as connection:
        invite = await made(connection, village)
        found = await invitations.find(connection, invite.code, NOW + timedelta(days=29))
        late = await invitations.find(connection, invite.code, NOW + timedelta(days=30))
    assert isinstance(found, Invite)
    assert (found.unit_id, found.role, found.uses, found.used) == (village.id, "member", 50, 0)
    assert found.team_id is not None
    assert late is WhyNot.EXPIRED


async def test_a_code_is_used_up_and_an_unknown_one_is_unknown(office: Office, village: Place) -> None:
    async with office.database.write() as connection:
        invite = await made(connection, village, uses=2)
        await writing.apply(connection, [invitations.use(invite.id)])
        assert isinstance(await invitations.find(connection, invite.code, NOW), Invite)
        await writing.apply(connection, [invitations.use(invite.id), invitations.use(invite.id)])
        assert await invitations.find(connection, invite.code, NOW) is WhyNot.USED_UP
        assert await invitations.find(connection, "000000", NOW) is WhyNot.UNKNOWN
    assert await office.asks("SELECT used FROM invites") == [(2,)]


async def test_turns_ask_for_codes_together(office: Office, village: Place) -> None:
    async with office.database.write() as connection:
        invite = await made(connection, village)
        asked = [WhichInvite("000000", NOW, TODAY), WhichInvite(invite.code, NOW, TODAY), FreeCode(), FreeCode()]
        unknown, found, one, other = await questions.answer_all(connection, asked)
    assert unknown is WhyNot.UNKNOWN
    assert found.place == village
    assert len({one, other, invite.code}) == 3


async def test_a_turn_issues_a_code_that_binds_a_group(office: Office, village: Place) -> None:
    async with office.database.write() as connection:
        (code,) = await invitations.free_codes(connection, 1)
        invite, write = invitations.issue(
            code, unit_id=village.id, team_id=None, role=None, now=NOW, uses=1, days=2, purpose=Purpose.GROUP
        )
        await writing.apply(connection, [write])
        assert await invitations.find(connection, code, NOW) == invite


async def test_codes_long_dead_are_forgotten_when_a_new_one_is_made(office: Office, village: Place) -> None:
    async with office.database.write() as connection:
        old = await made(connection, village)
        later = NOW + timedelta(days=121)
        await invitations.create_for(connection, village, role="member", now=later, day=TODAY)
        assert await invitations.find(connection, old.code, later) is WhyNot.UNKNOWN


async def test_a_code_in_use_is_never_given_out_again(
    office: Office, village: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with office.database.write() as connection:
        invite = await made(connection, village)
        monkeypatch.setattr(invitations, "new_code", lambda: invite.code)
        with pytest.raises(CodesExhausted):
            await invitations.free_codes(connection, 1)


@pytest.mark.parametrize("wrong", [{"uses": 0}, {"days": 0}])
def test_an_invite_for_nobody_or_no_time_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="at least"):
        invitations.issue("482913", unit_id=1, team_id=None, role="member", now=NOW, **wrong)  # type: ignore[arg-type]
