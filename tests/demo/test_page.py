"""The demo in a real browser: a member's whole check-in, and the tally arriving in the group."""

from __future__ import annotations

import asyncio
import re
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser import chromium, need_chromium

need_chromium()
pytestmark = pytest.mark.browser


@pytest.fixture
async def demo(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """The address of a demo of our own, served by the real command (a test may give it more words)."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "demo",
        "--port",
        "0",
        *getattr(request, "param", ()),
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    address = ""
    async with asyncio.timeout(120):
        while not address:
            line = (await process.stdout.readline()).decode()
            assert line, "the demo ended before it was open"
            found = re.search(r"http://\S+/chat", line)
            address = found[0] if found else ""
    yield address
    process.send_signal(signal.SIGTERM)
    _, errors = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0, errors.decode()
    assert b"Traceback" not in errors


def _phone(page: Page, key: str) -> Locator:
    return page.locator(f"#phone-{key}")


async def _says(page: Page, key: str, text: str) -> None:
    field = _phone(page, key).locator("textarea")
    await field.fill(text)
    await field.press("Enter")


async def _lives_on(page: Page) -> None:
    """Press the clock's button and wait until the next job is announced."""
    when = await page.locator("#next-when").inner_text()
    await page.locator("#next").click()
    await expect(page.locator("#next-when")).not_to_have_text(when, timeout=60_000)


async def test_a_member_checks_in_step_by_step_and_the_group_gets_its_tally(demo: str) -> None:
    async with chromium() as browser:
        page = await browser.new_page(viewport={"width": 1440, "height": 900})
        await page.goto(demo)
        theirs = _phone(page, "member").locator(".theirs .text")
        await _says(page, "member", "ghi viec")
        await expect(theirs.last).to_contain_text("Bác ghi việc gì")
        await _says(page, "member", "4 6")
        await expect(theirs.last).to_contain_text("VNeID")
        await _says(page, "member", "3")
        await expect(theirs.last).to_contain_text("Hồ sơ")
        await _says(page, "member", "2")
        await expect(theirs.last).to_contain_text("Đã ghi cho Bản Lềnh")
        coming = page.locator("#next-when")
        while "Tổng hợp tuần" not in await coming.inner_text():
            await _lives_on(page)
        await _lives_on(page)
        group = _phone(page, "group")
        tally = group.locator(".theirs .text").filter(has_text="TUẦN 47 (16–22/11)")
        await expect(tally).to_be_visible()
        await expect(group.locator(".theirs img").last).to_be_visible()


async def test_on_a_phone_one_phone_fills_the_screen(demo: str) -> None:
    async with chromium() as browser:
        page = await browser.new_page(viewport={"width": 390, "height": 844})
        await page.goto(demo)
        await expect(_phone(page, "member")).to_be_visible()
        await expect(_phone(page, "group")).to_be_hidden()
        await _says(page, "member", "không phát sinh")
        await expect(_phone(page, "member").locator(".theirs .text").last).to_contain_text("không phát sinh")


@pytest.mark.parametrize("demo", [("--look", "zalo")], indirect=True)
async def test_it_looks_like_zalo_and_on_a_press_like_telegram(demo: str) -> None:
    async with chromium() as browser:
        page = await browser.new_page(viewport={"width": 1440, "height": 900})
        await page.goto(demo)
        member, group = _phone(page, "member"), _phone(page, "group")
        theirs = member.locator(".theirs .text")
        await _says(page, "member", "ghi viec")
        await expect(theirs.last).to_contain_text("9. An toàn mạng, chống lừa đảo")
        await _says(page, "member", "4")
        await expect(theirs.last).to_contain_text("bao nhiêu người")
        await _says(page, "member", "3")
        await expect(theirs.last).to_contain_text("Đã ghi cho Bản Lềnh")
        await expect(page.locator(".choice")).to_have_count(0)

        said = await group.locator(".theirs").count()
        await _says(page, "group", "báo cáo")
        await _says(page, "group", "@bot báo cáo")
        await expect(group.locator(".theirs")).to_have_count(said + 1)
        await expect(group.locator(".mine .text").filter(has_text=re.compile(r"^báo cáo$"))).to_be_visible()

        await page.get_by_role("button", name="Telegram: có nút").click()
        await expect(page.get_by_role("button", name="Telegram: có nút")).to_have_attribute("aria-pressed", "true")
        await expect(member.locator(".choice").last).to_contain_text("An toàn mạng, chống lừa đảo")
        await expect(group.locator(".mine .text").filter(has_text=re.compile(r"^báo cáo$"))).to_be_visible()
        await _says(page, "group", "chưa làm")
        await expect(group.locator(".theirs")).to_have_count(said + 2)
        await page.get_by_role("button", name="Zalo: gõ số").click()
        await expect(page.locator(".choice")).to_have_count(0)
        await expect(member.locator(".theirs .text").filter(has_text="9. An toàn mạng")).to_be_visible()
