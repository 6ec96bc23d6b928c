"""What Zalo tells us, in our own words: one table in, one table out."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.base import EventKey
from bot.channels.zalo_bot.incoming import identify, read
from bot.channels.zalo_bot.naming import Me
from handlers.messages import Incoming, Kind, PictureRef
from tests.channels.zalo_bot.payloads import AN, GROUP, HOA, NAME, PHOTO, PRIVATE, SENT, Event, event, text, wrapped

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
AT = datetime.fromtimestamp(SENT / 1000, UTC)
ME = Me("1234567890123456789", (NAME, "bot.AbCdEfGhI"))


def heard(payload: Any) -> Incoming | None:
    return read(payload, 7, ME, NOW)


def understood(payload: Event) -> Incoming:
    incoming = heard(payload)
    assert incoming is not None
    return incoming


@pytest.mark.parametrize("wrap", [wrapped, lambda inner: inner, lambda inner: {**inner, "ok": True}])
def test_a_private_line_keeps_who_when_and_where_wrapped_or_not(wrap: Any) -> None:
    payload = wrap(text("Giúp 3 hộ cài VNeID"))
    assert heard(payload) == Incoming(
        event_id="b1c2d3e4f5a6b7c8d9e0",
        account_id=7,
        chat=AN["id"],
        speaker=AN["id"],
        kind=Kind.TEXT,
        sent_at=AT,
        text="Giúp 3 hộ cài VNeID",
        speaker_name="Lò Thị An",
    )
    assert identify(payload) == EventKey("b1c2d3e4f5a6b7c8d9e0", f"{AN['id']}:{AN['id']}")


def test_a_line_in_a_group_keeps_the_group_and_the_speaker_apart_and_calls_us() -> None:
    payload = text(f"@{NAME} nhóm Tú Lệ", GROUP, HOA)
    incoming = understood(payload)
    assert (incoming.chat, incoming.speaker, incoming.group) == ("zgr-9f8e7d", HOA["id"], True)
    assert (incoming.text, incoming.addressed, incoming.speaker_name) == ("nhóm Tú Lệ", True, "Hoa")
    assert identify(payload) == EventKey("b1c2d3e4f5a6b7c8d9e0", f"zgr-9f8e7d:{HOA['id']}")


def test_an_answer_to_the_bot_in_a_group_calls_it_without_its_name() -> None:
    incoming = understood(text("có", GROUP))
    assert (incoming.text, incoming.addressed) == ("có", True)


CONTENTS: list[tuple[str, Event, Kind, str, tuple[PictureRef, ...]]] = [
    ("a text", text("vneid 3 https://x.vn"), Kind.TEXT, "vneid 3 https://x.vn", ()),
    ("an empty text", text(""), Kind.TEXT, "", ()),
    ("a picture as it is delivered", event("image", photo_url=PHOTO), Kind.PICTURE, "", (PictureRef(url=PHOTO),)),
    ("a picture as it is documented", event("image", photo=PHOTO), Kind.PICTURE, "", (PictureRef(url=PHOTO),)),
    ("a picture both ways", event("image", photo="", photo_url=PHOTO), Kind.PICTURE, "", (PictureRef(url=PHOTO),)),
    ("a picture with words", event("image", photo_url=PHOTO, caption="lớp tối qua"), Kind.PICTURE, "lớp tối qua",
     (PictureRef(url=PHOTO),)),
    ("a picture without an address", event("image", caption="lớp tối qua"), Kind.OTHER, "lớp tối qua", ()),
    ("a picture at no web address", event("image", photo="file:///etc/passwd"), Kind.OTHER, "", ()),
    ("a sticker", event("sticker", sticker="bfe458", url="https://zalo-api.zadn.vn/s.png"), Kind.STICKER, "", ()),
    ("a voice message", event("voice", voice_url="https://v.zdn.vn/a.aac"), Kind.VOICE, "", ()),
    ("a file, or whatever a protected person sends", event("unsupported"), Kind.OTHER, "", ()),
    ("half of a broken emoji", text("vneid 3 \ud83d"), Kind.TEXT, "vneid 3 ?", ()),
    ("a NUL, which PostgreSQL refuses", text("vneid\x00 3"), Kind.TEXT, "vneid 3", ()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("payload", "kind", "words", "pictures"), [row[1:] for row in CONTENTS], ids=[row[0] for row in CONTENTS]
)
def test_what_people_send(payload: Event, kind: Kind, words: str, pictures: tuple[PictureRef, ...]) -> None:
    incoming = understood(wrapped(payload))
    assert (incoming.kind, incoming.text, incoming.pictures) == (kind, words, pictures)
    assert incoming.sent_at == AT


def test_a_picture_in_a_group_calls_us_in_its_words() -> None:
    assert understood(event("image", GROUP, photo_url=PHOTO, caption=f"@{NAME} lớp tối qua")).text == "lớp tối qua"


CHATS = [
    ("a chat type in small letters", {"id": "zgr-1", "chat_type": "group"}, True),
    ("a private chat without a type", {"id": AN["id"]}, False),
    ("a group without a type", {"id": "zgr-1"}, True),
]


@pytest.mark.parametrize(("chat", "group"), [row[1:] for row in CHATS], ids=[row[0] for row in CHATS])
def test_a_group_is_told_from_a_person(chat: Event, group: bool) -> None:
    assert understood(text("có", chat)).group is group


def test_ids_beyond_what_a_float_holds_come_through_whole() -> None:
    person = 9_223_372_036_854_775_809
    incoming = understood(text("có", {"id": person, "chat_type": "PRIVATE"}, {"id": person}, message_id=person + 1))
    assert (incoming.chat, incoming.speaker) == (str(person), str(person))
    assert incoming.event_id == str(person + 1)


@pytest.mark.parametrize("date", [SENT, str(SENT)])
def test_times_are_in_milliseconds(date: object) -> None:
    assert understood(text("có", date=date)).sent_at == AT


def test_a_time_in_seconds_is_understood_and_a_message_without_one_came_just_now() -> None:
    assert understood(text("có", date=SENT // 1000)).sent_at == AT.replace(microsecond=0)
    assert understood(text("có", date=None)).sent_at == NOW


IGNORED = [
    ("nothing", {}),
    ("an empty success", {"ok": True, "result": {}}),
    ("an event nobody knows", {**event(), "event_name": "message.reaction.received"}),
    ("a message without the name of its event", {"message": text("có")["message"]}),
    ("a probe", {"event_name": "webhook.probe"}),
    ("a bot's own line", text("vneid 3", GROUP, {**HOA, "is_bot": True})),
    ("a line without an id", text("vneid 3", message_id="")),
    ("a line from nowhere", text("vneid 3", {})),
    ("a chat of an unknown kind", text("vneid 3", {"id": "oa-1", "chat_type": "CHANNEL"})),
]


@pytest.mark.parametrize("payload", [row[1] for row in IGNORED], ids=[row[0] for row in IGNORED])
def test_what_is_not_for_us_is_ignored(payload: Event) -> None:
    assert heard(payload) is None
    assert identify(payload) is None


# ---- nothing that JSON can hold makes it raise

ODD: list[Any] = [None, True, 0, -1, 1.5, 2**70, 10**400, "", "x", "9" * 5000, [], [[]], [None], {}, {"id": {}}]
WHOLE = [wrapped(row[1]) for row in CONTENTS] + [row[1] for row in IGNORED]
WHOLE += [text(f"@{NAME} nhóm", GROUP), text("@Bot X nhóm", GROUP)]


def places(holder: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place inside a document."""
    if isinstance(holder, dict):
        return [path] + [place for key, value in holder.items() for place in places(value, (*path, key))]
    return [path]


