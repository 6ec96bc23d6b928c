"""The token pair: renewed in time, by one process at a time, and lost in one way only, which is told."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from bot.channels.base import Part, SendFailed, Why
from bot.channels.zalo_oa.channel import ZaloOaChannel
from bot.channels.zalo_oa.oauth import Fresh
from bot.channels.zalo_oa.tokens import COMMAND, Tokens
from bot.secrets import Vault
from storage import oa_tokens
from storage.engine import Database
from tests.channels.zalo_oa.conftest import VAULT, channel_to
from tests.fakes.zalo_oa import FakeZaloOa


class Killed(BaseException):
    """The machine is switched off."""


class Office:
    """Processes on one database, one after another or side by side."""

    def __init__(self, server: FakeZaloOa, database: Database, account_id: int) -> None:
        self.server, self.database, self.account_id = server, database, account_id
        self._channels: list[ZaloOaChannel] = []
        self._databases: list[Database] = []

    async def process(self, vault: Vault = VAULT) -> ZaloOaChannel:
        """One more process, with connections of its own."""
        database = Database(self.database.url.render_as_string())
        self._databases.append(database)
        channel = channel_to(self.server, database, self.account_id, vault=vault)
        await channel.open()
        self._channels.append(channel)
        return channel

    async def kept(self) -> oa_tokens.Pair:
        async with self.database.read() as connection:
            pair = await oa_tokens.pair(connection, self.account_id)
        assert pair is not None
        return pair

    async def close(self) -> None:
        for channel in self._channels:
            await channel._wire.close()
        for database in self._databases:
            await database.close()


@pytest.fixture
async def office(server: FakeZaloOa, database: Database, account_id: int) -> Any:
    made = Office(server, database, account_id)
    yield made
    await made.close()


@pytest.fixture
async def given(office: Office) -> ZaloOaChannel:
    """A process whose operator has given the refresh token."""
    channel = await office.process()
    assert await channel.tokens.give(office.server.oauth.refresh)
    return channel


async def failing(tokens: Tokens) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        await tokens.current()
    return caught.value


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the operator was told."""
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


# In time


async def test_the_first_use_makes_the_first_pair_and_the_next_uses_it(given: ZaloOaChannel, office: Office) -> None:
    first = await given.tokens.current()
    assert first.access == office.server.oauth.access
    assert await given.tokens.current() == first
    assert office.server.oauth.renewals == 1


async def test_what_is_kept_is_sealed(given: ZaloOaChannel, office: Office) -> None:
    await given.tokens.current()
    kept = await office.kept()
    assert kept.access is not None
    assert VAULT.open(kept.access) == office.server.oauth.access
    assert VAULT.open(kept.refresh) == office.server.oauth.refresh
    assert b"never-seen" not in kept.access + kept.refresh


async def test_it_is_renewed_before_its_end(given: ZaloOaChannel, office: Office) -> None:
    await given.tokens.current()
    office.server.clock.later(hours=23, minutes=30)
    await given.tokens.current()
    assert office.server.oauth.renewals == 1
    office.server.clock.later(hours=1)
    await given.tokens.current()
    assert office.server.oauth.renewals == 2


async def test_a_pair_whose_life_is_short_is_not_renewed_at_every_use(given: ZaloOaChannel, office: Office) -> None:
    for lives in ("600", 600, "", "soon", None, "-5"):
        office.server.oauth.lives = lives
        await given.tokens.give(office.server.oauth.pair())
        before = office.server.oauth.renewals
        await given.tokens.current()
        await given.tokens.current()
        assert office.server.oauth.renewals == before + 1


async def test_while_zalo_is_away_the_old_token_is_used_to_its_end(given: ZaloOaChannel, office: Office) -> None:
    first = await given.tokens.current()
    office.server.clock.later(hours=24, minutes=30)
    office.server.oauth.page = (503, "<html>")
    assert await given.tokens.current() == first
    office.server.clock.later(hours=1)
    failed = await failing(given.tokens)
    assert (failed.why, failed.retryable, failed.whole_account) == (Why.NETWORK, True, True)
    office.server.oauth.page = None
    office.server.clock.later(seconds=6)
    assert (await given.tokens.current()).access == office.server.oauth.access


