"""The page's files: a template, styles, and small modules of plain JavaScript, served as they are."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files

from jinja2 import BaseLoader, PackageLoader

_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_STATIC = files("bot.web.pages") / "static"


def loader() -> BaseLoader:
    """Where the templates are, from a checkout or a wheel."""
    return PackageLoader("bot.web.pages", "templates")


@cache
def all_static() -> dict[str, bytes]:
    """Every static file by name. Read once: what is not listed here cannot be asked for."""
    found = {file.name: file.read_bytes() for file in _STATIC.iterdir() if file.name.rpartition(".")[2] in _TYPES}
    return dict(sorted(found.items()))


def static(name: str) -> tuple[bytes, str] | None:
    """Content and media type of a static file; None where there is no such file."""
    content = all_static().get(name)
    return None if content is None else (content, _TYPES[name.rpartition(".")[2]])


def _version() -> str:
    """Part of every address, so that a browser keeps the files for ever and still sees a new release at once."""
    digest = hashlib.sha256()
    for name, content in all_static().items():
        digest.update(name.encode() + b"\0" + content)
    return digest.hexdigest()[:12]


VERSION = _version()
