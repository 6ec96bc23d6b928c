"""Whether a request carries the secret word that we gave a vendor with our webhook's address."""

from __future__ import annotations

import hmac
from collections.abc import Mapping


def carries(headers: Mapping[str, str], header: str, *secrets: str) -> bool:
    """Whether the header (its name in lower case, ours in any) holds one of the secrets; an empty one is nobody's."""
    given = _bytes(next((value for name, value in headers.items() if name.lower() == header), ""))
    right = [hmac.compare_digest(given, _bytes(secret)) for secret in secrets if secret]
    return any(right)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
