"""What Zalo tells us, in our own words: one table in, one table out."""

from __future__ import annotations

import copy
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.base import EventKey
from bot.channels.zalo_oa.incoming import LONGEST_KEY, Me, discards, identify, read
from handlers.messages import Incoming, Kind, PictureRef

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SENT = datetime(2026, 11, 23, 9, 29, 58, 123000, UTC)
STAMP = "1795426198123"
USER, OA, GROUP = "9223372036854775809", "2491302944280861639", "8223372036854775811"
ME = Me(OA, "Tổ CĐS Văn Chấn")

Event = dict[str, Any]


def event(name: str, message: Event | None = None, *, to: str = OA, **more: Any) -> Event:
    """An event of somebody who sends something, as Zalo lays it out."""
    base = {"app_id": "4008", "sender": {"id": USER}, "recipient": {"id": to}, "user_id_by_app": "5"}
    content = {"message": {"msg_id": "m1", **message}} if message is not None else {}
    return {**base, "event_name": name, **content, "timestamp": STAMP, **more}


def attached(kind: str, **payload: Any) -> Event:
    return {"attachments": [{"type": kind, "payload": payload}]}


def text(words: str, **more: Any) -> Event:
    return event("user_send_text", {"text": words}, **more)


def in_group(words: str) -> Event:
    return event("user_send_group_text", {"text": words}, to=GROUP)


def following(name: str, **more: Any) -> Event:
    return {
        "oa_id": OA,
        "follower": {"id": USER},
        "user_id_by_app": "5",
        "event_name": name,
        "timestamp": STAMP,
        **more,
    }


def understood(payload: Event, me: Me = ME) -> Incoming:
    incoming = read(payload, 7, me, NOW)
    assert incoming is not None
    return incoming


def test_a_private_line_keeps_who_when_and_where() -> None:
    payload = text("Giúp 3 hộ cài VNeID")
    assert read(payload, 7, ME, NOW) == Incoming(
        event_id="user_send_text:m1",
        account_id=7,
        chat=USER,
        speaker=USER,
        kind=Kind.TEXT,
        sent_at=SENT,
        own_groups=True,
        text="Giúp 3 hộ cài VNeID",
    )
    assert identify(payload) == EventKey("user_send_text:m1", f"{USER}:{USER}")


def test_a_line_in_a_group_keeps_the_group_and_the_speaker_apart() -> None:
    incoming = understood(in_group("/nhom Tú Lệ"))
    assert (incoming.chat, incoming.speaker, incoming.group, incoming.addressed) == (GROUP, USER, True, True)
    assert identify(in_group("x")) == EventKey("user_send_group_text:m1", f"{GROUP}:{USER}")


CALLS = [
    ("/nhom Tú Lệ", True, "/nhom Tú Lệ"),
    ("@Tổ CĐS Văn Chấn vneid 3", True, "vneid 3"),
    (" @tổ cđs văn chấn, báo cáo", True, "báo cáo"),
    (f"[@{OA}] báo cáo", True, "báo cáo"),
    ("@Tổ CĐS Văn Chấn2 vneid 3", False, "@Tổ CĐS Văn Chấn2 vneid 3"),
    ("@Lan ơi mai họp nhé", False, "@Lan ơi mai họp nhé"),
    ("vneid 3", False, "vneid 3"),
    ("mai họp lúc 8h", False, "mai họp lúc 8h"),
]


@pytest.mark.parametrize(("said", "addressed", "words"), CALLS)
def test_in_a_group_a_slash_or_our_name_calls_us(said: str, addressed: bool, words: str) -> None:
    incoming = understood(in_group(said))
    assert (incoming.addressed, incoming.text) == (addressed, words)


def test_an_unknown_name_of_ours_calls_nobody() -> None:
    assert not understood(in_group("@Tổ CĐS Văn Chấn vneid 3"), Me()).addressed


