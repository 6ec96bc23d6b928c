"""The accounts that the settings name, and the channel that serves each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.channels.base import Channel
from bot.channels.telegram.channel import TelegramChannel, vendor_id
from bot.channels.webchat import WebChat
from bot.channels.zalo_bot import channel as zalo_bot
from bot.channels.zalo_bot.channel import ZaloBotChannel
from bot.channels.zalo_oa.channel import OaApp, Where, ZaloOaChannel
from bot.channels.zalo_oa.plan import bought
from bot.clock import Clock
from bot.secrets import Vault
from bot.settings import Settings, Switch
from locales import local
from storage import accounts, places
from storage.alone import alone
from storage.engine import Database

NEWCOMERS_FIRST = ("zalo-bot", "zalo-oa", "telegram", "webchat")
"""The order in which a newcomer should try the channels: Zalo is on every phone here."""

ASK_WITHIN = 5.0

ZALO_BOT_BASIC = {"people": 50, "groups": 3, "messages": 3000}
"""What a free Zalo bot may use: people, groups, messages a month in both directions (the platform's plan table)."""


@dataclass(frozen=True, slots=True)
class Link:
    """Where a newcomer taps to join, at one channel account; "" while the account's name is not known."""

    channel: str
    account: str
    url: str
    seats: int | None = None
    """How many newcomers it is for; None where the account's people are not counted."""


async def seed(
    settings: Settings, vault: Vault, database: Database, now: datetime, *, all_of_them: bool = True
) -> list[accounts.Account]:
    """Bring the accounts in line with the settings; returns all of them.

    Not `all_of_them`: a command's shell may know fewer settings than the service, and takes none out of service.
    """
    seeds = []
    if token := settings.telegram_bot_token.get_secret_value():
        seeds.append(accounts.Seed("telegram", vendor_id(token), "telegram", vault.seal(token)))
    for name, token in settings.zalo_bots:
        seeds.append(accounts.Seed("zalo-bot", zalo_bot.vendor_id(token), name, vault.seal(token), ZALO_BOT_BASIC))
    if app_id := settings.zalo_oa_app_id:
        seeds.append(accounts.Seed("zalo-oa", app_id, "zalo-oa", None))
    if settings.webchat is Switch.ON:
        seeds.append(accounts.Seed("webchat", "webchat", "webchat", None))
    async with database.write() as connection:
        await alone(connection, "start")
        await accounts.seed(connection, seeds, now, all_of_them=all_of_them)
        return await accounts.every(connection)


async def add_zalo_bot(vault: Vault, database: Database, name: str, token: str, now: datetime, unit: str = "") -> None:
    """A Zalo bot that an operator adds by command, to the pool of a unit where one is named.

    Raises ValueError for a token of another shape, NameTaken, PlaceUnknown, PlaceAmbiguous."""
    one = accounts.Seed("zalo-bot", zalo_bot.vendor_id(token), name, vault.seal(token), ZALO_BOT_BASIC)
    async with database.write() as connection:
        await accounts.add(connection, one, now)
        if unit:
            place = await places.find(connection, unit, local(now).date())
            await accounts.assign(connection, name, place.id)


async def give_refresh_token(settings: Settings, vault: Vault, database: Database, clock: Clock, token: str) -> bool:
    """Give the Official Account that the settings name a refresh token from the console; False where this very one
    was given before: each works once. Raises LookupError where there is no such account in service."""
    for account in await seed(settings, vault, database, clock.now(), all_of_them=False):
        channel = channel_of(account, settings, vault, clock, database)
        if isinstance(channel, ZaloOaChannel):
            return await channel.tokens.give(token)
    raise LookupError("no Official Account is in service: set ZALO_OA_APP_ID and ZALO_OA_APP_SECRET")


def channel_of(
    account: accounts.Account, settings: Settings, vault: Vault, clock: Clock, database: Database
) -> Channel | None:
    """The channel that serves an account; None for one that is out of service."""
    if not account.enabled:
        return None
    secret = account.webhook_secret
    if settings.public_base_url and not secret:  # another process may be about to register it
        secret = webhook_secret(vault, account.channel, account.id)
    if account.channel == "webchat":
        return WebChat(account.id, clock.now, settings.public_base_url or _own_address(settings))
    if account.channel == "telegram" and account.token is not None:
        return TelegramChannel(
            account.name,
            account.id,
            vault.open(account.token),
            settings.telegram_api_base_url,
            secret=secret,
            username=account.username,
            now=clock.now,
        )
    if account.channel == "zalo-bot" and account.token is not None:
        return ZaloBotChannel(
            account.name,
            account.id,
            vault.open(account.token),
            settings.zalo_bot_api_base_url,
            secret=secret,
            remembered=account.username,
            now=clock.now,
        )
    if account.channel == "zalo-oa" and settings.zalo_oa_app_id:
        app = OaApp(
            settings.zalo_oa_app_id,
            settings.zalo_oa_app_secret.get_secret_value(),
            settings.zalo_oa_secret_key.get_secret_value(),
        )
        where = Where(settings.zalo_oa_api_base_url, settings.zalo_oa_oauth_base_url)
        return ZaloOaChannel(
            account.name,
            account.id,
            app,
            database,
            vault,
            where,
            plan=bought(account.limits),
            oa_id=account.username,
            now=clock.now,
        )
    return None


def webhook_secret(vault: Vault, channel: str, account_id: int) -> str:
    """What the vendor shows with every event: the same in all processes that have the same SECRET_KEY."""
    return vault.derive(f"webhook {channel} {account_id}")


def _own_address(settings: Settings) -> str:
    return f"http://{settings.http_host}:{settings.http_port}"
