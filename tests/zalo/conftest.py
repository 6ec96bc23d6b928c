"""Doors to both products of Zalo."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

import bot.channels.telegram.channel
import bot.channels.zalo_oa.channel
import bot.channels.zalo_oa.client
import bot.delivery
from bot.channels.base import Limits
from bot.channels.zalo_oa.plan import Plan, limits
from tests.zalo.doors import Home, ZaloBotDoor, ZaloOaDoor, house


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing waits for a vendor's pace, which has tests of its own."""

    def free(plan: Plan) -> Limits:
        return replace(limits(plan), per_second=None)

    at_once = replace(bot.channels.telegram.channel.LIMITS, per_chat_interval=0.0)
    monkeypatch.setattr(bot.channels.telegram.channel, "LIMITS", at_once)
    monkeypatch.setattr(bot.channels.zalo_oa.channel, "limits", free)
    monkeypatch.setattr(bot.channels.zalo_oa.client, "MINUTE", 0.0)  # people's minutes pass in seconds here
    monkeypatch.setattr(bot.delivery, "PAUSE", 0.01)


@pytest.fixture
async def zalo_bot() -> AsyncIterator[ZaloBotDoor]:
    async with ZaloBotDoor() as door:
        yield door


@pytest.fixture
async def zalo_oa() -> AsyncIterator[ZaloOaDoor]:
    async with ZaloOaDoor() as door:
        yield door


@pytest.fixture
async def bot_home(tmp_path: Path, zalo_bot: ZaloBotDoor, database_kind: str) -> AsyncIterator[Home]:
    """The App on one free Zalo bot."""
    async with house(tmp_path, zalo_bot) as home:
        yield home


@pytest.fixture
async def oa_home(tmp_path: Path, zalo_oa: ZaloOaDoor, database_kind: str) -> AsyncIterator[Home]:
    """The App on an Official Account."""
    async with house(tmp_path, zalo_oa) as home:
        yield home
