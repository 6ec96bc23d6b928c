"""The page in a real browser: what people see, type, tap and hear."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import Browser, Locator, Page, expect

from bot.channels.base import Part
from bot.channels.webchat import Shown
from tests.browser import chromium, need_chromium
from tests.webchat.stage import GROUP, MONDAY, Stage, asks, on_stage

need_chromium()
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as opened:
        yield opened


@asynccontextmanager
async def looking(browser: Browser, stage: Stage, size: dict[str, int] = DESK, query: str = "") -> AsyncIterator[Page]:
    """A page that is open and has its history; any error in its scripts or its policy fails the test."""
    context = await browser.new_context(viewport=size, reduced_motion="reduce")  # type: ignore[arg-type]
    page = await context.new_page()
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("console", lambda line: trouble.append(line.text) if "Content Security" in line.text else None)
    await page.goto(stage.url + query)
    await expect(page.locator(".bubbles").first.locator("> *").first).to_be_visible()
    try:
        yield page
    finally:
        await context.close()
    assert trouble == []


def phone(page: Page, key: str = "member") -> Locator:
    return page.locator(f"#phone-{key}")


async def says(page: Page, text: str, key: str = "member") -> None:
    field = phone(page, key).get_by_role("textbox")
    await field.fill(text)
    await field.press("Enter")


def thanks(event: dict[str, Any]) -> list[Part]:
    return [Part(event["chat"], event["group"], f"Đã ghi: {event['text']}")]


async def test_an_types_a_line_presses_enter_and_sees_it_sent_and_answered(browser: Browser) -> None:
    async with on_stage() as stage, looking(browser, stage) as page:
        stage.answer = thanks
        await says(page, "vneid 3 dvc 2")
        mine = phone(page).locator(".row.mine")
        await expect(mine.locator(".text")).to_have_text("vneid 3 dvc 2")
        await expect(mine.locator(".state")).to_have_text("đã gửi")
        await expect(mine.locator("time")).to_have_text("07:15")
        await expect(phone(page).locator(".theirs .text")).to_have_text("Đã ghi: vneid 3 dvc 2")
        await expect(phone(page).locator(".day")).to_have_text("Thứ Hai 23/11")
        await expect(phone(page).get_by_role("textbox")).to_have_value("")
        assert [event["text"] for event in await stage.heard()] == ["vneid 3 dvc 2"]


async def test_shift_enter_begins_a_new_line_and_composing_letters_sends_nothing(browser: Browser) -> None:
    async with on_stage() as stage, looking(browser, stage) as page:
        field = phone(page).get_by_role("textbox")
        await field.press_sequentially("dòng một")
        await field.press("Shift+Enter")
        await field.press_sequentially("dòng hai")
        await field.evaluate(
            "field => field.dispatchEvent("
            "new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
        )
        await expect(field).to_have_value("dòng một\ndòng hai")
        await field.press("Enter")
        assert (await stage.heard())[0]["text"] == "dòng một\ndòng hai"


async def test_a_choice_is_tapped_once_and_sends_its_number(browser: Browser) -> None:
    async with on_stage() as stage:
        await stage.says(asks("an", "Bác đồng ý không ạ?", "consent", "Đồng ý", "Không", "Đọc kỹ"))
        async with looking(browser, stage) as page:
            choice = phone(page).get_by_role("button", name="2 Không")
            await choice.dblclick()
            await expect(phone(page).locator(".mine .text")).to_have_text("2")
            await expect(phone(page).locator(".choice.chosen")).to_contain_text("Không")
            await expect(choice).to_be_disabled()
            events = await stage.heard()
            assert [(event["kind"], event["question"], event["text"]) for event in events] == [("tap", "consent", "2")]
            await page.reload()
            await expect(phone(page).locator(".choice.chosen")).to_contain_text("Không")


async def test_a_typed_number_marks_its_choice(browser: Browser) -> None:
    async with on_stage() as stage:
        await stage.says(asks("an", "Bác đồng ý không ạ?", "consent", "Đồng ý", "Không"))
        async with looking(browser, stage) as page:
            await says(page, "1")
            await expect(phone(page).locator(".choice.chosen")).to_contain_text("Đồng ý")
            assert (await stage.heard())[0]["kind"] == "text"


async def test_what_is_written_without_a_signal_is_kept_and_sent_once(browser: Browser) -> None:
    async with on_stage() as stage, looking(browser, stage) as page:
        stage.answer = thanks
        stage.broken = True  # the house takes nothing and lets the page go: it comes back by itself
        await says(page, "vneid 3")
        await expect(phone(page).locator(".mine .state")).to_have_text("chờ có sóng, em vẫn giữ")
        await page.reload()  # even closing the page loses nothing
        await expect(phone(page).locator(".mine .text")).to_have_text("vneid 3")
        stage.broken = False
        await expect(phone(page).locator(".theirs .text")).to_have_text("Đã ghi: vneid 3")
        await expect(phone(page).locator(".mine")).to_have_count(1)
        assert len(stage.journal) == 1
        assert await page.evaluate("localStorage.length") == 0


async def test_an_acknowledgement_that_got_lost_makes_no_second_message(browser: Browser) -> None:
    async with on_stage() as stage, looking(browser, stage) as page:
        stage.answer = thanks
        stage.silent.clear()
        await says(page, "dvc 2")
        await stage.heard()
        await expect(phone(page).locator(".mine .state")).to_have_text("đang gửi…")
        stage.past["an"].clear()  # the history does not know it yet, so the page sends it again
        await page.reload()
        await expect(phone(page).locator(".mine .text")).to_have_text("dvc 2")
        stage.silent.set()
        await expect(phone(page).locator(".mine .state")).to_have_text("đã gửi")
        assert len(stage.deliveries) == 2
        assert set(stage.deliveries) == set(stage.journal)
        assert len(stage.journal) == 1


async def test_in_the_group_one_sees_who_speaks(browser: Browser) -> None:
    async with on_stage() as stage:
        stage.past[GROUP.chat] = [
            Shown("a" * 16, True, "Sùng A Páo", "Thôn 3 mất sóng", MONDAY, speaker="pao"),
            Shown("b" * 16, True, "Sùng A Páo", "mai tôi báo", MONDAY, speaker="pao"),
            Shown("c" * 16, True, "Vàng Thị Hoa", "vâng", MONDAY, speaker="hoa"),
        ]
        async with looking(browser, stage) as page:
            await stage.says(Part(GROUP.chat, True, "Chào các tổ"))
            group = phone(page, "group")
            await expect(group.locator(".row")).to_have_count(4)
            assert await group.locator(".name").all_text_contents() == ["Sùng A Páo", "Trợ lý Tổ CĐS"]
            assert await group.locator(".avatar").all_text_contents() == ["TL", "AP", "AP", "CĐS", "CĐS"]
            await expect(group.locator(".mine .text")).to_have_text("vâng")


async def test_the_clock_moves_to_the_tally_and_it_arrives_in_the_group(browser: Browser) -> None:
    async with on_stage() as stage, looking(browser, stage) as page:
        await expect(page.locator("#clock")).to_have_text("Thứ Hai 23/11, 07:15")
        button = page.get_by_role("button", name="Tới việc kế tiếp của đồng hồ")
        await expect(button).to_contain_text("tổng hợp tuần · 07:30")
        await button.click()
        await expect(phone(page, "group").locator(".theirs .text")).to_contain_text("TUẦN 47")
        await expect(page.locator("#clock")).to_have_text("Thứ Hai 23/11, 07:30")
        await expect(page.locator("#clock-said")).to_have_text("Đồng hồ đã tới Thứ Hai 23/11, 07:30.")


async def test_everything_is_done_with_the_keyboard_alone(browser: Browser) -> None:
    async with on_stage() as stage:
        await stage.says(asks("an", "Bác đồng ý không ạ?", "consent", "Đồng ý", "Không"))
        async with looking(browser, stage) as page:
            order = []
            for _ in range(12):
                await page.keyboard.press("Tab")
                order.append(await page.evaluate(NAME_OF_FOCUS))
            assert order == [
                "Tới việc kế tiếp của đồng hồ",
                "Tin nhắn của Lò Văn An",
                "1Đồng ý",
                "2Không",
                *("vneid 3 dvc 2", "ghi việc", "hướng dẫn", "không phát sinh", "trợ giúp"),
                "Gửi ảnh",
                "Viết cho Lò Văn An",
                "Gửi",
            ]
            for _ in range(9):
                await page.keyboard.press("Shift+Tab")
            outline = "(({outlineStyle, outlineWidth}) => outlineStyle + outlineWidth)"
            assert await page.evaluate(f"{outline}(getComputedStyle(document.activeElement))") == "solid3px"
            await page.keyboard.press("Enter")
            await expect(phone(page).get_by_role("textbox")).to_be_focused()
            await page.keyboard.type("cảm ơn em")
            await page.keyboard.press("Enter")
            assert [event["text"] for event in await stage.heard(2)] == ["1", "cảm ơn em"]


NAME_OF_FOCUS = """() => {
    const at = document.activeElement;
    return at.getAttribute("aria-label") || (at.querySelector(".next-what.long") || at).textContent.trim();
}"""


async def test_a_screen_reader_finds_names_roles_and_the_language(browser: Browser) -> None:
    async with on_stage() as stage:
        await stage.says(asks("an", "Bác đồng ý không ạ?", "consent", "Đồng ý", "Không"))
        await stage.says(Part("an", False, "", picture=png()))
        async with looking(browser, stage) as page:
            assert await page.evaluate(UNNAMED) == []
            assert await page.locator("html").get_attribute("lang") == "vi"
            await expect(page.get_by_role("heading", level=1)).to_have_count(1)
            await expect(page.get_by_role("heading", level=2)).to_have_count(3)
            log = phone(page).get_by_role("log")
            await expect(log).to_have_attribute("aria-live", "polite")
            await expect(log).to_have_accessible_name("Tin nhắn của Lò Văn An")
            await expect(phone(page)).to_have_accessible_name("Lò Văn An")
            await expect(log.get_by_text("Trợ lý Tổ CĐS nói:").first).to_be_attached()
            assert await page.evaluate("new Set([...document.querySelectorAll('[id]')].map(e => e.id)).size") == (
                await page.locator("[id]").count()
            )


UNNAMED = """() => [...document.querySelectorAll("button, textarea, img, a, section, [role=group], nav, dialog")]
    .filter((e) => !e.closest("dialog:not([open])"))
    .filter((e) => !(e.getAttribute("aria-label") || e.getAttribute("aria-labelledby") || e.alt || e.textContent.trim()
        || e.querySelector("img[alt]")))
    .map((e) => e.outerHTML.slice(0, 80))"""

CONTRAST = """() => {
    const channel = (c) => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
    const rgba = (text) => text.match(/[\\d.]+/g).map(Number);
    const ground = (e) => {
        for (; e; e = e.parentElement) {
            const colour = rgba(getComputedStyle(e).backgroundColor);
            if (colour.length === 3 || colour[3] === 1) return colour;
        }
        return [255, 255, 255];
    };
    const faint = [];
    for (const e of document.querySelectorAll("body *")) {
        const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
        if (!own || e.closest(".vh, script, noscript, [hidden]") || !e.getClientRects().length) continue;
        const [a, b] = [light(rgba(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
        const ratio = (a + 0.05) / (b + 0.05);
        if (ratio < 4.5) faint.push(`${e.className || e.tagName}: ${ratio.toFixed(2)}`);
    }
    return faint;
}"""


@pytest.mark.parametrize("size", [DESK, PHONE])
async def test_every_word_is_dark_enough_and_large_enough_to_read(browser: Browser, size: dict[str, int]) -> None:
    async with on_stage() as stage:
        stage.past["an"] = [Shown("c" * 16, True, "An", "2", MONDAY)]
        await stage.says(asks("an", "Cũ", "old", "Một", "Hai"))
        await stage.says(asks("an", "Bác đồng ý không ạ? https://vneid.gov.vn", "consent", "Đồng ý", "Không"))
        async with looking(browser, stage, size) as page:
            await says(page, "2")
            await expect(phone(page).locator(".state").last).to_have_text("đã gửi")
            assert await page.evaluate(CONTRAST) == []
            body = "getComputedStyle(document.querySelector('.text')).fontSize"
            assert await page.evaluate(body) == "17px"
            too_small = """() => [...document.querySelectorAll(".choice, .composer button, .next, .tabs button")]
                .map((e) => e.getBoundingClientRect())
                .filter((r) => r.width && Math.min(r.width, r.height) < 44).length"""
            assert await page.evaluate(too_small) == 0


async def test_on_a_phone_one_chat_fills_the_screen_and_tabs_switch(browser: Browser) -> None:
    async with on_stage() as stage, looking(browser, stage, PHONE) as page:
        await expect(phone(page)).to_be_visible()
        await expect(phone(page, "group")).to_be_hidden()
        await stage.says(Part(GROUP.chat, True, "Chào các tổ"))
        tab = page.get_by_role("navigation").get_by_role("button", name="Tổ CĐS xã Tú Lệ")
        await expect(tab.locator(".count")).to_have_text("1")
        await tab.click()
        await expect(phone(page, "group").get_by_text("Chào các tổ")).to_be_visible()
        await expect(phone(page)).to_be_hidden()
        await expect(tab).to_have_attribute("aria-current", "true")
        await expect(tab.locator(".unread")).to_be_hidden()
        assert await page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


async def test_on_a_desk_three_phones_stand_side_by_side(browser: Browser) -> None:
    async with on_stage() as stage, looking(browser, stage) as page:
        boxes = [await phone(page, key).bounding_box() for key in ("member", "group", "admin")]
        assert all(box is not None for box in boxes)
        edges = [(box["x"], box["x"] + box["width"], box["y"]) for box in boxes if box]
        assert edges[0][1] < edges[1][0] < edges[1][1] < edges[2][0]
        assert len({y for _, _, y in edges}) == 1
        await expect(page.get_by_role("navigation")).to_be_hidden()


def png(width: int = 400, height: int = 300) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).save(out, "PNG")
    return out.getvalue()


async def test_a_large_photo_is_made_small_before_it_is_sent_and_opens_large(browser: Browser) -> None:
    async with on_stage() as stage, looking(browser, stage) as page:
        chooser = phone(page).locator("input[type=file]")
        await chooser.set_input_files({"name": "buoi.png", "mimeType": "image/png", "buffer": png(2600, 1300)})
        await expect(phone(page).locator(".mine .state")).to_have_text("đã gửi")
        event = (await stage.heard())[0]
        assert event["picture"]["type"] == "image/jpeg"
        content, _ = await stage.chat.fetch(stage.chat.read(event).pictures[0])  # type: ignore[union-attr]
        assert Image.open(io.BytesIO(content)).size == (1280, 640)
        await phone(page).get_by_role("button", name="Ảnh của mình").click()
        await expect(page.get_by_role("dialog")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_be_hidden()


async def test_a_file_that_is_no_picture_gets_a_kind_word(browser: Browser) -> None:
    async with on_stage() as stage, looking(browser, stage) as page:
        chooser = phone(page).locator("input[type=file]")
        await chooser.set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": b"not a picture"})
        await expect(phone(page).locator(".notice")).to_contain_text("chọn ảnh khác giúp em")
        assert stage.journal == {}


async def test_names_and_texts_are_never_markup(browser: Browser) -> None:
    nasty = '<img src=x onerror=alert(1)> "&lt; https://vneid.gov.vn/a?b=1&c=2.'
    async with on_stage() as stage:
        stage.past[GROUP.chat] = [Shown("d" * 16, True, "<b>Páo</b>", nasty, MONDAY, speaker="pao")]
        async with looking(browser, stage) as page:
            group = phone(page, "group")
            await expect(group.locator(".text")).to_have_text(nasty)
            await expect(group.locator(".name")).to_have_text("<b>Páo</b>")
            await expect(group.locator(".text a")).to_have_attribute("href", "https://vneid.gov.vn/a?b=1&c=2")
            await expect(group.locator(".text img")).to_have_count(0)


async def test_somebody_who_reads_further_up_is_told_and_not_moved(browser: Browser) -> None:
    async with on_stage() as stage:
        for number in range(40):
            await stage.says(Part("an", False, f"Tin số {number}"))
        async with looking(browser, stage) as page:
            log = phone(page).get_by_role("log")
            await expect(log.get_by_text("Tin số 39")).to_be_in_viewport()
            await log.hover()
            await page.mouse.wheel(0, -900)
            await expect(log.get_by_text("Tin số 39")).not_to_be_in_viewport()
            await stage.says(Part("an", False, "Tin mới"))
            newest = phone(page).get_by_role("button", name="Xem tin mới nhất")
            await expect(newest).to_be_visible()
            button, hints = await newest.bounding_box(), await phone(page).locator(".hints").bounding_box()
            assert button
            assert hints
            assert button["y"] + button["height"] <= hints["y"], "it hides nothing that is tapped"
            await newest.click()
            await expect(log.get_by_text("Tin mới", exact=True)).to_be_in_viewport()
            await expect(newest).to_be_hidden()


async def test_the_dots_show_while_an_answer_is_on_its_way(browser: Browser) -> None:
    async with on_stage() as stage, looking(browser, stage) as page:
        await says(page, "hướng dẫn")
        await expect(phone(page).locator(".dots")).to_be_visible()
        await stage.says(Part("an", False, "Bác muốn xem bài nào ạ?"))
        await expect(phone(page).locator(".dots")).to_be_hidden()


async def test_a_newcomer_with_a_code_begins_with_one_tap(browser: Browser) -> None:
    async with on_stage(demo=False) as stage, looking(browser, stage, PHONE, "?code=123456") as page:
        field = page.get_by_role("textbox")
        await expect(field).to_have_value("123456")
        await page.get_by_role("button", name="Bắt đầu").click()
        await expect(page.locator(".mine .text")).to_have_text("123456")
        await expect(field).to_have_value("")
        assert "code" not in page.url
        await expect(page.locator(".begin")).to_have_count(0)
        assert [event["text"] for event in await stage.heard()] == ["123456"]


async def test_a_newcomer_without_a_code_begins_too(browser: Browser) -> None:
    async with on_stage(demo=False) as stage, looking(browser, stage, PHONE) as page:
        await page.get_by_role("button", name="Bắt đầu").click()
        assert [event["text"] for event in await stage.heard()] == ["bắt đầu"]


async def test_two_tabs_of_one_phone_show_the_same_talk(browser: Browser) -> None:
    async with on_stage() as stage, looking(browser, stage) as one, looking(browser, stage) as other:
        stage.answer = thanks
        await asyncio.gather(says(one, "vneid 3"), says(other, "dvc 2"))
        for page in (one, other):
            await expect(phone(page).locator(".mine .text")).to_have_count(2)
            await expect(phone(page).locator(".theirs .text")).to_have_count(2)