PICTURE = (PictureRef(url="https://photo.zdn.vn/a.jpg"),)
IMAGE = attached("image", thumbnail="https://photo.zdn.vn/s.jpg", url="https://photo.zdn.vn/a.jpg")
CONTENTS: list[tuple[str, Event, Kind, str, tuple[PictureRef, ...]]] = [
    ("text", {"text": "vneid 3"}, Kind.TEXT, "vneid 3", ()),
    ("text", {"text": ""}, Kind.TEXT, "", ()),
    ("text", {"text": "vneid\x00 3 \ud83d"}, Kind.TEXT, "vneid 3 ?", ()),
    ("link", {"text": "xem https://x.vn", **attached("link", url="https://x.vn")}, Kind.TEXT, "xem https://x.vn", ()),
    ("link", attached("link", url="https://x.vn"), Kind.OTHER, "", ()),
    ("image", IMAGE, Kind.PICTURE, "", PICTURE),
    ("image", {"text": "lớp tối qua", **IMAGE}, Kind.PICTURE, "lớp tối qua", PICTURE),
    ("image", {"attachments": [{"payload": {"url": "https://photo.zdn.vn/a.jpg"}}]}, Kind.PICTURE, "", PICTURE),
    ("image", {"attachments": "none"}, Kind.OTHER, "", ()),
    ("file", attached("file", url="https://photo.zdn.vn/a.jpg", name="Ảnh.JPG", size="9"), Kind.PICTURE, "", PICTURE),
    ("file", attached("file", url="https://photo.zdn.vn/a.jpg", name="a", type="png"), Kind.PICTURE, "", PICTURE),
    ("file", attached("file", url="https://file.zdn.vn/a.pdf", name="báo cáo.pdf"), Kind.OTHER, "", ()),
    ("gif", attached("gif", url="https://photo.zdn.vn/a.gif"), Kind.STICKER, "", ()),
    ("sticker", attached("sticker", id="1"), Kind.STICKER, "", ()),
    ("audio", attached("audio", url="https://voice.zdn.vn/a.amr"), Kind.VOICE, "", ()),
    ("video", attached("video", url="https://video.zdn.vn/a.mp4"), Kind.OTHER, "", ()),
    ("location", attached("location", coordinates={"latitude": "21.7"}), Kind.OTHER, "", ()),
    ("business_card", attached("link", url="https://x.vn"), Kind.OTHER, "", ()),
    ("hologram", {}, Kind.OTHER, "", ()),
]


@pytest.mark.parametrize(("name", "message", "kind", "words", "pictures"), CONTENTS)
@pytest.mark.parametrize("prefix", ["user_send_", "user_send_group_"])
def test_what_people_send(
    prefix: str, name: str, message: Event, kind: Kind, words: str, pictures: tuple[PictureRef, ...]
) -> None:
    incoming = understood(event(prefix + name, message, to=GROUP))
    assert (incoming.kind, incoming.text, incoming.pictures) == (kind, words, pictures)


TAPS = [
    ("#tocds:1f3a:2", "1f3a", "2"),
    ("#tocds::có", "", "có"),
    (" #TOCDS : 1F3A : 2 ", "1f3a", "2"),
    ("# tocds:zz9:xong rồi", "zz9", "xong rồi"),
]


@pytest.mark.parametrize(("said", "question", "key"), TAPS)
def test_a_tapped_button_and_the_same_words_typed_by_hand_are_a_choice(said: str, question: str, key: str) -> None:
    incoming = understood(text(said))
    assert (incoming.kind, incoming.question, incoming.text) == (Kind.BUTTON, question, key)


@pytest.mark.parametrize("said", ["#tocds", "#tocds:", "#tocds:1f:", "#tocds:a b:1", "em #tocds:1f:1", "#toc:1f:1", ""])
def test_what_only_looks_like_a_tap_stays_what_was_typed(said: str) -> None:
    incoming = understood(text(said))
    assert (incoming.kind, incoming.question, incoming.text) == (Kind.TEXT, "", said)


def test_the_unconfirmed_click_event_is_a_tap_too() -> None:
    assert understood(event("user_click_button", {"text": "#tocds:1f:1"})).kind is Kind.BUTTON
    assert identify(event("user_click_button", {})) is None


@pytest.mark.parametrize(("name", "kind"), [("follow", Kind.UNBLOCKED), ("unfollow", Kind.BLOCKED)])
def test_following_has_a_layout_of_its_own(name: str, kind: Kind) -> None:
    incoming = understood(following(name, source="oa_profile"))
    assert (incoming.kind, incoming.chat, incoming.speaker, incoming.group) == (kind, USER, USER, False)
    again = identify(following(name, timestamp="1795426199000"))
    assert again is not None
    assert again.event_id != incoming.event_id


LAYOUTS = [{"group_id": GROUP}, {"group": {"id": GROUP, "name": "Tú Lệ"}}, {"recipient": {"id": GROUP}}]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_group_that_was_made_or_dissolved_is_heard_of(layout: Event) -> None:
    for name, kind in (("create_group", Kind.BOT_ADDED), ("delete_group", Kind.BOT_REMOVED)):
        incoming = understood({"event_name": name, "oa_id": OA, "timestamp": STAMP, **layout})
        assert (incoming.kind, incoming.chat, incoming.group) == (kind, GROUP, True)


