"""What Telegram tells us, in our own words: one table in, one table out."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.base import EventKey
from bot.channels.telegram.incoming import ALLOWED_UPDATES, identify, read, tap_id
from bot.channels.telegram.naming import Me
from handlers.messages import Incoming, Kind, PictureRef
from tests.channels.telegram.payloads import (
    ADMIN,
    ALLOWED,
    AN,
    ANONYMOUS,
    BOT,
    BOT_ID,
    CHANNEL,
    EXPELLED,
    GROUP,
    HOA,
    KICKED,
    LEFT,
    MEMBER,
    PHOTO,
    SENT,
    SILENCED,
    SUPERGROUP,
    USERNAME,
    Update,
    change,
    message,
    tap,
    text,
)

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
ME = Me(BOT_ID, USERNAME)


def heard(update: Any, me: Me = ME) -> Incoming | None:
    return read(update, 7, me, NOW)


def understood(update: Update, me: Me = ME) -> Incoming:
    incoming = heard(update, me)
    assert incoming is not None
    return incoming


def test_a_private_line_keeps_who_when_and_where() -> None:
    update = text("Giúp 3 hộ cài VNeID")
    assert heard(update) == Incoming(
        event_id="900000001",
        account_id=7,
        chat="1001",
        speaker="1001",
        kind=Kind.TEXT,
        sent_at=datetime.fromtimestamp(SENT, UTC),
        text="Giúp 3 hộ cài VNeID",
        speaker_name="Lò Văn An",
    )
    assert identify(update) == EventKey("900000001", "1001:1001")


def test_a_line_in_a_group_keeps_the_group_and_the_speaker_apart() -> None:
    update = text("/nhom Tú Lệ", SUPERGROUP, HOA)
    incoming = understood(update)
    assert (incoming.chat, incoming.speaker, incoming.group) == ("-1001900000001", "1002", True)
    assert (incoming.chat_title, incoming.speaker_name) == ("Tổ CĐS xã Tú Lệ", "Hoa")
    assert identify(update) == EventKey("900000001", "-1001900000001:1002")


CONTENTS: list[tuple[str, Update, Kind, str, tuple[PictureRef, ...]]] = [
    ("a text with entities", text("vneid 3 https://x.vn", entities=[{"type": "url", "offset": 8, "length": 12}]),
     Kind.TEXT, "vneid 3 https://x.vn", ()),
    ("an empty text", text(""), Kind.TEXT, "", ()),
    ("a photo without words: its largest size", message(photo=PHOTO), Kind.PICTURE, "", (PictureRef("large"),)),
    ("a photo with words", message(photo=PHOTO, caption="lớp ở nhà văn hóa"), Kind.PICTURE, "lớp ở nhà văn hóa",
     (PictureRef("large"),)),
    ("a picture sent as a file", message(document={"file_id": "f", "mime_type": "image/jpeg", "file_name": "a.jpg"}),
     Kind.PICTURE, "", (PictureRef("f"),)),
    ("a file that is no picture", message(document={"file_id": "f", "mime_type": "application/pdf"}, caption="báo cáo"),
     Kind.OTHER, "báo cáo", ()),
    ("a sticker", message(sticker={"file_id": "s", "type": "regular", "emoji": "👍"}), Kind.STICKER, "", ()),
    ("a voice message", message(voice={"file_id": "v", "duration": 4, "mime_type": "audio/ogg"}), Kind.VOICE, "", ()),
    ("a place", message(location={"latitude": 21.7, "longitude": 104.3}), Kind.OTHER, "", ()),
    ("a contact card", message(contact={"phone_number": "0912", "first_name": "Páo"}), Kind.OTHER, "", ()),
    ("a moving picture", message(animation={"file_id": "g"}, document={"file_id": "g", "mime_type": "video/mp4"}),
     Kind.OTHER, "", ()),
    ("a round video", message(video_note={"file_id": "n", "length": 240, "duration": 5}), Kind.OTHER, "", ()),
    ("a forwarded line", text("vneid 3", forward_origin={"type": "user", "sender_user": HOA, "date": SENT - 999}),
     Kind.TEXT, "vneid 3", ()),
    ("half of a broken emoji", text("vneid 3 \ud83d"), Kind.TEXT, "vneid 3 ?", ()),
    ("a NUL, which PostgreSQL refuses", text("vneid\x00 3"), Kind.TEXT, "vneid 3", ()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("update", "kind", "words", "pictures"), [row[1:] for row in CONTENTS], ids=[r[0] for r in CONTENTS]
)
def test_what_people_send(update: Update, kind: Kind, words: str, pictures: tuple[PictureRef, ...]) -> None:
    incoming = understood(update)
    assert (incoming.kind, incoming.text, incoming.pictures) == (kind, words, pictures)
    assert incoming.addressed
    assert incoming.sent_at == datetime.fromtimestamp(SENT, UTC)


def test_pictures_of_one_album_know_each_other() -> None:
    assert understood(message(photo=PHOTO, media_group_id="13580")).album == "13580"


CALLS: list[tuple[str, bool, str]] = [
    ("/nhom Tú Lệ", True, "/nhom Tú Lệ"),
    ("/nhom@tocds_test_bot Tú Lệ", True, "/nhom Tú Lệ"),
    ("/NHOM@ToCDS_Test_Bot", True, "/NHOM"),
    ("@tocds_test_bot vneid 3", True, "vneid 3"),
    ("@tocds_test_bot: vneid 3", True, "vneid 3"),
    ("@tocds_test_bot", True, ""),
    ("  @tocds_test_bot, báo cáo", True, "báo cáo"),
    ("báo cáo @tocds_test_bot", True, "báo cáo"),
    ("nhờ @tocds_test_bot ghi giúp", True, "nhờ @tocds_test_bot ghi giúp"),
    ("vneid 3 dvc 2", False, "vneid 3 dvc 2"),
    ("@hoa vneid 3", False, "@hoa vneid 3"),
    ("thư gửi an@tocds_test_bot", False, "thư gửi an@tocds_test_bot"),
    ("@tocds_test_bot2 vneid 3", False, "@tocds_test_bot2 vneid 3"),
    ("@", False, "@"),
]


@pytest.mark.parametrize(("said", "addressed", "left"), CALLS)
def test_in_a_group_the_bot_knows_when_it_is_meant(said: str, addressed: bool, left: str) -> None:
    incoming = understood(text(said, GROUP))
    assert (incoming.addressed, incoming.text) == (addressed, left)


def test_an_answer_to_the_bot_is_meant_for_it_and_an_answer_to_a_neighbour_is_not() -> None:
    assert understood(text("có", GROUP, reply_to_message={"message_id": 5, "from": BOT, "chat": GROUP})).addressed
    assert not understood(text("có", GROUP, reply_to_message={"message_id": 5, "from": HOA, "chat": GROUP})).addressed


def test_a_photo_can_call_the_bot_in_its_words() -> None:
    incoming = understood(message(GROUP, photo=PHOTO, caption="@tocds_test_bot lớp tối qua"))
    assert (incoming.addressed, incoming.text) == (True, "lớp tối qua")


def test_a_command_for_another_bot_is_not_ours() -> None:
    assert heard(text("/diemdanh@weather_bot", GROUP)) is None


def test_before_its_own_name_is_known_the_bot_takes_any_bots_name_for_its_own() -> None:
    nameless = Me(BOT_ID)
    assert understood(text("/nhom@tocds_test_bot", GROUP), nameless).text == "/nhom"
    assert understood(text("@tocds_test_bot báo cáo", GROUP), nameless).text == "báo cáo"
    assert not understood(text("@hoa báo cáo", GROUP), nameless).addressed


def test_an_anonymous_admin_speaks_as_the_group() -> None:
    incoming = understood(text("/nhom", SUPERGROUP, ANONYMOUS, sender_chat=SUPERGROUP, author_signature="Phó CT"))
    assert (incoming.speaker, incoming.speaker_name) == ("-1001900000001", "Tổ CĐS xã Tú Lệ")


def test_a_tap_brings_back_the_question_and_the_choice() -> None:
    update = tap("q7Kx:2")
    incoming = understood(update)
    assert (incoming.kind, incoming.question, incoming.text) == (Kind.BUTTON, "q7Kx", "2")
    assert (incoming.chat, incoming.speaker, incoming.event_id) == ("1001", "1001", "900000002")
    assert incoming.sent_at == NOW
    assert identify(update) == EventKey("900000002", "1001:1001")
    assert tap_id(update) == "4382bfdwdsb323b2d9"


def test_a_tap_in_a_group_belongs_to_who_tapped() -> None:
    incoming = understood(tap("q7Kx:2", GROUP, HOA))
    assert (incoming.chat, incoming.speaker, incoming.group, incoming.addressed) == ("-4001", "1002", True, True)


def test_a_tap_on_a_message_too_old_to_be_shown_still_arrives() -> None:
    assert understood(tap("old:1", date=0)).text == "1"


def test_a_choice_may_hold_a_colon_and_old_data_may_have_none() -> None:
    assert understood(tap("q:a:b")).text == "a:b"
    assert (understood(tap("menu")).question, understood(tap("menu")).text) == ("", "menu")


CHANGES = [
    ("a person stops the bot", change(AN | {"type": "private"}, MEMBER, KICKED), Kind.BLOCKED),
    ("a person comes back", change(AN | {"type": "private"}, KICKED, MEMBER), Kind.UNBLOCKED),
    ("the bot is added", change(GROUP, LEFT, MEMBER), Kind.BOT_ADDED),
    ("the bot is added by an anonymous admin", change(SUPERGROUP, LEFT, ADMIN, ANONYMOUS), Kind.BOT_ADDED),
    ("the bot is added but may not write", change(SUPERGROUP, LEFT, SILENCED), Kind.BOT_SILENCED),
    ("the bot leaves", change(GROUP, MEMBER, LEFT), Kind.BOT_REMOVED),
    ("the bot is thrown out", change(SUPERGROUP, ADMIN, KICKED), Kind.BOT_REMOVED),
    ("the bot is restricted and out", change(SUPERGROUP, MEMBER, EXPELLED), Kind.BOT_REMOVED),
    ("the bot is silenced", change(SUPERGROUP, MEMBER, SILENCED), Kind.BOT_SILENCED),
    ("the bot may write again", change(SUPERGROUP, SILENCED, MEMBER), Kind.BOT_ADDED),
    ("a restriction that leaves it writing", change(SUPERGROUP, MEMBER, ALLOWED), None),
    ("a promotion", change(SUPERGROUP, MEMBER, ADMIN), None),
    ("a ban lifted while it is away", change(SUPERGROUP, KICKED, LEFT), None),
    ("a status of the future", change(SUPERGROUP, MEMBER, {"status": "hologram"}), None),
    ("the bot becomes admin of a broadcast channel", change(CHANNEL, LEFT, ADMIN), None),
]


@pytest.mark.parametrize(("update", "kind"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES])
def test_the_bots_own_standing(update: Update, kind: Kind | None) -> None:
    incoming = heard(update)
    assert (incoming.kind if incoming else None) == kind


def test_a_group_that_moves_says_so_twice_and_means_the_same() -> None:
    old = understood(message(GROUP, migrate_to_chat_id=-1001900000001))
    new = understood(message(SUPERGROUP, ANONYMOUS, sender_chat=SUPERGROUP, migrate_from_chat_id=-4001))
    for incoming in (old, new):
        assert (incoming.kind, incoming.chat, incoming.moved_to) == (Kind.GROUP_MOVED, "-4001", "-1001900000001")


IGNORED = [
    ("an edited line, which was counted when it was sent", {"update_id": 1, "edited_message": text("x")["message"]}),
    ("a post in a broadcast channel", {"update_id": 1, "channel_post": text("x", CHANNEL)["message"]}),
    ("a poll", {"update_id": 1, "poll": {"id": "1"}}),
    ("a line in a broadcast channel", text("x", CHANNEL)),
    ("another bot's line", text("vneid 3", GROUP, {"id": 5, "is_bot": True, "first_name": "Weather"})),
]


@pytest.mark.parametrize("update", [row[1] for row in IGNORED], ids=[row[0] for row in IGNORED])
def test_what_is_not_for_us_is_ignored(update: Update) -> None:
    assert heard(update) is None
    assert identify(update) is None


SERVICE = [
    ("a member joins", message(GROUP, new_chat_members=[HOA])),
    ("a title changes", message(GROUP, new_chat_title="Tổ CĐS")),
    ("a message is pinned", message(GROUP, pinned_message={"message_id": 1, "chat": GROUP, "date": SENT})),
    ("a tap on a game", tap(None)),
]


@pytest.mark.parametrize("update", [row[1] for row in SERVICE], ids=[row[0] for row in SERVICE])
def test_what_needs_no_answer_is_journaled_and_not_handled(update: Update) -> None:
    assert heard(update) is None
    assert identify(update) is not None


def test_edits_are_not_even_asked_for() -> None:
    assert ALLOWED_UPDATES == ("message", "callback_query", "my_chat_member")


# ---- nothing that JSON can hold makes it raise

ODD: list[Any] = [None, True, 0, -1, 1.5, 2**70, 10**400, "", "x", [], [[]], [None], {}, {"id": {}}, {"a": [1]}]
WHOLE = [row[1] for row in CONTENTS] + [row[1] for row in CHANGES] + [row[1] for row in IGNORED + SERVICE]
WHOLE += [tap("q:1"), text("/nhom@tocds_test_bot", GROUP, reply_to_message={"from": BOT})]
WHOLE += [message(GROUP, migrate_to_chat_id=-1), message(SUPERGROUP, migrate_from_chat_id=-1)]


def places(holder: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place inside a document."""
    if isinstance(holder, dict):
        return [path] + [place for key, value in holder.items() for place in places(value, (*path, key))]
    if isinstance(holder, list):
        return [path] + [place for key, value in enumerate(holder) for place in places(value, (*path, key))]
    return [path]


def with_odd(update: Update, place: tuple[Any, ...], odd: Any) -> Any:
    if not place:
        return odd
    copy = json.loads(json.dumps(update))
    holder = copy
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = odd
    return copy


@pytest.mark.parametrize("update", WHOLE)
def test_a_wrong_value_anywhere_is_survived(update: Update) -> None:
    for place in places(update):
        for odd in ODD:
            broken = with_odd(update, place, odd)
            incoming, key = heard(broken), identify(broken)
            assert incoming is None or key is not None
            assert isinstance(tap_id(broken), str)
            if incoming is not None:
                assert isinstance(incoming.text, str)
                assert all(len(part) <= 20 for part in (incoming.event_id, incoming.chat, incoming.speaker))


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
FIELDS = [
    "update_id", "message", "callback_query", "my_chat_member", "chat", "from", "id", "type", "date", "text", "photo",
    "data", "new_chat_member", "status", "sender_chat", "document", "reply_to_message", "caption",
]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.recursive(
        SCALARS,
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4),
        max_leaves=12,
    )
)
def test_any_json_at_all_is_survived(anything: Any) -> None:
    heard(anything)
    identify(anything)
    tap_id(anything)
