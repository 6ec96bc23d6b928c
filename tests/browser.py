"""A real headless Chromium for the page tests: found on the machine, never downloaded."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, async_playwright, expect

NAMES = ("/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
MISSING = "no Chromium on this machine (Debian: apt install chromium; elsewhere set CHROMIUM=/path/to/it)"


def find_chromium() -> str | None:
    """The path of a Chromium: the CHROMIUM variable first, then the usual places."""
    wanted = (os.environ.get("CHROMIUM", ""), *NAMES)
    return next((found for name in wanted if name and (found := shutil.which(name))), None)


def need_chromium() -> None:
    """Called at the top of a module of browser tests: without a Chromium they are one skip with one line."""
    if find_chromium() is None:
        pytest.skip(MISSING, allow_module_level=True)


# Long enough for a machine that is busy with other tests; what is there already is not waited for.
expect.set_options(timeout=15_000)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """The browser, closed again with everything it opened."""
    path = find_chromium()
    if path is None:
        raise RuntimeError(MISSING)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser
        finally:
            await browser.close()
