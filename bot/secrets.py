"""The key that encrypts tokens at rest, and the secrets derived from it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken


class KeyMissing(Exception):
    """The tokens in the database were encrypted with another SECRET_KEY."""


class Vault:
    """Encrypts and decrypts; derives a secret for each purpose, so that none has to be stored twice."""

    def __init__(self, key: str) -> None:
        self._key = hashlib.sha256(key.encode()).digest()
        self._fernet = Fernet(base64.urlsafe_b64encode(self._key))

    def seal(self, text: str) -> bytes:
        return self._fernet.encrypt(text.encode())

    def open(self, sealed: bytes) -> str:
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken as error:
            raise KeyMissing("the stored tokens were encrypted with another SECRET_KEY") from error

    def derive(self, purpose: str) -> str:
        """A secret of 64 hex digits, the same for the same key and purpose."""
        return hmac.new(self._key, purpose.encode(), hashlib.sha256).hexdigest()


def vault(given: str, data_dir: Path) -> Vault:
    """With the key given, else the one kept in the data folder (made at first use, readable by its owner only)."""
    return Vault(given or _kept(data_dir / "secret.key"))


def _kept(file: Path) -> str:
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_name(f"{file.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as kept:
            kept.write(secrets.token_hex(32))
        with suppress(FileExistsError):  # another process was first: its key holds
            os.link(draft, file)  # whole at once, so that nobody reads half a key
        draft.unlink()
    return file.read_text("ascii").strip()
