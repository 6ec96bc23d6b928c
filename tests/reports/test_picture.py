from __future__ import annotations

import unicodedata
from dataclasses import replace
from io import BytesIO
from xml.etree import ElementTree

import pytest
from PIL import Image, ImageChops

from handlers.reports import measure
from handlers.reports.drawing import FOREST, GREEN, PAPER, words
from handlers.reports.picture import MARGIN, MOST_BYTES, WIDTH, rasterised, tally_picture, tally_svg
from storage.tally import Tally
from tests.reports.weeks import BAN_LENH, HARD_NAME, LABELS, QUIET, TU_LE, crowded

NAMES = "Ệ ệ ở ữ đ Đ ỹ ặ ẵ ỡ Ự"


def looked_at(png: bytes) -> Image.Image:
    with Image.open(BytesIO(png)) as picture:
        return picture.convert("RGB")


def drawn(text: str, *, bold: bool = False) -> Image.Image:
    """A text alone on paper, as the pictures draw it."""
    line = words(text, 10, 80, 60, width=900, bold=bold)
    frame = f'xmlns="http://www.w3.org/2000/svg" width="920" height="120" font-family="{measure.FAMILY}"'
    canvas = Image.new("RGB", (920, 120), PAPER)
    with Image.open(BytesIO(rasterised(f"<svg {frame}>{line}</svg>", 1.0))) as letters:
        canvas.paste(letters, mask=letters.getchannel("A"))
    return canvas


def ink(picture: Image.Image) -> tuple[int, int, int, int] | None:
    """The box that holds everything drawn; None where nothing was."""
    return ImageChops.difference(picture, Image.new("RGB", picture.size, PAPER)).getbbox()


def said(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    "week",
    [
        TU_LE,
        QUIET,
        BAN_LENH,
        crowded(),
        replace(TU_LE, indicators={"vneid": 1}, previous={}),
        replace(TU_LE, indicators={}),
        replace(TU_LE, expected=0, reported=0),
        replace(TU_LE, name="Văn Chấn", kind="site", expected=199, reported=150),
        replace(TU_LE, name='<&"> 😀 \x00 ' + HARD_NAME * 3),
    ],
    ids=["week", "quiet", "village", "crowded", "one", "nothing", "no villages", "site", "odd name"],
)
def test_any_week_is_a_picture_that_a_phone_and_zalo_take(week: Tally, language: str) -> None:
    png = tally_picture(week, LABELS, language)
    assert png.startswith(b"\x89PNG")
    assert len(png) < MOST_BYTES
    width, height = looked_at(png).size
    assert width == WIDTH
    assert width * 0.7 < height < width * 3


def test_even_a_form_of_forty_indicators_stays_under_the_limit() -> None:
    labels = {f"k{n}": f"Việc thứ {n} có tên rất dài để xuống hai dòng trong hình" for n in range(40)}
    week = crowded(indicators=dict.fromkeys(labels, 54_321), previous=dict.fromkeys(labels, 98_765))
    assert len(tally_picture(week, labels, "vi")) < MOST_BYTES
    assert "và 26 việc nữa" in said(tally_svg(week, labels, "vi"))


def test_the_picture_tells_the_week_in_vietnamese() -> None:
    told = said(tally_svg(TU_LE, LABELS, "vi"))
    assert told == [
        "Tổ CĐS cộng đồng", "Xã Tú Lệ", "Tuần 47 (16–22/11)", "7/9", "thôn có tin", "14", "lần báo",
        "3", "Buổi tuyên truyền", "tuần trước 2",
        "86", "Lượt người được hướng dẫn", "tuần trước 66",
        "15", "Cài, kích hoạt VNeID", "tuần trước 3",
        "Cảm ơn các tổ!",
    ]  # fmt: skip


def test_the_picture_tells_the_week_in_english() -> None:
    told = said(tally_svg(replace(TU_LE, indicators={"nguoi": 12_345}), LABELS, "en", provisional=True))
    assert told[:4] == ["Community digital team", "Tú Lệ commune", "Week 47 (16–22/11)", "provisional"]
    assert "12,345" in told


def test_the_team_and_a_provisional_week_are_marked() -> None:
    told = said(tally_svg(TU_LE, LABELS, "vi", team="Tổ công nghệ số", provisional=True))
    assert told[0] == "Tổ công nghệ số"
    assert "tạm tính" in told


