"""Webhook bodies that no vendor should send: anything at all, and captured payloads with wrong values inside."""

from __future__ import annotations

import copy
import itertools
import json
from typing import Any

from hypothesis import strategies as st

from tests.channels.telegram import payloads as telegram
from tests.channels.zalo_bot import payloads as zalo_bot
from tests.channels.zalo_oa.test_incoming import CONTENTS, UNWANTED, event, following
from tests.machine.lines import ODD as ODD_WORDS
from tests.zalo.doors import WEDNESDAY

Path = tuple[Any, ...]
ODD: list[Any] = [None, True, False, 0, -1, 1.5, 1e308, float("inf"), float("nan"), 2**31, 2**63, -(2**63) - 1, 2**70,
                  10**400, "", " ", "x", "\x00", "\ud83d", "9" * 5000, "x" * 20_000, [], [[]], [None], [{}], {},
                  {"id": {}}, {"id": None}, {"": ""}]  # fmt: skip
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.sampled_from(ODD + ODD_WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=12,
)

TELEGRAM = [
    telegram.text("vneid 3"), telegram.text("/start 123456"), telegram.message(photo=telegram.PHOTO, caption="lớp"),
    telegram.text("vneid 3", telegram.SUPERGROUP, telegram.HOA, reply_to_message={"from": telegram.BOT}),
    telegram.text("@tocds_test_bot nhóm", telegram.GROUP, entities=[{"type": "mention", "offset": 0, "length": 15}]),
    telegram.tap("1f:1"), telegram.tap(None), telegram.message(sticker={"file_id": "s"}),
    telegram.message(telegram.GROUP, migrate_to_chat_id=-1001900000001), telegram.message(voice={"file_id": "v"}),
    telegram.message(media_group_id="7", photo=telegram.PHOTO), telegram.message(new_chat_members=[telegram.BOT]),
    telegram.message(contact={"phone_number": "84912345678", "user_id": 1001}),
    telegram.change(telegram.GROUP, telegram.LEFT, telegram.MEMBER),
    telegram.change(telegram.PRIVATE, telegram.MEMBER, telegram.KICKED),
    {"update_id": 900_000_009, "edited_message": telegram.text("vneid 4")["message"]},
]  # fmt: skip
BOT = [
    zalo_bot.text("vneid 3"), zalo_bot.text(f"@{zalo_bot.NAME} nhóm", zalo_bot.GROUP, zalo_bot.HOA),
    zalo_bot.event("image", photo_url=zalo_bot.PHOTO, caption="lớp"), zalo_bot.event("sticker", sticker="x"),
    zalo_bot.event("voice", voice_url="https://v.zdn.vn/a.aac"), zalo_bot.event("unsupported"),
]  # fmt: skip
OA = [
    *(event(f"user_send_{name}", message) for name, message, *_ in CONTENTS),
    *(event(f"user_send_group_{name}", message, to="8223372036854775811") for name, message, *_ in CONTENTS),
    event("user_send_text", {"text": "#tocds:1f:1"}), following("follow"), following("unfollow"), *UNWANTED,
    {"event_name": "create_group", "oa_id": "2491302944280861639", "group_id": "8223372036854775811"},
]  # fmt: skip
SAMPLES = {"telegram": TELEGRAM, "zalo-bot": BOT + [zalo_bot.wrapped(one) for one in BOT], "zalo-oa": OA}

_serial = itertools.count(1)


def places(holder: Any, path: Path = ()) -> list[Path]:
    """Every place inside a document, the whole of it first."""
    pairs = holder.items() if isinstance(holder, dict) else enumerate(holder) if isinstance(holder, list) else ()
    return [path, *(place for key, value in pairs for place in places(value, (*path, key)))]


def changed(payload: Any, place: Path, value: Any) -> Any:
    """A copy with another value in a place."""
    if not place:
        return value
    whole = copy.deepcopy(payload)
    holder = whole
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = value
    return whole


def as_new(payload: Any) -> Any:
    """The same event with an id that was never seen, so that it is lived."""
    fresh = copy.deepcopy(payload)
    for path in places(fresh):
        if path and path[-1] in ("message_id", "msg_id", "update_id"):
            number = 1_000_000 + next(_serial)
            fresh = changed(fresh, path, number if path[-1] == "update_id" else f"m{number}")
        if path and path[-1] == "timestamp":
            fresh = changed(fresh, path, str(int(WEDNESDAY.timestamp() * 1000) + next(_serial)))
    return fresh


@st.composite
def broken(draw: st.DrawFn, channel: str) -> Any:
    """A captured payload with one to three wrong values."""
    payload = draw(st.sampled_from(SAMPLES[channel]))
    for _ in range(draw(st.integers(1, 3))):
        payload = changed(payload, draw(st.sampled_from(places(payload))), draw(st.sampled_from(ODD) | JSON))
    return payload


def encoded(payload: Any) -> bytes:
    """As JSON, with all that Python's JSON allows (NaN, lone surrogates)."""
    return json.dumps(payload).encode()


BYTES = st.one_of(st.binary(max_size=200), JSON.map(encoded))
LARGE = {
    "nothing": b"", "a space": b" ", "cut off": b"{", "null": b"null", "a list": b"[]", "an object": b"{}",
    "a text": b'"x"', "a number": b"0", "NaN": b"NaN", "no UTF-8": b"\xff\xfe{}", "a mark first": b"\xef\xbb\xbf{}",
    "deep lists": b"[" * 100_000, "deep objects": b'{"a":' * 50_000, "closed": b"[" * 900 + b"]" * 900,
    "a long number": b"9" * 6000, "a long number inside": b'{"update_id":' + b"9" * 6000 + b"}",
    "deep inside": b'{"message":' * 900 + b"1" + b"}" * 900, "too much": b"{}" + b" " * (1 << 20),
}  # fmt: skip
