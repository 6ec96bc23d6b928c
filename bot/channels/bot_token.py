"""What a bot's token tells: both bot vendors write the bot's number, a colon and a secret."""

from __future__ import annotations


def vendor_id(token: str, product: str) -> str:
    """The digits before the colon, which new tokens leave alone.

    Raises ValueError where there are none; the text names the product ("Telegram") and never repeats the token.
    """
    digits, colon, secret = token.partition(":")
    if not (digits.isascii() and digits.isdigit() and colon and secret.strip()):
        raise ValueError(f"A {product} bot token has the form 123456:letters.")
    return digits
