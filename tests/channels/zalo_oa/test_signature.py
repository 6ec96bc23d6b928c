"""Who may knock at the webhook: every way in which Zalo may sign, and nobody else."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest

from bot.channels.zalo_oa.channel import OaApp
from bot.channels.zalo_oa.signature import Signature
from tests.fakes.zalo_oa import APP_ID, APP_SECRET, OA_ID, OA_SECRET_KEY, FakeZaloOa
from tests.fakes.zalo_oa_post import sign
from tests.fakes.zalo_oa_town import raw

OURS = Signature(APP_ID, OA_SECRET_KEY)


@pytest.fixture
def letter(server: FakeZaloOa) -> tuple[dict[str, str], bytes]:
    """A signed event: its headers and its bytes."""
    event = server.says(server.person(), "Giúp 3 hộ cài VNeID")
    return sign(server, event, raw(event)), raw(event)


def test_what_zalo_signed_is_believed(server: FakeZaloOa, letter: tuple[dict[str, str], bytes]) -> None:
    assert OURS.holds(*letter, server.clock.now())


def test_one_changed_byte_is_not(server: FakeZaloOa, letter: tuple[dict[str, str], bytes]) -> None:
    headers, body = letter
    again = json.dumps(json.loads(body)).encode()
    assert json.loads(again) == json.loads(body)
    assert not OURS.holds(headers, again, server.clock.now())
    assert not OURS.holds(headers, body + b"\n", server.clock.now())


def test_the_prefix_and_the_letters_case_do_not_matter(
    server: FakeZaloOa, letter: tuple[dict[str, str], bytes]
) -> None:
    headers, body = letter
    digest = headers["X-ZEvent-Signature"].removeprefix("mac=")
    for value in (digest, f"mac={digest}", f"MAC= {digest.upper()} "):
        for name in ("X-ZEvent-Signature", "x-zevent-signature"):
            assert OURS.holds({name: value}, body, server.clock.now())


@pytest.mark.parametrize("value", [None, "", "mac=", "mac=00", "é\udcff\ud83d", "mac=" + "0" * 64])
def test_no_signature_is_a_wrong_one(
    server: FakeZaloOa, letter: tuple[dict[str, str], bytes], value: str | None
) -> None:
    headers = {} if value is None else {"X-ZEvent-Signature": value}
    assert not OURS.holds(headers, letter[1], server.clock.now())


def test_without_a_key_nobody_is_believed(server: FakeZaloOa) -> None:
    body = b'{"timestamp":"%d"}' % int(server.clock.now().timestamp() * 1000)
    unsigned = Signature(APP_ID, "")
    stamp = json.loads(body)["timestamp"]
    assert not unsigned.holds({"X-ZEvent-Signature": unsigned.sum(body, stamp)}, body, server.clock.now())


VARIANTS: list[tuple[str, str, OaApp]] = [
    ("oa", "", OaApp(APP_ID, APP_SECRET, OA_SECRET_KEY)),
    ("app", "", OaApp(APP_ID, APP_SECRET)),
    ("oa", OA_ID, OaApp(APP_ID, APP_SECRET, OA_SECRET_KEY, signed_first=OA_ID)),
    ("app", OA_ID, OaApp(APP_ID, APP_SECRET, signed_first=OA_ID)),
]


@pytest.mark.parametrize(("key", "first", "app"), VARIANTS)
def test_which_key_and_which_id_is_a_setting(
    server: FakeZaloOa, database: Any, account_id: int, key: str, first: str, app: OaApp
) -> None:
    from tests.channels.zalo_oa.conftest import channel_to

    server.switches.signed_with, server.switches.signed_first = key, first
    event = server.says(server.person(), "1")
    headers, body = sign(server, event, raw(event)), raw(event)
    believed = [
        channel_to(server, database, account_id, app=one).verify(headers, body) for _, _, one in VARIANTS if one == app
    ]
    others = [
        channel_to(server, database, account_id, app=one).verify(headers, body) for _, _, one in VARIANTS if one != app
    ]
    assert (believed, others) == ([True], [False] * 3)


AGES = [
    (timedelta(0), True),
    (timedelta(hours=2, minutes=30), True),
    (timedelta(hours=3, minutes=1), False),
    (timedelta(days=30), False),
    (-timedelta(minutes=30), True),
    (-timedelta(hours=2), False),
]


@pytest.mark.parametrize(("age", "believed"), AGES)
def test_the_last_repetition_is_in_time_and_a_recording_is_not(
    server: FakeZaloOa, letter: tuple[dict[str, str], bytes], age: timedelta, believed: bool
) -> None:
    assert OURS.holds(*letter, server.clock.now() + age) is believed


BODIES = [b"", b"[]", b"{", b"null", b'{"timestamp": {}}', b"\xff", b'{"timestamp": 1e999}', b"[" * 99_999]


@pytest.mark.parametrize("body", BODIES)
def test_no_body_makes_it_raise(server: FakeZaloOa, body: bytes) -> None:
    assert not OURS.holds({"X-ZEvent-Signature": "mac=00"}, body, server.clock.now())


def test_what_is_signed_but_no_json_may_come_in_to_be_told_so(server: FakeZaloOa) -> None:
    digest = hashlib.sha256(APP_ID.encode() + b"not json" + OA_SECRET_KEY.encode()).hexdigest()
    assert OURS.holds({"X-ZEvent-Signature": digest}, b"not json", server.clock.now())
