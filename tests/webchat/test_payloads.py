"""What a page says becomes a payload, and a payload is read back: no odd shape breaks the house."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.base import Button, Part, SendFailed, Why
from bot.channels.webchat import Phone, WebChat
from bot.channels.webchat.frames import MOST_TEXT, Refusal, Refused, deed
from bot.channels.webchat.hub import Connection
from bot.channels.webchat.incoming import Said, payload
from bot.channels.webchat.pictures import PictureLinks
from handlers.messages import Kind, PictureRef

NOW = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
ID = "0123456789abcdef"
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n-pixels").decode()
AN = Phone("member", "An", "", "an", "an", "Lò Văn An", False)
HOA = Phone("group", "Tú Lệ", "", "tu-le", "hoa", "Vàng Thị Hoa", True)


def chat() -> WebChat:
    return WebChat(7, lambda: NOW, "https://chat.example/")


def event(said: Said, phone: Phone = AN) -> dict[str, Any]:
    raw = payload(said, phone.chat, phone.speaker, phone.name, phone.group, NOW)
    value: dict[str, Any] = json.loads(raw)
    return value


def test_a_line_of_text_arrives_as_it_was_typed() -> None:
    read = chat().read(event(Said(ID, "text", text="vneid 3 dvc 2 🙂")))
    assert read is not None
    assert (read.event_id, read.account_id, read.kind, read.text) == (ID, 7, Kind.TEXT, "vneid 3 dvc 2 🙂")
    assert (read.chat, read.speaker, read.speaker_name, read.sent_at) == ("an", "an", "Lò Văn An", NOW)
    assert read.addressed
    assert not read.group


def test_a_tap_brings_its_question_and_its_key() -> None:
    read = chat().read(event(Said(ID, "tap", text="2", question="consent-9")))
    assert read is not None
    assert (read.kind, read.question, read.text) == (Kind.BUTTON, "consent-9", "2")


async def test_a_picture_travels_in_the_payload_and_is_fetched_from_it() -> None:
    read = chat().read(event(Said(ID, "picture", picture=PNG, picture_type="image/png")))
    assert read is not None
    assert read.kind is Kind.PICTURE
    assert await chat().fetch(read.pictures[0]) == (base64.b64decode(PNG), "image/png")


@pytest.mark.parametrize("url", ["", "https://elsewhere.example/a.png", "data:image/png;base64,!!", "data:text/html,x"])
async def test_a_picture_that_is_none_is_refused_for_good(url: str) -> None:
    with pytest.raises(SendFailed) as refused:
        await chat().fetch(PictureRef(url=url))
    assert refused.value.why is Why.MALFORMED
    assert not refused.value.retryable


@pytest.mark.parametrize(
    ("typed", "text", "addressed"),
    [
        ("@bot báo cáo", "báo cáo", True),
        ("@Bot, vneid 3", "vneid 3", True),
        ("/nhom Tú Lệ", "/nhom Tú Lệ", True),
        ("chiều họp nhé", "chiều họp nhé", False),
        ("@Hoa ơi", "@Hoa ơi", False),
    ],
)
def test_in_a_group_the_bot_knows_when_it_was_called(typed: str, text: str, addressed: bool) -> None:
    read = chat().read(event(Said(ID, "text", text=typed), HOA))
    assert read is not None
    assert (read.group, read.text, read.addressed) == (True, text, addressed)


def test_events_of_one_speaker_in_one_chat_keep_their_order() -> None:
    key = chat().identify(event(Said(ID, "text", text="a"), HOA))
    assert key is not None
    assert (key.event_id, key.conversation) == (ID, "tu-le:hoa")


LETTERS = st.text(alphabet="ab:1ệ/@\0\ud800", max_size=6)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | LETTERS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(LETTERS, inner, max_size=3),
    max_leaves=8,
)
FIELDS = ["event_id", "chat", "speaker", "name", "group", "kind", "text", "question", "picture", "sent_at", "type"]


@settings(max_examples=80, deadline=None)
@given(st.dictionaries(st.sampled_from(FIELDS), JSON | st.sampled_from(["tap", "picture", NOW.isoformat(), "999"])))
def test_no_shape_of_payload_raises(odd: dict[str, Any]) -> None:
    chat().identify(odd)
    chat().read(odd)


@settings(max_examples=80, deadline=None)
@given(st.dictionaries(st.sampled_from(["type", "client_id", "text", "n", "question", "data", "late"]), JSON))
def test_no_shape_of_frame_raises(odd: dict[str, Any]) -> None:
    deed(json.dumps(odd))
    deed(json.dumps({"type": "say", **odd, "client_id": ID}))


@pytest.mark.parametrize(
    ("frame", "why"),
    [
        ({"type": "say", "text": "  \n"}, Refused.EMPTY),
        ({"type": "say", "text": "a" * (MOST_TEXT + 1)}, Refused.TOO_LONG),
        ({"type": "say", "text": 3}, Refused.SHAPE),
        ({"type": "tap", "question": "q"}, Refused.SHAPE),
        ({"type": "picture", "data": base64.b64encode(b"<svg onload=1>").decode()}, Refused.PICTURE),
        ({"type": "picture", "data": "A" * 3_000_000}, Refused.PICTURE),
        ({"type": "dance"}, Refused.SHAPE),
    ],
)
def test_what_cannot_be_taken_is_refused_by_name(frame: dict[str, Any], why: Refused) -> None:
    assert deed(json.dumps({"client_id": ID, **frame})) == Refusal(ID, why)


@pytest.mark.parametrize("raw", ["", "{", "[]", "3", '{"type":"say","text":"a"}', '{"client_id":"short","type":"say"}'])
def test_a_frame_without_an_id_is_passed_over(raw: str) -> None:
    assert deed(raw) is None


def test_what_no_database_keeps_becomes_a_visible_mark() -> None:
    assert deed(json.dumps({"type": "say", "client_id": ID, "text": "a\0b\ud800c"})) == Said(
        ID, "text", "a\ufffdb\ufffdc"
    )


async def test_everybody_in_the_group_sees_what_the_bot_posts_and_whose_words_are_whose() -> None:
    house = chat()
    hoa, pao = Connection("hoa"), Connection("pao")
    for phone in (hoa, pao):
        house.hub.join("tu-le", phone)
    posted = await house.send(Part("tu-le", True, "Chào các tổ"))
    house.echo(event(Said(ID, "text", text="chào em"), HOA))
    seen_by_hoa = [await hoa.next(), await hoa.next()]
    seen_by_pao = [await pao.next(), await pao.next()]
    assert [frame and (frame["id"], frame["mine"]) for frame in seen_by_hoa] == [(posted, False), (ID, True)]
    assert [frame and (frame["mine"], frame["name"]) for frame in seen_by_pao] == [(False, ""), (False, "Vàng Thị Hoa")]


async def test_choices_are_sent_with_their_numbers_and_nobody_looking_is_no_failure() -> None:
    house = chat()
    part = Part("an", False, "Đồng ý không ạ?", (Button("Đồng ý", "a:b:1"), Button("Không", "a:b:2")))
    assert await house.send(part)
    phone = Connection("an")
    house.hub.join("an", phone)
    await house.send(part)
    frame = await phone.next()
    assert frame is not None
    assert frame["choices"] == [{"n": "1", "label": "Đồng ý"}, {"n": "2", "label": "Không"}]
    assert frame["question"] == "a:b"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Đồng ý không ạ?\n1. Đồng ý ngay hôm nay\n2. Không", "Đồng ý không ạ?"),
        ("Bác làm hai việc:\n1. Cài\n2. Mở\nXong chưa ạ?", "Bác làm hai việc:\n1. Cài\n2. Mở\nXong chưa ạ?"),
        ("Ạ?", "Ạ?"),
    ],
)
async def test_a_list_that_the_chips_repeat_is_not_shown_twice(text: str, shown: str) -> None:
    house, phone = chat(), Connection("an")
    house.hub.join("an", phone)
    await house.send(Part("an", False, text, (Button("1. Đồng ý", "q:1"), Button("2. Không", "q:2"))))
    frame = await phone.next()
    assert frame is not None
    assert frame["text"] == shown
    whole = "Đồng ý ngay hôm nay" if shown != text else "Đồng ý"
    assert frame["choices"] == [{"n": "1", "label": whole}, {"n": "2", "label": "Không"}]


async def test_a_phone_that_cannot_keep_up_is_let_go() -> None:
    house, phone = chat(), Connection("an")
    house.hub.join("an", phone)
    for number in range(300):
        await house.send(Part("an", False, str(number)))
    frames = [await phone.next() for _ in range(257)]
    assert frames[-1] is None
    assert phone.close_code == 1013


def test_a_picture_is_opened_only_by_somebody_who_was_shown_it() -> None:
    links = PictureLinks()
    proof = links.sign("/chat/pictures/12").partition("?k=")[2]
    assert links.allows("12", proof)
    assert not links.allows("13", proof)
    assert not links.allows("12", "")
    assert links.sign("data:image/png;base64,AA") == "data:image/png;base64,AA"


def test_an_invite_link_opens_the_page_with_its_code() -> None:
    assert chat().profile_link("123456") == "https://chat.example/chat?code=123456"
    assert WebChat(7, lambda: NOW).profile_link("123456") == ""