def with_odd(payload: Event, place: tuple[Any, ...], odd: Any) -> Any:
    if not place:
        return odd
    copy = json.loads(json.dumps(payload))
    holder = copy
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = odd
    return copy


@pytest.mark.parametrize("payload", WHOLE)
def test_a_wrong_value_anywhere_is_survived(payload: Event) -> None:
    for place in places(payload):
        for odd in ODD:
            broken = with_odd(payload, place, odd)
            incoming, key = heard(broken), identify(broken)
            assert (incoming is None) == (key is None)
            if incoming is not None:
                assert all(0 < len(part) <= 80 for part in (incoming.event_id, incoming.chat, incoming.speaker))


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
FIELDS = [
    "ok",
    "result",
    "event_name",
    "message",
    "chat",
    "from",
    "id",
    "chat_type",
    "date",
    "text",
    "photo",
    "caption",
]
KNOWN = st.sampled_from(["message.text.received", "message.image.received", "GROUP", "@Bot x", "zgr-1"])


@settings(max_examples=150, deadline=None)
@given(
    st.recursive(
        SCALARS | KNOWN,
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4),
        max_leaves=12,
    )
)
def test_any_json_at_all_is_survived(anything: Any) -> None:
    heard(anything)
    identify(anything)
    heard(text("có", PRIVATE, date=anything, message_id=anything))
