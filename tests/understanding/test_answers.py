"""Answers to an open question, as people give them."""

from __future__ import annotations

import pytest

from handlers.understanding import (
    CommandName,
    as_choice,
    as_choices,
    as_code,
    as_count,
    as_name,
    as_phone_tail,
    as_yes_no,
    holds_report,
    is_done,
    is_escape,
    is_skip,
)
from tests.understanding.table import MEMBER

CONSENT = ("Đồng ý", "Không", "Đọc kỹ")


@pytest.mark.parametrize(
    ("said", "choice"),
    [
        ("1", 1),
        ("1.", 1),
        ("số 1", 1),
        ("so 2", 2),
        ("một", 1),
        ("hai ạ", 2),
        ("chọn 2", 2),
        ("em chọn 3 ạ", 3),
        ("Đồng ý", 1),
        ("dong y", 1),
        ("đọc", 3),
        ("Không", 2),
        ("4", None),
        ("0", None),
        ("vneid 3", None),
        ("1 2", None),
        ("hồ", None),
        ("", None),
    ],
)
def test_somebody_picks_one_choice(said: str, choice: int | None) -> None:
    assert as_choice(said, 3, CONSENT) == choice


@pytest.mark.parametrize(
    ("said", "chosen"),
    [
        ("1 6", (1, 6)),
        ("1,6", (1, 6)),
        ("1, 6.", (1, 6)),
        ("1 và 6", (1, 6)),
        ("số 1 và số 6 ạ", (1, 6)),
        ("một sáu", (1, 6)),
        ("6 1 6", (6, 1)),
        ("tất cả", tuple(range(1, 9))),
        ("3", (3,)),
        ("1-3", None),
        ("1 9", None),
        ("vneid 3", None),
        ("xong", None),
        ("", None),
    ],
)
def test_somebody_picks_several_choices(said: str, chosen: tuple[int, ...] | None) -> None:
    assert as_choices(said, 8) == chosen


@pytest.mark.parametrize(
    ("said", "count"),
    [
        ("3", 3),
        ("03", 3),
        ("3 người", 3),
        ("3 người dân ạ", 3),
        ("có 3 cụ", 3),
        ("được 12 người ạ", 12),
        ("ba", 3),
        ("mười lăm ạ", 15),
        ("hai mươi mốt người", 21),
        ("muwowif", 10),
        ("sau", 6),
        ("năm", 5),
        ("1.057", 1057),
        ("2 hồ sơ", 2),
        ("không", 0),
        ("ko", 0),
        ("k", 0),
        ("không có ai ạ", 0),
        ("khoong", 0),
        ("0", 0),
        ("3, ạ", 3),
        ("trăm ba", None),
        ("mười năm", None),
        ("3 . trăm", None),
        ("1,5", None),
        ("1.5", None),
        ("2-3", None),
        ("hai ba người", None),
        ("khoảng 40", None),
        ("chục", None),
        ("5k", None),
        ("3h", None),
        ("-3", None),
        ("vneid 3", None),
        ("3 vneid", None),
        ("3 ngày", None),
        ("bỏ qua", None),
        ("", None),
    ],
)
def test_somebody_says_how_many(said: str, count: int | None) -> None:
    assert as_count(said) == count


@pytest.mark.parametrize(
    "said",
    ["có", "co", "có ạ", "vâng ạ", "đúng", "dung", "đồng ý", "ddoongf ys", "ừ", "ok em", "dc", "👍", "rồi ạ", "yes"],
)
def test_somebody_says_yes(said: str) -> None:
    assert as_yes_no(said) is True


@pytest.mark.parametrize(
    "said", ["không", "ko", "k", "khoong aj", "không đồng ý", "thôi ạ", "chưa", "sai rồi", "không phải", "👎", "no"]
)
def test_somebody_says_no(said: str) -> None:
    assert as_yes_no(said) is False


