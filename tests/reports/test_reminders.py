from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings

from handlers.reports.facts import Contact
from handlers.reports.reminders import GROUP_LIMIT, group_reminder, member_reminder
from storage.tally import Tally
from tests.reports.weeks import QUIET, TU_LE, any_week, english, readings, vietnamese

HA = Contact("Vi Thị Hà", "chị", "0912345678")


def test_a_group_is_thanked_before_it_is_asked() -> None:
    assert vietnamese(group_reminder(TU_LE, HA)) == (
        "Cảm ơn 7/9 thôn đã có tin tuần này. Em còn chờ tin: Thôn 3, Bản Lềnh. Nơi nào mất sóng hay đang vào vụ, "
        "gọi chị Hà ở xã ghi giúp cũng được; không có việc thì nhắn riêng cho em: không phát sinh."
    )


def test_nobody_is_thanked_for_nothing_and_nobody_unknown_is_called() -> None:
    said = vietnamese(group_reminder(QUIET))
    assert said.startswith("Em còn chờ tin của 9 thôn. ")
    assert "gọi" not in said
    assert "0/9" not in said


def test_a_group_where_everybody_reported_is_only_thanked() -> None:
    done = replace(TU_LE, reported=9, silent=0, missing=())
    assert vietnamese(group_reminder(done, HA)) == "Tuần này cả 9/9 thôn đã có tin. Cảm ơn các tổ!"


def test_where_names_are_off_only_the_number_is_told() -> None:
    said = vietnamese(group_reminder(replace(TU_LE, missing=()), HA))
    assert "Em còn chờ tin của 2 thôn." in said


def test_a_town_calls_its_own_office() -> None:
    assert "gọi chị Hà ở thị trấn ghi giúp" in vietnamese(group_reminder(replace(TU_LE, kind="town"), HA))
    assert "call chị Hà at the town" in english(group_reminder(replace(TU_LE, kind="town"), HA))


@settings(max_examples=30, deadline=None, derandomize=True)
@given(any_week)
def test_a_group_reminder_stays_a_glance_long(week: Tally) -> None:
    contact = Contact("Hà" * 90, "chị")
    assert all(len(said) < GROUP_LIMIT for said in readings(group_reminder(week, contact)))


def test_a_member_is_asked_once_kindly_with_every_way_out() -> None:
    assert vietnamese(member_reminder("Hoàng Văn An", "Bản Lềnh"), "bác") == (
        "Chào bác An, tuần này em chưa có tin của Bản Lềnh. Tổ mình làm được gì, bác nhắn một dòng, "
        "như: vneid 3 dvc 2. Không có việc thì gõ: không phát sinh. Đang bận thì gõ: nghỉ 3 ngày. "
        "Không muốn em nhắc: dừng nhắn tin"
    )


def test_a_reminder_is_under_300_characters_even_with_long_names() -> None:
    text = member_reminder("Nguyễn " + "Hoàng" * 20, "Nông trường Trần Phú " * 9)
    assert all(len(said) <= 300 for said in readings(text)[:2])
