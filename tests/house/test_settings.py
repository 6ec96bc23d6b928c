"""The settings that operators rely on."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import SettingsError, example, load

ROOT = Path(__file__).resolve().parents[2]


def test_the_example_file_names_every_setting_with_its_default() -> None:
    assert (ROOT / ".env.example").read_text("utf-8") == example()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("HTTP_PORT", "eighty"),
        ("HTTP_PORT", "70000"),
        ("TIMEZONE", "Asia/Van_Chan"),
        ("DEFAULT_LOCALE", "tyz"),
        ("TELEGRAM_BOT_TOKEN", "no-colon-here"),
        ("TELEGRAM_API_BASE_URL", "api.telegram.org"),
        ("DATABASE_URL", "mysql://somewhere"),
        ("LOG_FORMAT", "xml"),
        ("JOBS", "sometimes"),
        ("WEBCHAT", "maybe"),
        ("QUIET_HOURS", "at night"),
        ("QUIET_HOURS", "20:30-25:00"),
        ("QUIET_HOURS", "20:30-20:30"),
        ("QUIET_HOURS", "06:00-18:00,18:00-06:00"),
        ("HOLIDAYS", "de"),
    ],
)
def test_a_wrong_value_names_its_variable(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError, match=f"^{variable}: ") as caught:
        load(_env_file=None)
    if "TOKEN" in variable:
        assert value not in str(caught.value)


def test_a_secret_does_not_show_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123456:very-secret-part")
    assert "very-secret-part" not in repr(load(_env_file=None))
