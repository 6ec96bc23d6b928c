"""How wide a text will be, read from the font itself, so that nothing leaves the picture.

Facts: OpenType 1.9, tables `head`, `hhea`, `hmtx` and `cmap` format 4.
"""

from __future__ import annotations

import struct
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

FAMILY = "Be Vietnam Pro"
_FILES = {False: "BeVietnamPro-Regular.ttf", True: "BeVietnamPro-Bold.ttf"}


@dataclass(frozen=True, slots=True)
class Face:
    """One weight of the font: the advance of every character it can draw, in parts of the type size."""

    advances: dict[int, float]

    def width(self, text: str, size: float) -> float:
        """Width of a text that `drawable` has cleaned. Kerning is left out: it only makes lines shorter."""
        return sum(self.advances.get(ord(letter), 0.0) for letter in text) * size


@cache
def face(bold: bool = False) -> Face:
    """The face, read once. Raises FileNotFoundError where the package was built without its fonts."""
    tables = _tables((files("handlers.reports") / "fonts" / _FILES[bold]).read_bytes())
    return Face(_advances(tables))


def font_files() -> list[str]:
    """Where the rasteriser finds both weights."""
    folder = Path(str(files("handlers.reports") / "fonts"))
    return [str(folder / name) for name in _FILES.values()]


def drawable(text: str) -> str:
    """One line of composed letters, without what the font cannot draw (it would be a hole or a box)."""
    line = " ".join(unicodedata.normalize("NFC", text).split())
    return " ".join("".join(letter for letter in line if ord(letter) in face().advances).split())


def fitted(text: str, size: float, width: float, *, bold: bool = False) -> str:
    """The text, cut with an ellipsis where it would be wider."""
    if face(bold).width(text, size) <= width:
        return text
    while text and face(bold).width(text + "…", size) > width:
        text = text[:-1]
    return text.rstrip() + "…"


def wrapped(text: str, size: float, width: float, most: int, *, bold: bool = False) -> list[str]:
    """At most so many lines, broken between words and about equally long; the last is cut where text is left."""
    found = _broken(text, size, width, most, bold)
    if len(found) < 2 or found[-1].endswith("…"):
        return found
    for share in (0.6, 0.7, 0.8, 0.9):
        evener = _broken(text, size, width * share, most, bold)
        if len(evener) == len(found) and " ".join(evener) == " ".join(found):
            return evener
    return found


def _broken(text: str, size: float, width: float, most: int, bold: bool) -> list[str]:
    found: list[str] = []
    rest = text.split()
    while rest and len(found) < most - 1:
        words = 1
        while words < len(rest) and face(bold).width(" ".join(rest[: words + 1]), size) <= width:
            words += 1
        found.append(fitted(" ".join(rest[:words]), size, width, bold=bold))
        rest = rest[words:]
    return [*found, fitted(" ".join(rest), size, width, bold=bold)] if rest else found


def _tables(font: bytes) -> dict[str, bytes]:
    count = struct.unpack(">H", font[4:6])[0]
    records = (struct.unpack(">4sIII", font[12 + 16 * n : 28 + 16 * n]) for n in range(count))
    return {tag.decode("ascii"): font[start : start + size] for tag, _, start, size in records}


def _advances(tables: dict[str, bytes]) -> dict[int, float]:
    per_em = struct.unpack(">H", tables["head"][18:20])[0]
    metrics = struct.unpack(">H", tables["hhea"][34:36])[0]
    widths = [struct.unpack(">H", tables["hmtx"][4 * n : 4 * n + 2])[0] for n in range(metrics)]
    return {
        letter: widths[min(glyph, metrics - 1)] / per_em for letter, glyph in _glyphs(tables["cmap"]).items() if glyph
    }


def _glyphs(cmap: bytes) -> dict[int, int]:
    """Character -> glyph, from the format 4 subtable (all of Vietnamese is in the basic plane)."""
    for n in range(struct.unpack(">H", cmap[2:4])[0]):
        start = struct.unpack(">I", cmap[8 + 8 * n : 12 + 8 * n])[0]
        if struct.unpack(">H", cmap[start : start + 2])[0] == 4:
            return _format_4(cmap[start:])
    raise ValueError("the font has no cmap of format 4")


def _format_4(table: bytes) -> dict[int, int]:
    segments = struct.unpack(">H", table[6:8])[0] // 2
    ends, starts, deltas, offsets = (
        struct.unpack(f">{segments}H", table[at : at + 2 * segments])
        for at in (14, 16 + 2 * segments, 16 + 4 * segments, 16 + 6 * segments)
    )
    found: dict[int, int] = {}
    for n in range(segments):
        for letter in range(starts[n], min(ends[n], 0xFFFE) + 1):
            glyph = letter
            if offsets[n]:
                at = 16 + 6 * segments + 2 * n + offsets[n] + 2 * (letter - starts[n])
                glyph = struct.unpack(">H", table[at : at + 2])[0]
            found[letter] = (glyph + deltas[n]) & 0xFFFF if glyph else 0
    return found