def test_a_quiet_week_shows_no_zeros() -> None:
    told = " ".join(said(tally_svg(QUIET, LABELS, "vi")))
    assert "không sao" in told
    assert "nhắn riêng cho em một dòng: vneid 1" in told
    assert "0" not in told


def test_a_bar_stands_only_beside_a_number_of_last_week() -> None:
    first, later = (
        tally_svg(replace(TU_LE, indicators={"vneid": 1, "nguoi": 134}, previous=before), LABELS, "vi")
        for before in ({}, {"vneid": 3})
    )
    bars = [svg.count(f'height="18" rx="9" fill="{GREEN}"') for svg in (first, later)]
    assert bars == [0, 1]


def test_names_with_signs_of_xml_are_shown_as_typed() -> None:
    week = replace(TU_LE, name='A <&"> B')
    assert 'Xã A <&"> B' in said(tally_svg(week, LABELS, "vi"))


def test_long_names_wrap_and_big_numbers_are_never_cut() -> None:
    week = replace(crowded(), name="Nông trường Trần Phú")
    told = said(tally_svg(week, LABELS, "vi"))
    assert "Thị trấn Nông trường Trần Phú" in told
    assert told.count("99.999") == len(LABELS) + 1
    assert not [line for line in told if line.endswith("…")]


def test_houses_are_lit_for_villages_with_news() -> None:
    svg = tally_svg(TU_LE, LABELS, "vi")
    assert svg.count("<g transform") == 9
    assert svg.count(f'V9.6H1.6Z" fill="{GREEN}"') == 7


def test_nothing_drawn_leaves_the_margins() -> None:
    picture = looked_at(tally_picture(crowded(), LABELS, "vi"))
    below = picture.crop((0, 800, WIDTH, picture.height - 4))
    box = ink(below)
    assert box is not None
    assert box[0] >= MARGIN - 4
    assert box[2] <= WIDTH - MARGIN + 4


def test_letters_really_are_drawn_where_the_words_stand() -> None:
    """An unknown font draws nothing and says nothing: look at the pixels of the title."""
    picture = looked_at(tally_picture(TU_LE, LABELS, "vi"))
    title, beside = picture.crop((MARGIN, 120, 480, 225)), picture.crop((560, 120, 900, 200))
    assert len({*title.get_flattened_data()}) > 5
    assert {*beside.get_flattened_data()} == {tuple(bytes.fromhex(FOREST[1:]))}


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("letter", NAMES.split())
def test_every_vietnamese_letter_differs_from_its_bare_one(letter: str, bold: bool) -> None:
    bare = unicodedata.normalize("NFD", letter)[0].replace("đ", "d").replace("Đ", "D")
    assert ink(drawn(letter, bold=bold)) is not None
    assert ImageChops.difference(drawn(letter, bold=bold), drawn(bare, bold=bold)).getbbox() is not None


def test_a_name_typed_with_loose_marks_looks_the_same() -> None:
    loose = unicodedata.normalize("NFD", "Tú Lệ")
    assert measure.drawable(loose) == "Tú Lệ"
    assert ImageChops.difference(drawn(loose), drawn("Tú Lệ")).getbbox() is None


def test_what_the_font_does_not_hold_leaves_no_hole() -> None:
    assert measure.drawable("Bản 😀 Lềnh\n\u200b漢") == "Bản Lềnh"


def test_the_measured_width_is_the_drawn_one() -> None:
    for text, bold in (("Thị trấn Nông trường Trần Phú", False), ("Lượt người được hướng dẫn", True)):
        box = ink(drawn(text, bold=bold))
        assert box is not None
        assert box[2] - box[0] == pytest.approx(measure.face(bold).width(text, 60), rel=0.03)


def test_lines_break_between_words_and_lose_none() -> None:
    text = "Giúp được dù chỉ một người, nhắn riêng cho em một dòng: vneid 1"
    lines = measure.wrapped(text, 44, 500, 6)
    assert " ".join(lines) == text
    assert all(measure.face().width(line, 44) <= 500 for line in lines)
    assert measure.wrapped("một hai ba bốn năm sáu", 44, 150, 2)[-1].endswith("…")
