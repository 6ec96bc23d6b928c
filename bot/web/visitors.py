"""Who a browser is, without the demo: nobody we know, told apart by a cookie that cannot be guessed."""

from __future__ import annotations

import hashlib
import re
import secrets

from aiohttp import web

from bot.channels.webchat.phones import Phone

COOKIE = "tocds_chat"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_LONG_LIFE = 400 * 24 * 3600
"""The longest that browsers keep a cookie."""


def visitor(request: web.Request, title: str, subtitle: str) -> Phone | None:
    """The phone of the browser that asks; None where it has no cookie of ours."""
    token = request.cookies.get(COOKIE, "")
    if not _TOKEN.fullmatch(token):
        return None
    # The chat id is stored and logged; the cookie, which opens the chat, cannot be had from it.
    chat = f"w{hashlib.sha256(token.encode()).hexdigest()[:32]}"
    return Phone("me", title, subtitle, chat, chat, "", False)


def newcomer(title: str, subtitle: str) -> Phone:
    """The phone a page is drawn with before the cookie comes back; nothing is sent under it."""
    return Phone("me", title, subtitle, "", "", "", False)


def welcome(response: web.StreamResponse, request: web.Request, secure: bool) -> None:
    """Give a newcomer a cookie, and an old friend's one a longer life."""
    token = request.cookies.get(COOKIE, "")
    if not _TOKEN.fullmatch(token):
        token = secrets.token_urlsafe(32)
    response.set_cookie(COOKIE, token, max_age=_LONG_LIFE, path="/chat", httponly=True, samesite="Lax", secure=secure)