INFO = {"name": "Lò Văn An", "phone": 84912345678, "address": "Tú Lệ"}
NEWER = {"phone": "84912345678", "user_dob": "01/02/1970", "full_address": {"user_ward": "Tú Lệ"}}
UNWANTED = [
    event("oa_send_text", {"text": "Đã ghi"}),
    event("oa_send_group_text", {"text": "Đã ghi"}, to=GROUP),
    event("oa_send_image", IMAGE),
    event("user_received_message", {}),
    event("user_seen_message", {"msg_ids": ["m1"]}),
    event("user_submit_info", info=INFO),
    event("user_submit_info", info=NEWER),
    event("add_user_to_tag"),
    *(event(f"user_{done}_group", to=GROUP) for done in ("join", "leave", "request_join")),
    event("react_request_join_group_accept", to=GROUP),
    event("add_group_admin", to=GROUP),
    event("update_group_info", to=GROUP),
]


@pytest.mark.parametrize("payload", UNWANTED, ids=lambda payload: payload["event_name"])
def test_echoes_receipts_and_phone_numbers_are_neither_handled_nor_kept(payload: Event) -> None:
    assert discards(payload, ME, TODAY)
    assert identify(payload) is None
    assert read(payload, 7, ME, NOW) is None


def test_what_a_group_shows_itself_without_a_word_is_not_kept() -> None:
    assert discards(event("user_send_group_image", IMAGE, to=GROUP), ME, TODAY)
    assert discards(event("user_send_group_sticker", {"text": "  "}, to=GROUP), ME, TODAY)
    assert not discards(event("user_send_group_image", {"text": "vneid 3", **IMAGE}, to=GROUP), ME, TODAY)
    assert not discards(in_group("vneid 3"), ME, TODAY)
    assert not discards(event("user_send_image", IMAGE), ME, TODAY)


@pytest.mark.parametrize(
    "said",
    [
        "vneid 3 dvc 2",
        "Bản Lềnh vneid 3",
        "nhóm",
        "nhóm Tú Lệ",
        "482913",
        "/nhom",
        "báo cáo",
        "chưa làm",
        "@{me} alo",
        "[@{id}] alo",
    ],
)
def test_in_a_group_only_what_is_for_us_is_kept(said: str) -> None:
    assert not discards(in_group(said.format(me=ME.name, id=ME.id)), ME, TODAY)


@pytest.mark.parametrize(
    "said",
    [
        "tối nay họp 19h nhé các bác",
        "vâng ạ",
        "ok",
        "2 hộ bị lừa mất 20 triệu",
        "mai em cài 3 vneid",
        "1",
        "chị Hoa ơi",
        "số em 0912345678",
    ],
)
def test_what_a_groups_people_say_to_each_other_is_kept_nowhere(said: str) -> None:
    assert discards(in_group(said), ME, TODAY)


def test_ids_beyond_the_doubles_survive_as_numbers_too() -> None:
    payload = json.loads(json.dumps(text("1")).replace(f'"{USER}"', USER))
    assert payload["sender"]["id"] == 9223372036854775809
    assert understood(payload).chat == USER


@pytest.mark.parametrize("stamp", [1795426198123, " 1795426198123"])
def test_a_time_may_be_a_number(stamp: Any) -> None:
    assert understood(text("1", timestamp=stamp)).sent_at == SENT


@pytest.mark.parametrize("stamp", ["", "soon", "-5", "9" * 18, 1.5, None, True, "１７９"])
def test_a_time_that_is_none_is_now(stamp: Any) -> None:
    assert understood(text("1", timestamp=stamp)).sent_at == NOW


def test_a_message_without_an_id_is_told_by_its_time() -> None:
    payload = text("1")
    del payload["message"]["msg_id"]
    assert identify(payload) == EventKey(f"user_send_text:{USER}:{USER}:{STAMP}", f"{USER}:{USER}")
    del payload["timestamp"]
    assert identify(payload) is None


def test_a_long_id_fits_the_journal_and_stays_its_own() -> None:
    keys = [identify(event("user_send_text", {"msg_id": "m" * 79 + end})) for end in "ab"]
    assert len({key.event_id for key in keys if key}) == 2
    assert all(key is not None and len(key.event_id) <= LONGEST_KEY for key in keys)


SHAPES = [text("1"), in_group("1"), event("user_send_image", IMAGE), following("follow"), *UNWANTED]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.just(USER),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(payload=JSON | st.sampled_from(SHAPES), odd=JSON, data=st.data())
def test_no_shape_of_json_raises(payload: Any, odd: Any, data: st.DataObject) -> None:
    payload = copy.deepcopy(payload)
    if isinstance(payload, dict) and payload:
        holder, key = payload, data.draw(st.sampled_from(sorted(payload)))
        if isinstance(holder[key], dict) and holder[key] and data.draw(st.booleans()):
            holder = holder[key]
            key = data.draw(st.sampled_from(sorted(holder)))
        holder[key] = odd
    key_of, incoming = identify(payload), read(payload, 7, ME, NOW)
    discards(payload, ME, TODAY)
    assert (incoming is None) == (key_of is None)
    if incoming is not None:
        assert incoming.event_id
        assert incoming.chat
        assert incoming.speaker
        assert incoming.sent_at.tzinfo is UTC
