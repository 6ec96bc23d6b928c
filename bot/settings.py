"""Environment -> one frozen value. A wrong value names its variable.

The names are promises (see README, "Settings"); `.env.example` is proved equal to this file by a test.
"""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from handlers.calendar.quiet import USUAL, quiet_hours
from locales import LANGUAGES


class SettingsError(Exception):
    """A setting has a value that cannot work. The message names the variable and says what would."""


class LogFormat(StrEnum):
    TEXT = "text"
    JSON = "json"


class Switch(StrEnum):
    ON = "on"
    OFF = "off"


class Holidays(StrEnum):
    VN = "vn"
    OFF = "off"


def _quiet(hours: str) -> str:
    quiet_hours(hours)
    return hours


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError("no such time zone") from error
    return name


def _base(url: str) -> str:
    if url and not url.startswith(("http://", "https://")):
        raise ValueError("must begin with http:// or https://")
    return url.rstrip("/")


Url = Annotated[str, AfterValidator(_base)]


def named_tokens(value: SecretStr) -> tuple[tuple[str, str], ...]:
    """ "name=token,name=token" in pairs. Raises ValueError, without the token in its words."""
    pairs = []
    for number, one in enumerate(filter(None, (one.strip() for one in value.get_secret_value().split(","))), 1):
        name, equals, token = (part.strip() for part in one.partition("="))
        digits, colon, rest = token.partition(":")
        if not (name and equals and colon and rest and digits.isdigit()):
            raise ValueError(f"entry {number} must look like name=123456:abc…")
        if not re.fullmatch(r"[\w-]{1,40}", name):
            raise ValueError(
                f"the name of entry {number} may hold letters, digits, - and _ only: it is part of an address"
            )
        pairs.append((name, token))
    return tuple(pairs)


class Settings(BaseSettings):
    """All settings. Secrets do not show when this is printed."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True)

    data_dir: Path = Field(Path("./data"), description="Folder for the database, the secret key and backups.")
    database_url: str = Field(
        "", description="Empty: SQLite file tocds.db in DATA_DIR. sqlite+aiosqlite:///… or postgresql+asyncpg://…"
    )
    secret_key: SecretStr = Field(
        SecretStr(""), description="Encrypts tokens at rest. Empty: made once and kept in DATA_DIR."
    )
    http_host: str = Field("127.0.0.1", description="Address that the web server listens on.")
    http_port: int = Field(8080, ge=0, le=65535, description="Port of the web server.")
    public_base_url: Url = Field("", description="Public https address of this service. Set: webhooks; empty: polling.")
    timezone: Annotated[str, AfterValidator(_zone)] = Field("Asia/Ho_Chi_Minh", description="The clock people look at.")
    default_locale: str = Field("vi", description="Language of people who chose none: vi or en.")
    site_name: str = Field("Văn Chấn", description="Name of the whole site, shown to admins.")
    team_name: str = Field("Tổ CĐS cộng đồng", description="What the teams are called here.")
    quiet_hours: Annotated[str, AfterValidator(_quiet)] = Field(
        USUAL, description="When nobody is written to unasked: from-until, comma separated; empty: none."
    )
    holidays: Holidays = Field(
        Holidays.VN, description="vn: nothing goes unasked on Vietnam's holidays and around Tết; off."
    )
    jobs: Switch = Field(Switch.ON, description="on; off: timed jobs fire only by `tocds job run`.")
    telegram_bot_token: SecretStr = Field(SecretStr(""), description="Token from @BotFather; empty: no Telegram.")
    telegram_api_base_url: Url = Field("https://api.telegram.org", description="Where the Telegram Bot API is.")
    zalo_bot_tokens: SecretStr = Field(
        SecretStr(""), description="Zalo bots as name=token, comma separated; empty: no Zalo bot."
    )
    zalo_bot_api_base_url: Url = Field(
        "https://bot-api.zaloplatforms.com", description="Where the Zalo Bot Platform's API is."
    )
    zalo_oa_app_id: str = Field("", description="App id of the Zalo Official Account; empty: no Official Account.")
    zalo_oa_app_secret: SecretStr = Field(SecretStr(""), description="Secret of that app: renews the token pair.")
    zalo_oa_secret_key: SecretStr = Field(
        SecretStr(""), description="OA Secret Key that signs webhook events; empty: the app secret stands in."
    )
    zalo_oa_refresh_token: SecretStr = Field(
        SecretStr(""), description="First refresh token, from the console; later ones are kept in the database."
    )
    zalo_oa_api_base_url: Url = Field("https://openapi.zalo.me", description="Where the Official Account's API is.")
    zalo_oa_oauth_base_url: Url = Field("https://oauth.zaloapp.com", description="Where its tokens are renewed.")
    log_format: LogFormat = Field(LogFormat.TEXT, description="text or json.")
    webchat: Switch = Field(Switch.OFF, description="on: the web chat at /chat is open to everybody who has a code.")

    @field_validator("default_locale")
    @classmethod
    def _known_language(cls, value: str) -> str:
        if value not in LANGUAGES:
            raise ValueError(f"must be one of {', '.join(LANGUAGES)}")
        return value

    @field_validator("telegram_bot_token")
    @classmethod
    def _token_shape(cls, value: SecretStr) -> SecretStr:
        digits, colon, rest = value.get_secret_value().partition(":")
        if value.get_secret_value() and not (colon and rest and digits.isdigit()):
            raise ValueError("must look like 123456:ABC…, as @BotFather gave it")
        return value

    @field_validator("zalo_bot_tokens")
    @classmethod
    def _named_tokens(cls, value: SecretStr) -> SecretStr:
        names = [name for name, _token in named_tokens(value)]
        if len(set(names)) < len(names):
            raise ValueError("two bots have one name")
        return value

    @property
    def zalo_bots(self) -> tuple[tuple[str, str], ...]:
        """(name, token) of every Zalo bot, in the order of the setting."""
        return named_tokens(self.zalo_bot_tokens)

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and not value.startswith(("sqlite+aiosqlite:///", "postgresql+asyncpg://")):
            raise ValueError("must begin with sqlite+aiosqlite:/// or postgresql+asyncpg://")
        return value

    @property
    def database(self) -> str:
        """The database's URL, with the default filled in."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'tocds.db'}"


def load(**given: Any) -> Settings:
    """Settings from the environment and `.env`. Raises SettingsError naming the first wrong variable."""
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        variable = str(first["loc"][0]).upper() if first["loc"] else "settings"
        raise SettingsError(f"{variable}: {first['msg'].removeprefix('Value error, ')}") from None


def example() -> str:
    """What `.env.example` must say: every setting with its meaning and default."""
    blocks = []
    for name, field in Settings.model_fields.items():
        default = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
        value = default.value if isinstance(default, StrEnum) else f"./{default}" if name == "data_dir" else default
        blocks.append(f"# {field.description}\n{name.upper()}={value}\n")
    return "\n".join(blocks)