async def test_somebody_who_tends_it_keeps_it_alive_while_nobody_writes(
    given: ZaloOaChannel, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    naps: list[float] = []

    async def nap(seconds: float) -> None:
        naps.append(seconds)
        office.server.clock.later(seconds=seconds)
        if len(naps) == 200:
            raise Killed

    monkeypatch.setattr("bot.channels.zalo_oa.tokens.asyncio.sleep", nap)
    with pytest.raises(Killed):
        await given.tend()
    assert office.server.oauth.renewals == 5
    assert set(naps) == {1800.0}


# Refused by Zalo


@pytest.mark.parametrize("code", [-216, -220])
async def test_a_token_that_zalo_refuses_is_renewed_once_and_the_message_repeated_once(
    given: ZaloOaChannel, office: Office, code: int
) -> None:
    an = office.server.person()
    office.server.switches.dead_token = code
    await given.send(Part(an, False, "một"))
    office.server.clock.later(minutes=10)
    office.server.oauth.access = "somebody ended it"
    await given.send(Part(an, False, "hai"))
    assert office.server.heard(an) == ["một", "hai"]
    assert office.server.oauth.renewals == 2


async def test_a_fresh_token_that_zalo_refuses_is_no_reason_to_renew_for_ever(
    given: ZaloOaChannel, office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    an = office.server.person()
    await given.send(Part(an, False, "một"))
    office.server.oauth.access = "Zalo has lost its mind"
    for _ in range(3):
        with pytest.raises(SendFailed) as caught:
            await given.send(Part(an, False, "hai"))
        assert (caught.value.why, caught.value.whole_account) == (Why.UNAUTHORISED, True)
    assert office.server.oauth.renewals == 1
    assert len(lines(caplog)) == 1


# Two processes


async def test_of_two_processes_at_once_one_asks_and_both_have_the_pair(office: Office, given: ZaloOaChannel) -> None:
    other = await office.process()
    found = await asyncio.gather(*(one.tokens.current() for one in (given, other, given, other)))
    assert {one.access for one in found} == {office.server.oauth.access}
    assert office.server.oauth.renewals == 1


async def test_a_process_whose_token_another_has_renewed_reads_the_new_one(
    office: Office, given: ZaloOaChannel
) -> None:
    other = await office.process()
    an = office.server.person()
    await given.tokens.current()
    old = await other.tokens.current()
    office.server.clock.later(hours=24, minutes=30)
    await given.tokens.current()
    assert (await other.tokens.renewed(old)).access == office.server.oauth.access
    await other.send(Part(an, False, "Đã ghi"))
    assert office.server.oauth.renewals == 2


async def test_who_waits_for_another_process_does_not_wait_for_ever(
    office: Office, given: ZaloOaChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.zalo_oa.tokens.LOOK", 0.001)
    office.server.oauth.gate.clear()
    asking = asyncio.ensure_future(given.tokens.current())
    await office.server.oauth.reached.wait()
    failed = await failing((await office.process()).tokens)
    assert (failed.why, failed.retryable, failed.whole_account) == (Why.VENDOR, True, True)
    office.server.oauth.gate.set()
    assert (await asking).access == office.server.oauth.access


async def test_an_answer_on_its_way_is_heard_though_the_service_stops(office: Office, given: ZaloOaChannel) -> None:
    office.server.oauth.gate.clear()
    asking = asyncio.ensure_future(given.tokens.current())
    await office.server.oauth.reached.wait()
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    office.server.oauth.gate.set()
    await given.close()
    assert (await (await office.process()).tokens.current()).access == office.server.oauth.access
    assert office.server.oauth.renewals == 1


# Crashes


def dies(monkeypatch: pytest.MonkeyPatch, channel: ZaloOaChannel, moment: str) -> None:
    """Let the process die at a moment of its next renewal."""
    begin, ask = oa_tokens.begin, channel.tokens._oauth.renew

    async def dead(*_: Any) -> Any:
        raise Killed

    async def begins_then_dies(*details: Any) -> bool:
        await begin(*details)
        raise Killed

    async def asks_then_dies(refresh: str) -> Fresh:
        await ask(refresh)
        raise Killed

    async def keeps_then_dies(tokens: Tokens = channel.tokens) -> None:
        if tokens._unkept is not None:
            await Tokens._keep(tokens)
            raise Killed

    match moment:
        case "before it begins":
            monkeypatch.setattr(oa_tokens, "begin", dead)
        case "while it begins":
            monkeypatch.setattr(oa_tokens, "begin", begins_then_dies)
        case "before Zalo is asked":
            monkeypatch.setattr(channel.tokens._oauth, "renew", dead)
        case "while Zalo answers":
            monkeypatch.setattr(channel.tokens._oauth, "renew", asks_then_dies)
        case "before the pair is kept":
            monkeypatch.setattr(oa_tokens, "keep", dead)
        case "after the pair is kept":
            monkeypatch.setattr(channel.tokens, "_keep", keeps_then_dies)


SURVIVED = ["before it begins", "while it begins", "before Zalo is asked", "after the pair is kept"]
LOST = ["while Zalo answers", "before the pair is kept"]


async def killed_at(office: Office, channel: ZaloOaChannel, moment: str) -> None:
    with pytest.MonkeyPatch.context() as patched:
        dies(patched, channel, moment)
        with pytest.raises(Killed):
            await channel.tokens.current()
    office.server.clock.later(minutes=1)


@pytest.mark.parametrize("moment", SURVIVED)
async def test_a_process_that_dies_here_costs_nothing(
    office: Office, given: ZaloOaChannel, moment: str, caplog: pytest.LogCaptureFixture
) -> None:
    await killed_at(office, given, moment)
    assert (await (await office.process()).tokens.current()).access == office.server.oauth.access
    assert (await office.kept()).begun_at is None
    assert not lines(caplog)


@pytest.mark.parametrize("moment", LOST)
async def test_a_lost_answer_is_told_once_with_the_command_that_mends_it(
    office: Office, given: ZaloOaChannel, moment: str, caplog: pytest.LogCaptureFixture
) -> None:
    await killed_at(office, given, moment)
    following = await office.process()
    for _ in range(3):
        failed = await failing(following.tokens)
        assert (failed.why, failed.retryable, failed.whole_account) == (Why.UNAUTHORISED, True, True)
        office.server.clock.later(minutes=11)
    (line,) = lines(caplog)
    assert "was lost" in line
    assert line.endswith(COMMAND)
    mender = await office.process()
    assert await mender.tokens.give(office.server.oauth.pair())
    assert (await following.tokens.current()).access == office.server.oauth.access


async def test_a_dead_process_is_waited_for_as_long_as_an_answer_may_take(
    office: Office, given: ZaloOaChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        dies(patched, given, "before Zalo is asked")
        with pytest.raises(Killed):
            await given.tokens.current()
    monkeypatch.setattr("bot.channels.zalo_oa.tokens.LOOK", 0.001)
    following = await office.process()
    assert (await failing(following.tokens)).why is Why.VENDOR
    office.server.clock.later(seconds=46)
    assert await following.tokens.current()


async def test_an_answer_cut_off_on_its_way_is_a_lost_one(
    office: Office, given: ZaloOaChannel, caplog: pytest.LogCaptureFixture
) -> None:
    office.server.oauth.loses = 1
    assert (await failing(given.tokens)).why is Why.NETWORK
    assert (await failing(given.tokens)).why is Why.NETWORK, "asked again at once"
    assert office.server.oauth.asked == 1
    office.server.clock.later(seconds=6)
    assert (await failing(given.tokens)).why is Why.UNAUTHORISED
    assert "was lost" in lines(caplog)[0]


async def test_a_question_cut_off_before_zalo_heard_it_costs_nothing(
    office: Office, given: ZaloOaChannel, caplog: pytest.LogCaptureFixture
) -> None:
    office.server.oauth.cuts = 1
    assert (await failing(given.tokens)).why is Why.NETWORK
    office.server.clock.later(seconds=6)
    assert await given.tokens.current()
    assert not lines(caplog)


async def test_with_the_database_away_the_pair_stays_in_hand_unused(
    office: Office, given: ZaloOaChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: Any) -> bool:
        raise OSError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(oa_tokens, "keep", away)
        assert (await failing(given.tokens)).why is Why.NETWORK
        assert (await failing(given.tokens)).why is Why.NETWORK
    assert (await given.tokens.current()).access == office.server.oauth.access
    assert office.server.oauth.renewals == 1


# The operator


async def test_without_a_refresh_token_the_operator_is_told_what_to_do(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    channel = await office.process()
    for _ in range(2):
        assert (await failing(channel.tokens)).why is Why.UNAUTHORISED
    (line,) = lines(caplog)
    assert COMMAND in line


async def test_an_expired_refresh_token_is_told_in_one_line(
    office: Office, given: ZaloOaChannel, caplog: pytest.LogCaptureFixture
) -> None:
    office.server.clock.later(days=91)
    for _ in range(3):
        assert (await failing(given.tokens)).why is Why.UNAUTHORISED
    (line,) = lines(caplog)
    assert "refuses the refresh token (-14014" in line
    assert line.endswith(COMMAND)
    assert office.server.oauth.asked == 1, "Zalo was asked again and again"


async def test_a_token_once_given_is_never_taken_again(office: Office, given: ZaloOaChannel) -> None:
    old = office.server.oauth.refresh
    await given.tokens.current()
    assert not await given.tokens.give(old), "the environment goes on naming it"
    assert await given.tokens.give(office.server.oauth.pair())
    assert not await given.tokens.give(old)
    assert (await given.tokens.current()).access == office.server.oauth.access


async def test_a_token_given_while_another_is_being_renewed_wins(office: Office, given: ZaloOaChannel) -> None:
    office.server.oauth.gate.clear()
    asking = asyncio.ensure_future(given.tokens.current())
    await office.server.oauth.reached.wait()
    newer = office.server.oauth.pair()
    await (await office.process()).tokens.give(newer)
    office.server.oauth.gate.set()
    assert (await asking).access == office.server.oauth.access
    assert VAULT.open((await office.kept()).refresh) == office.server.oauth.refresh


async def test_another_secret_key_is_told_as_such(
    office: Office, given: ZaloOaChannel, caplog: pytest.LogCaptureFixture
) -> None:
    await given.tokens.current()
    stranger = await office.process(Vault("another key"))
    assert (await failing(stranger.tokens)).why is Why.UNAUTHORISED
    assert "SECRET_KEY" in lines(caplog)[0]


@pytest.mark.parametrize("page", [(200, "<html>"), (502, "<html>"), (200, '{"access_token": "x"}'), (200, "[]")])
async def test_an_answer_that_is_none_leaves_everything_as_it_was(
    office: Office, given: ZaloOaChannel, page: tuple[int, str], caplog: pytest.LogCaptureFixture
) -> None:
    office.server.oauth.page = page
    assert (await failing(given.tokens)).why is Why.NETWORK
    office.server.oauth.page = None
    office.server.clock.later(seconds=6)
    assert await given.tokens.current()
    assert not lines(caplog)
