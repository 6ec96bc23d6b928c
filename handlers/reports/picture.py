"""The weekly tally as a picture for a phone."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

import resvg_py

from handlers.reports import indicators, measure
from handlers.reports.drawing import (
    CARD,
    FOREST,
    GOLD,
    GREEN,
    INK,
    MIST,
    PAPER,
    QUIET,
    SAND,
    SOFT,
    STRAW,
    bar,
    box,
    heart,
    house,
    shrunk,
    terraces,
    words,
)
from handlers.reports.indicators import Row
from handlers.reports.palette import packed
from handlers.reports.places import place_name
from handlers.reports.weekly import is_empty
from locales import Reader, Text, Week, _, render
from locales.dates import number, span
from storage.tally import Tally

WIDTH = 1080
MARGIN = 64
INNER = WIDTH - 2 * MARGIN
MOST_BYTES = 100_000
"""Zalo takes pictures under 100 KB."""
_MOST_ROWS = 14
_MOST_HOUSES = 36
_HOUSES_A_ROW = 14
_VALUES = 264
"""Width of the column of numbers."""
_ONE_LINE, _TWO_LINES = (92, 80, 70, 60), 70
"""Sizes of the place's name, so that every name of the first site stands on one line."""
_ZOOMS = (1.0, 0.85, 0.7, 0.55)


def tally_picture(
    tally: Tally, labels: Mapping[str, str], language: str, *, team: str = "", provisional: bool = False
) -> bytes:
    """A PNG, 1,080 pixels wide and under 100 KB. Takes tens of milliseconds and holds the GIL: call it in a thread."""
    svg = tally_svg(tally, labels, language, team=team, provisional=provisional)
    png = b""
    for zoom in _ZOOMS:
        png = packed(rasterised(svg, zoom), MOST_BYTES)
        if len(png) < MOST_BYTES:
            break
    return png


def tally_svg(
    tally: Tally, labels: Mapping[str, str], language: str, *, team: str = "", provisional: bool = False
) -> str:
    """The same as SVG, blocks from top to bottom; only `tally_picture` can draw its letters."""
    painter = _Painter(language)
    painter.header(tally, team, provisional)
    if is_empty(tally):
        painter.quiet_week()
    else:
        painter.news(tally)
        painter.indicators(indicators.rows(tally, labels))
        painter.thanks(_("Thank you, everyone!") if tally.kind == "village" else _("Thank you, teams!"))
    return painter.svg()


def rasterised(svg: str, zoom: float) -> bytes:
    """Our own font only: an unknown family would draw nothing, and say nothing."""
    return bytes(
        resvg_py.svg_to_bytes(svg_string=svg, zoom=zoom, skip_system_fonts=True, font_files=measure.font_files())
    )


