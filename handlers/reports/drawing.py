"""Shapes of the pictures, as SVG. Every word passes through `words`, which cleans, cuts and escapes it."""

from __future__ import annotations

from xml.sax.saxutils import escape

from handlers.reports import measure

FOREST, FIELD, RICE = "#0f5b4b", "#1d715c", "#33896c"
PAPER, CARD, INK, SOFT = "#fbf7ee", "#ffffff", "#24352f", "#6f7a72"
GREEN, SAND, QUIET, GOLD = "#1f7f62", "#dccfb2", "#efe9da", "#f4bd4f"
MIST, STRAW = "#cfe8dd", "#ffd98a"


def shrunk(text: str, size: float, width: float, *, bold: bool) -> float:
    """The type size at which a short text (a number) is not wider than `width`: numbers are never cut."""
    wide = measure.face(bold).width(measure.drawable(text), size)
    return size if wide <= width else size * width / wide * 0.995


def words(
    text: str,
    x: float,
    y: float,
    size: float,
    *,
    width: float,
    fill: str = INK,
    bold: bool = False,
    anchor: str = "start",
) -> str:
    """One line of text on the baseline `y`, never wider than `width`."""
    shown = escape(measure.fitted(measure.drawable(text), size, width, bold=bold))
    weight = ' font-weight="700"' if bold else ""
    side = f' text-anchor="{anchor}"' if anchor != "start" else ""
    return f'<text x="{x:g}" y="{y:g}" font-size="{size:g}"{weight}{side} fill="{fill}">{shown}</text>'


def box(x: float, y: float, width: float, height: float, fill: str, *, radius: float = 0) -> str:
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{radius:g}" fill="{fill}"/>'


def bar(x: float, y: float, width: float, height: float, share: float, fill: str) -> str:
    """A rounded bar filled to a share of its width; anything above nothing can be seen."""
    long = max(width * min(share, 1.0), height) if share > 0 else 0.0
    return box(x, y, long, height, fill, radius=height / 2) if long else ""


def house(x: float, y: float, size: float, *, lit: bool) -> str:
    """A stilt house's gable; one that sent news is green with a lit window."""
    walls, roof, window = (GREEN, FOREST, GOLD) if lit else (QUIET, SAND, CARD)
    unit = size / 10
    return (
        f'<g transform="translate({x:g} {y:g}) scale({unit:g})">'
        f'<path d="M1.6 4.4H8.4V9.6H1.6Z" fill="{walls}"/><path d="M5 .6 9.8 5H.2Z" fill="{roof}"/>'
        f'<path d="M4 6H6V9.6H4Z" fill="{window}"/></g>'
    )


def heart(x: float, y: float, size: float, fill: str) -> str:
    return (
        f'<path transform="translate({x:g} {y:g}) scale({size / 10:g})" fill="{fill}" '
        'd="M5 9 1.2 5.2A2.4 2.4 0 0 1 5 2.2 2.4 2.4 0 0 1 8.8 5.2Z"/>'
    )


def terraces(width: float, bottom: float) -> str:
    """Rice terraces under an evening sun, the country of the first readers."""
    return (
        f'<circle cx="{width - 158:g}" cy="{bottom - 116:g}" r="62" fill="{GOLD}"/>'
        + _hill(width, bottom, (96, 206, 34, 96), FIELD)
        + _hill(width, bottom, (48, 40, 150, 58), RICE)
        + _hill(width, bottom, (26, 0, 84, 10), PAPER)
    )


def _hill(width: float, bottom: float, rises: tuple[int, int, int, int], fill: str) -> str:
    """A slope from edge to edge. It reaches a little below `bottom`, or the ground would shine through the seam."""
    left, first, second, right = (bottom - rise for rise in rises)
    third = width / 3
    curve = f"M0 {left:g}C{third:g} {first:g} {2 * third:g} {second:g} {width:g} {right:g}"
    return f'<path d="{curve}V{bottom + 2:g}H0Z" fill="{fill}"/>'
