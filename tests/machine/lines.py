"""Lines as people type them, put together from the words of the lexicon."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from hypothesis import strategies as st

from handlers.understanding.fold import clean
from handlers.understanding.numbers import spoken
from handlers.understanding.tokens import tokens
from handlers.understanding.words import index
from locales.lexicon import every_lexicon, phrases_of
from tests.understanding.table import MEMBER

PHRASES = sorted({phrase for each in every_lexicon() for table in each.tables.values() for one in table.values()
                  for phrase in one})  # fmt: skip
SIGNS = [",", ".", ";", ":", "?", "!", "-", "/", "+", "(", ")", "%", "→", "=", "…", "\n", "\t", "\u200b", "\u00a0", "•"]
ODD = ["0", "00", "007", "3", "12", "1.057", "1,5", "2-3", "3/5", "5k", "19h30", "20/11", "0912345678",
       "³", "３", "½", "٣",
       "9" * 30, "१२", "Ⅻ", "①", "🙏", "3️⃣", "ho65", "hooj", "d9ie6m3", "vneid3", "3người", "a\u0300\u0300", "ﬁ", "İ",
       "ß", "'", "’", "@", "#", "http://x.vn/3", "thôn 3", "Nậm Cưởm", "chị Sáu", "Bản Lềnh"]  # fmt: skip
TYPED = """
    vneid dvc tt hộ ho người nguoi buổi hồ_sơ giúp cài hôm_qua thứ thôn mức lần chị Tư Ba sáu sau năm nam ba mười
    hai chục trăm rưỡi không chưa mai tổng khoảng sửa nhầm thêm ghi_chú: hd báo_cáo nghỉ đến ngày của thành 80%
"""
"""Few words, so that they meet often."""
NUMBERS = st.integers(0, 1200).map(str)
FEW = st.sampled_from([piece.replace("_", " ") for piece in TYPED.split()])
PIECES = st.one_of(st.sampled_from(PHRASES), FEW, NUMBERS, st.sampled_from(SIGNS + ODD), st.text(max_size=4))


def readable(text: str) -> set[int]:
    """Every whole number that somebody could read in a text, in digits or in words."""
    plain = unicodedata.normalize("NFKC", clean(text))  # nobody sees what joins the 3 and the 0 of "3️⃣0"
    digits = {int(found.replace(".", "")) for found in re.findall(r"\d{1,3}(?:\.\d{3})+|\d+", plain)}
    words = index(MEMBER.fields)
    keys = [token.key for token in tokens(clean(text), words.known, words.countable)]
    said = (spoken(keys, at) for at in range(len(keys)))
    four = {4} & {4 for word in keys if word in ("tư", "tu")}
    return digits | {each.value for each in said if each is not None} | four | {0}


def _joined(pieces: list[str], by: str) -> str:
    return by.join(pieces)


LINES = st.builds(_joined, st.lists(PIECES, max_size=14), st.sampled_from([" ", " ", " ", "", "  ", ", "]))
ANYTHING = st.one_of(
    LINES,
    LINES.map(str.upper),
    st.builds(unicodedata.normalize, st.sampled_from(["NFD", "NFC", "NFKC", "NFKD"]), LINES),
    st.text(max_size=80),
)

NAMES = {
    "vneid": ("vneid", "VNeID", "cài vneid", "kích hoạt vneid"),
    "dvc": ("dvc", "DVC", "dịch vụ công", "nộp hồ sơ dvc"),
    "cks": ("cks", "chữ ký số"),
    "antoan": ("antoan", "an toàn mạng"),
    "tichhop": ("tichhop", "tích hợp"),
    "bdhv": ("bdhv",),
}
OPENINGS = ("", "báo cáo ", "em báo ", "em gửi ", "hôm nay ", "điểm danh ", "dạ ", "báo cáo em: ")
ENDINGS = ("", " ạ", ".", " nhé", " em nhé", "!")
JOINTS = (" ", ", ", " và ", "\n", " , ")


HOTLINES = {int(number) for number in phrases_of("neighbours", "hotlines")}
COUNTS = st.integers(1, 550).filter(lambda number: number not in HOTLINES)  # "báo công an 113"


@dataclass(frozen=True)
class Plain:
    """A line that is as plain as can be, and what it says. `bare`: without the words around it."""

    text: str
    bare: str
    values: dict[str, int]


@st.composite
def plain_lines(draw: st.DrawFn) -> Plain:
    """ "code number", in any order, with fillers around."""
    codes = draw(st.lists(st.sampled_from(sorted(NAMES)), min_size=1, max_size=4, unique=True))
    values = {code: draw(COUNTS) for code in codes}
    joint = draw(st.sampled_from(JOINTS))
    said = joint.join(f"{draw(st.sampled_from(NAMES[code]))} {number}" for code, number in values.items())
    return Plain(draw(st.sampled_from(OPENINGS)) + said + draw(st.sampled_from(ENDINGS)), said, values)