class _Painter:
    """Draws block under block; `y` is where the next one begins."""

    def __init__(self, language: str) -> None:
        self.reader = Reader(language)
        self.shapes: list[str] = []
        self.y = 0.0

    def svg(self) -> str:
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{ceil(self.y)}" '
            f'viewBox="0 0 {WIDTH} {ceil(self.y)}" font-family="{measure.FAMILY}">'
            f"{box(0, 0, WIDTH, ceil(self.y), PAPER)}{''.join(self.shapes)}</svg>"
        )

    def say(self, text: Text) -> str:
        return render(text, self.reader)

    def header(self, tally: Tally, team: str, provisional: bool) -> None:
        """Team, place and week over the hills."""
        place = _as_title(measure.drawable(self.say(place_name(tally.kind, tally.name))))
        size = next((size for size in _ONE_LINE if measure.face(bold=True).width(place, size) <= INNER), _TWO_LINES)
        title = measure.wrapped(place, size, INNER, 2, bold=True)
        bottom = 410 + (len(title) - 1) * size
        week = Week(tally.week_monday)
        self.shapes += [box(0, 0, WIDTH, bottom, FOREST), terraces(WIDTH, bottom)]
        self.shapes.append(words(team or self.say(_("Community digital team")), MARGIN, 96, 42, width=INNER, fill=MIST))
        self.y = 108.0
        for line in title:
            self.y += size
            self.shapes.append(words(line, MARGIN, self.y, size, width=INNER, fill=CARD, bold=True))
        when = self.say(_("Week {week} ({days})", week=week, days=span(week)))
        self.y += 66
        self.shapes.append(words(when, MARGIN, self.y, 46, width=INNER, fill=STRAW, bold=True))
        if provisional:
            self._tag(self.say(_("provisional")), MARGIN + measure.face(bold=True).width(when, 46) + 28)
        self.y = bottom + 8.0

    def news(self, tally: Tally) -> None:
        """How many villages sent news, as houses or a bar, and how many check-ins."""
        villages = tally.kind != "village" and tally.expected > 0
        start, under = self.y, len(self.shapes)
        self.y += 130
        if villages:
            self._figure(
                f"{self._number(tally.reported)}/{self._number(tally.expected)}", _("villages with news"), "start"
            )
        self._figure(self._number(tally.checkins), _("check-ins"), "end" if villages else "start")
        self.y += 64
        if villages:
            self._villages(tally.reported, tally.expected)
        self.y += 30 if villages else 8
        self.shapes.insert(under, box(MARGIN - 32, start, INNER + 64, self.y - start, CARD, radius=32))
        self.y += 44

    def indicators(self, found: tuple[Row, ...]) -> None:
        if not found:
            self._paragraph(_("Nothing to report this week, and that counts as news too."), 44)
            self.y += 20
        for row in found[:_MOST_ROWS]:
            self._row(row)
        if len(found) > _MOST_ROWS:
            self._paragraph(_("and {count} more", count=len(found) - _MOST_ROWS), 36)

    def thanks(self, thanks: Text) -> None:
        text = self.say(thanks)
        wide = measure.face(bold=True).width(measure.drawable(text), 52)
        left = (WIDTH - wide - 76) / 2
        self.shapes.append(heart(left, self.y + 8, 60, GOLD))
        self.shapes.append(words(text, left + 76, self.y + 58, 52, width=INNER, fill=GREEN, bold=True))
        self.y += 120

    def quiet_week(self) -> None:
        """Nobody wrote: no zeros, an open door."""
        self.y += 40
        self._paragraph(_("No news this week, and that is all right."), 48, bold=True)
        self._paragraph(_("It was surely the season, or the signal."), 44)
        self._paragraph(_("If you help even one person, write me one line privately: vneid 1"), 44)
        self.y += 50

    def _row(self, row: Row) -> None:
        """Label and bars at the left, numbers at the right. A bar is only compared with the one under it: beside none,
        a full bar would make 1 look like 134."""
        label = measure.wrapped(measure.drawable(row.label), 42, INNER - _VALUES - 20, 2)
        right = WIDTH - MARGIN
        self._to_the_left_of(right, self.y + 50, self._number(row.value), 66, GREEN, bold=True)
        for line in label:
            self.y += 48
            self.shapes.append(words(line, MARGIN, self.y, 42, width=INNER - _VALUES))
        self.y += 20
        if row.before is not None:
            before = self.say(_("last week {before}", before=row.before))
            self._to_the_left_of(right, self.y + 24, before, 34, SOFT)
        self._bars(row)
        self.y += 72

    def _bars(self, row: Row) -> None:
        width, most = INNER - _VALUES - 30, max(row.value, row.before or 0)
        if not row.before:
            self.shapes.append(box(MARGIN, self.y, INNER if row.before is None else width, 3, SAND))
            return
        self.shapes.append(bar(MARGIN, self.y, width, 18, row.value / most, GREEN))
        self.shapes.append(bar(MARGIN, self.y + 24, width, 9, row.before / most, SAND))

    def _villages(self, reported: int, expected: int) -> None:
        if expected > _MOST_HOUSES:
            self.shapes.append(bar(MARGIN, self.y, INNER, 28, 1.0, QUIET))
            self.shapes.append(bar(MARGIN, self.y, INNER, 28, reported / expected, GREEN))
            self.y += 28
            return
        across = min(expected, ceil(expected / ceil(expected / _HOUSES_A_ROW)))
        step = min(INNER / across, 112)
        for n in range(expected):
            left, top = MARGIN + n % across * step, self.y + n // across * step
            self.shapes.append(house(left, top, step * 0.82, lit=n < reported))
        self.y += ceil(expected / across) * step - step * 0.18

    def _figure(self, value: str, label: Text, anchor: str) -> None:
        x = MARGIN if anchor == "start" else WIDTH - MARGIN
        size = shrunk(value, 92, 460, bold=True)
        self.shapes.append(words(value, x, self.y - 16, size, width=461, fill=GREEN, bold=True, anchor=anchor))
        self.shapes.append(words(self.say(label), x, self.y + 36, 38, width=460, fill=SOFT, anchor=anchor))

    def _paragraph(self, text: Text, size: float, *, bold: bool = False) -> None:
        for line in measure.wrapped(measure.drawable(self.say(text)), size, INNER, 4, bold=bold):
            self.y += size * 1.36
            self.shapes.append(words(line, MARGIN, self.y, size, width=INNER, bold=bold, fill=GREEN if bold else INK))
        self.y += size * 0.7

    def _tag(self, text: str, x: float) -> None:
        wide = measure.face(bold=True).width(measure.drawable(text), 34)
        self.shapes.append(box(x, self.y - 42, wide + 44, 56, GOLD, radius=28))
        self.shapes.append(words(text, x + 22, self.y - 3, 34, width=wide + 2, fill=FOREST, bold=True))

    def _to_the_left_of(self, x: float, y: float, text: str, size: float, fill: str, *, bold: bool = False) -> None:
        size = shrunk(text, size, _VALUES, bold=bold)
        self.shapes.append(words(text, x, y, size, width=_VALUES + 1, fill=fill, bold=bold, anchor="end"))

    def _number(self, value: int) -> str:
        return number(value, self.reader.language)


def _as_title(text: str) -> str:
    """ "xã Tú Lệ" stands alone here, so it begins with a capital."""
    return text[:1].upper() + text[1:]