@pytest.mark.parametrize("said", ["cô", "hồ", "đã", "dừng", "không sao", "có lẽ", "vneid 3", "1", "", "để em hỏi đã"])
def test_neither_yes_nor_no_is_no_answer(said: str) -> None:
    assert as_yes_no(said) is None


def test_a_question_is_skipped_or_ended() -> None:
    assert all(map(is_skip, ("bỏ qua", "bo qua", "bỏ", "để sau ạ", "skip")))
    assert all(map(is_done, ("xong", "xong ạ", "thôi", "hết rồi", "thế thôi", "done")))
    assert not any(map(is_skip, ("bố", "xong", "3", "vneid 3")))
    assert not any(map(is_done, ("bỏ qua", "3", "thôn 3", "vneid 3")))


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("hủy", CommandName.CANCEL),
        ("huỷ ạ", CommandName.CANCEL),
        ("thoát", CommandName.CANCEL),
        ("/huy", CommandName.CANCEL),
        ("trợ giúp", CommandName.HELP),
        ("?", CommandName.HELP),
        ("dừng nhắn tin", CommandName.STOP),
        ("/dung", CommandName.STOP),
    ],
)
def test_an_escape_holds_in_every_step(said: str, name: CommandName) -> None:
    found = is_escape(said)
    assert found is not None
    assert found.name is name


@pytest.mark.parametrize("said", ["bỏ", "dừng", "đúng", "báo cáo", "3", "vneid 3", "/baocao"])
def test_other_words_are_no_escape(said: str) -> None:
    assert is_escape(said) is None


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Huy", "Huy"),
        ("Dũng", "Dũng"),
        ("Ba", "Ba"),
        ("Vàng", "Vàng"),
        ("tôi là Nguyễn Văn An", "Nguyễn Văn An"),
        ("em tên là Huy ạ", "Huy"),
        ("sùng a páo", "Sùng A Páo"),
        ("HÀ THỊ TƯ", "Hà Thị Tư"),
        ("Tên em là Lò Văn Páo.", "Lò Văn Páo"),
        ("hủy", None),
        ("không", None),
        ("bỏ qua", None),
        ("trợ giúp", None),
        ("123", None),
        ("?", None),
        ("/huy", None),
        ("vneid 3", None),
        ("làm thế nào để cài vneid cho bà con trong bản", None),
        ("", None),
    ],
)
def test_somebody_gives_a_name(said: str, name: str | None) -> None:
    assert as_name(said) == name


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("123456", "123456"),
        ("123 456", "123456"),
        ("123.456", "123456"),
        ("mã là 123456", "123456"),
        ("Mã của em là 123-456 ạ", "123456"),
        ("12345", None),
        ("1234567", None),
        ("vneid 123456", None),
        ("abc", None),
        ("", None),
    ],
)
def test_somebody_types_an_invite_code(said: str, code: str | None) -> None:
    assert as_code(said) == code


@pytest.mark.parametrize(
    ("said", "tail"),
    [
        ("456", "456"),
        ("số cuối 456", "456"),
        ("4 5 6", "456"),
        ("0912 345 456", "456"),
        ("+84912345456", "456"),
        ("45", None),
        ("vneid 456", None),
    ],
)
def test_two_of_one_name_are_told_apart_by_the_phone(said: str, tail: str | None) -> None:
    assert as_phone_tail(said) == tail


@pytest.mark.parametrize(
    "said", ["vneid 3", "3 hộ vneid", "giúp 3 hộ", "mai vneid 3", "sửa dvc 4", "hd vneid 3", "thôn 3 vneid 2"]
)
def test_a_line_with_an_indicator_is_never_swallowed(said: str) -> None:
    assert holds_report(said, MEMBER)


@pytest.mark.parametrize(
    "said", ["3", "3 người", "ba", "không", "1 6", "xong", "vneid", "Ba", "Lò Văn Páo", "123456", "hôm qua"]
)
def test_a_plain_answer_is_no_report(said: str) -> None:
    assert not holds_report(said, MEMBER)
