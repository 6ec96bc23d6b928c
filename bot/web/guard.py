"""What every answer of the chat page carries, and who may talk to it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

_HOST = re.compile(r"[\w.:\[\]-]{1,255}", re.ASCII)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def policy(host: str) -> str:
    """A content security policy: our own files only, nothing inline, framed by nobody."""
    # Older Safari does not read 'self' as allowing a websocket to the same host, so the host is named.
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        f"connect-src 'self'{sockets}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'"
    )


@web.middleware
async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Security headers on every answer that is still unsent (a websocket's went out with its handshake)."""
    response = await handler(request)
    if not response.prepared:
        response.headers["Content-Security-Policy"] = policy(request.host)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
    return response


def same_origin(request: web.Request, public_url: str) -> None:
    """Refuse a request that another site's page makes in somebody's browser. Raises HTTPForbidden.

    Browsers always send Origin with a websocket or a POST; a program that sends none carries nobody's cookie.
    """
    origin = request.headers.get("Origin")
    if origin is None:
        return
    ours = {request.host, urlsplit(public_url).netloc} - {""}
    if urlsplit(origin).netloc not in ours:
        raise web.HTTPForbidden(text="another origin")
