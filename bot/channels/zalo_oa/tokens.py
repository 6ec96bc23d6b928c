"""The token pair at work: renewed ahead of its end by one process at a time, and never used before it is kept.

What a crash can do: before Zalo heard us, nothing; after the new pair was kept, nothing. Between the two the only
working refresh token was in an answer that is gone: the note that a renewal was begun tells so when the next try is
refused, and the operator gets one line with one command.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.channels.base import SendFailed, Why
from bot.channels.zalo_oa.oauth import Fresh, NoAnswer, NotHeard, Oauth, Refused
from bot.secrets import KeyMissing, Vault
from storage import oa_tokens
from storage.alone import alone
from storage.engine import Database

log = logging.getLogger(__name__)

AHEAD = timedelta(hours=1)
"""So long before its end an access token is renewed; a short-lived one in the last quarter of its life."""
LEASE = timedelta(seconds=45)
"""Longer than any answer takes: who holds a renewal that long is gone."""
SETTLED = timedelta(minutes=5)
"""A pair so young is not renewed again because Zalo refuses it: the trouble is another one."""
REST = timedelta(minutes=10)
"""Until a refused refresh token is tried again, in case Zalo was mistaken."""
BREATH = timedelta(seconds=5)
LOOKS, LOOK = 20, 0.25
"""How often another process's renewal is looked at, and the seconds between."""
ALARM_WAIT = 60.0

COMMAND = "tocds channel add zalo-oa --refresh-token TOKEN"
REMEDY = f"an administrator of the Official Account makes a new refresh token at developers.zalo.me, then: {COMMAND}"


@dataclass(frozen=True, slots=True)
class Pass:
    """An access token, and of which pair."""

    access: str = field(repr=False)
    generation: int


