"""A picture of few colours, packed small: two fifths of the bytes, the same to the eye."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from io import BytesIO

from PIL import Image

from handlers.reports.drawing import CARD, FIELD, FOREST, GOLD, GREEN, INK, MIST, PAPER, QUIET, RICE, SAND, SOFT, STRAW

_MEET = (
    (PAPER, (INK, GREEN, SOFT, RICE, SAND, GOLD, CARD)),
    (CARD, (GREEN, SOFT, FOREST, SAND, GOLD)),
    (FOREST, (MIST, CARD, STRAW, GOLD, FIELD)),
    (FIELD, (STRAW, GOLD, RICE)),
    (RICE, (STRAW, GOLD)),
    (QUIET, (GREEN, SAND)),
)
"""Which colours touch in a picture: the soft edges of letters and shapes lie between the two."""
_FINE, _COARSE = 5, 2
"""Steps between two colours: with two the letters are a little harder-edged, and the picture a tenth smaller."""
_QUICK, _THOROUGH = 6, 9
"""How hard the packer tries; four times as long for another tenth."""


def packed(png: bytes, wanted: int) -> bytes:
    """The same picture with an indexed palette, under `wanted` bytes if trying harder brings it there.

    Raises OSError on bytes that are no picture.
    """
    with Image.open(BytesIO(png)) as picture:
        full = picture.convert("RGB")
    smaller = b""
    for steps, effort in ((_FINE, _QUICK), (_FINE, _THOROUGH), (_COARSE, _THOROUGH)):
        smaller = _written(full.quantize(palette=_palette(steps), dither=Image.Dither.NONE), effort)
        if len(smaller) < wanted:
            break
    return smaller


def _written(picture: Image.Image, effort: int) -> bytes:
    out = BytesIO()
    picture.save(out, "PNG", compress_level=effort)
    return out.getvalue()


@cache
def _palette(steps: int) -> Image.Image:
    """Made from the colours we draw with, rather than counted from each picture, which takes ten times as long."""
    colours = list(dict.fromkeys(_colours(steps)))
    image = Image.new("P", (1, 1))
    image.putpalette([part for colour in colours for part in colour])
    return image


def _colours(steps: int) -> Iterator[tuple[int, int, int]]:
    for ground, inks in _MEET:
        for ink in inks:
            yield from (_between(_rgb(ground), _rgb(ink), step / (steps + 1)) for step in range(steps + 2))


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _between(ground: tuple[int, int, int], ink: tuple[int, int, int], share: float) -> tuple[int, int, int]:
    red, green, blue = (round(g + (i - g) * share) for g, i in zip(ground, ink, strict=True))
    return red, green, blue