class Tokens:
    """The pair of one account. `holder` names this process."""

    def __init__(
        self, account: str, account_id: int, database: Database, vault: Vault, oauth: Oauth, now: Callable[[], datetime]
    ) -> None:
        self._account, self._account_id = account, account_id
        self._database, self._vault, self._oauth, self._now = database, vault, oauth, now
        self._holder = secrets.token_hex(8)
        self._lock = asyncio.Lock()
        self._unkept: tuple[oa_tokens.Pair, Fresh] | None = None
        self._asking: asyncio.Future[None] | None = None
        self._told = ""

    async def give(self, refresh: str) -> bool:
        """Take a refresh token that an operator gives; False where this one was given before."""
        sealed, mark = self._vault.seal(refresh), self._vault.derive(f"zalo-oa refresh {refresh}")[:32]
        async with self._database.write() as connection:
            await alone(connection, "oa tokens")  # two that start at once are given the same token
            return await oa_tokens.give(connection, self._account_id, sealed, mark, self._now())

    async def current(self) -> Pass:
        """A token that can be used now. Raises SendFailed."""
        async with self._lock:
            return await self._usable(refused=None)

    async def renewed(self, refused: Pass) -> Pass:
        """A token other than one that Zalo refuses: another process's, or a new one. Raises SendFailed."""
        async with self._lock:
            return await self._usable(refused)

    async def tend(self) -> None:
        """Keep the pair alive for ever, also while nobody writes."""
        while True:
            wait = AHEAD.total_seconds() / 2
            try:
                await self.current()
            except SendFailed as failed:
                wait = failed.retry_after or ALARM_WAIT
            await asyncio.sleep(wait)

    async def close(self) -> None:
        """Wait for an answer that is on its way: it must not be lost."""
        if self._asking is not None:
            with suppress(SendFailed):
                await self._asking
        if self._unkept is not None:
            with suppress(SendFailed):
                await self._keep()

    # Which pair

    async def _usable(self, refused: Pass | None) -> Pass:
        await self._keep()
        for _ in range(LOOKS):
            held, now = await self._held(), self._now()
            alive = held.access is not None and held.access_until is not None and held.access_until > now
            if refused is not None and held.generation == refused.generation:
                alive = False
                if now - held.kept_at < SETTLED:
                    raise self._alarm("Zalo refuses an access token that it has just given")
            if alive and (_fresh(held, now) or _resting(held, now)):
                return self._pass(held)
            if not _resting(held, now):
                failed = await self._renew(held)
                if failed is not None and not alive:
                    raise failed
            elif held.holder is None:
                raise self._alarm(held.trouble) if held.trouble else _trouble("tried a moment ago", BREATH)
            else:
                await asyncio.sleep(LOOK)
        raise SendFailed(
            Why.VENDOR, "another process is renewing the tokens", retryable=True, retry_after=LOOK, whole_account=True
        )

    def _pass(self, held: oa_tokens.Pair) -> Pass:
        return Pass(self._opened(held.access or b""), held.generation)

    async def _held(self) -> oa_tokens.Pair:
        try:
            async with self._database.read() as connection:
                held = await oa_tokens.pair(connection, self._account_id)
        except Exception as error:
            raise _away(error) from None
        if held is None:
            raise self._alarm(f"there is no refresh token yet: {REMEDY}")
        return held

    # Renewing

    async def _renew(self, held: oa_tokens.Pair) -> SendFailed | None:
        """Ask for the next pair and keep it; None where it is worth looking at the record again."""
        refresh = self._opened(held.refresh)
        if not await self._begin(held):
            return None
        # What has been asked is heard to its end, whoever waits for it no more.
        self._asking = asyncio.ensure_future(self._ask(held, refresh))
        try:
            await asyncio.shield(self._asking)
        except SendFailed as failed:
            return failed
        return None

    async def _ask(self, held: oa_tokens.Pair, refresh: str) -> None:
        try:
            fresh = await self._oauth.renew(refresh)
        except NotHeard as trouble:
            await self._put_off(held, BREATH, held.begun_at)
            raise _trouble(f"not heard: {trouble}", BREATH) from None
        except NoAnswer as trouble:
            await self._put_off(held, BREATH, held.begun_at or self._now())
            raise _trouble(f"no answer: {trouble}", BREATH) from None
        except Refused as trouble:
            line = _line(held, str(trouble))
            await self._put_off(held, REST, held.begun_at, line)
            raise self._alarm(line) from None
        self._unkept = (held, fresh)
        await self._keep()

    async def _begin(self, held: oa_tokens.Pair) -> bool:
        now = self._now()
        try:
            async with self._database.write() as connection:
                return await oa_tokens.begin(connection, held, self._holder, now, now + LEASE)
        except Exception as error:
            raise _away(error) from None

    async def _keep(self) -> None:
        """Keep the pair that Zalo has just given. Where the database is away it stays in hand and unused; every later
        call comes here first."""
        if self._unkept is None:
            return
        held, fresh = self._unkept
        now = self._now()
        access, refresh = self._vault.seal(fresh.access), self._vault.seal(fresh.refresh)
        try:
            async with self._database.write() as connection:
                await oa_tokens.keep(connection, held, access, refresh, now + timedelta(seconds=fresh.lives), now)
        except Exception as error:
            raise _away(error) from None
        self._unkept = None
        self._told = ""

    async def _put_off(
        self, held: oa_tokens.Pair, rest: timedelta, begun_at: datetime | None, trouble: str | None = None
    ) -> None:
        with suppress(Exception):  # the lease ends by itself
            async with self._database.write() as connection:
                until = self._now() + rest
                await oa_tokens.let_go(connection, held, self._holder, until, begun_at, trouble)

    # Trouble

    def _opened(self, sealed: bytes) -> str:
        try:
            return self._vault.open(sealed)
        except KeyMissing as error:
            raise self._alarm(f"{error}: put that key back, or {REMEDY}") from None

    def _alarm(self, line: str) -> SendFailed:
        """The failure; the operator is told once."""
        if line != self._told:
            log.error("account %s: %s", self._account, line)
        self._told = line
        return SendFailed(Why.UNAUTHORISED, line, retryable=True, retry_after=ALARM_WAIT, whole_account=True, told=True)


def _fresh(held: oa_tokens.Pair, now: datetime) -> bool:
    """Whether the end of the access token is still far away."""
    if held.access_until is None:
        return False
    return held.access_until - now > min(AHEAD, (held.access_until - held.kept_at) / 4)


def _resting(held: oa_tokens.Pair, now: datetime) -> bool:
    """Whether nobody may ask just now: somebody does already, or has just failed."""
    return held.held_until is not None and held.held_until > now


def _line(held: oa_tokens.Pair, said: str) -> str:
    said = said[:120]
    if held.begun_at is not None:
        begun = held.begun_at.isoformat(timespec="seconds")
        return f"the answer to a renewal of the tokens, begun {begun}, was lost and Zalo says {said}: {REMEDY}"
    return f"Zalo refuses the refresh token ({said}): {REMEDY}"


def _trouble(detail: str, rest: timedelta) -> SendFailed:
    wait = rest.total_seconds()
    return SendFailed(
        Why.NETWORK, f"renewing the tokens: {detail}", retryable=True, retry_after=wait, whole_account=True
    )


def _away(error: Exception) -> SendFailed:
    detail = f"the tokens cannot be read or kept: {type(error).__name__}"
    return SendFailed(Why.NETWORK, detail, retryable=True, retry_after=BREATH.total_seconds(), whole_account=True)
