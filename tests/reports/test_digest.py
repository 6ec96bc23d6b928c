from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings

from handlers.reports.digest import ADMIN_LIMIT, LEAD_LIMIT, admin_digest, lead_digest
from handlers.reports.facts import AdminFacts, Cause, Health, LeadFacts, MissingVillage, Quota
from locales import _
from storage.tally import Tally
from tests.reports.weeks import (
    ENDLESS,
    ENDLESS_LABELS,
    LABELS,
    MANY,
    QUIET,
    TU_LE,
    any_week,
    commune,
    crowded,
    endless,
    english,
    readings,
    vietnamese,
)

LEAD = LeadFacts(
    name="Vi Thị Hà",
    tally=TU_LE,
    labels=LABELS,
    missing=(MissingVillage("Thôn 3"), MissingVillage("Bản Lềnh", 3, Cause.NOBODY_JOINED)),
    silent_members=("Lò Văn Páo", "Sùng A Páo"),
    silent_count=5,
    open_requests=2,
)
SITE = replace(
    TU_LE,
    name="Văn Chấn",
    kind="site",
    expected=199,
    reported=150,
    units=tuple(commune(number) for number in range(24)),
)


def test_a_lead_reads_numbers_who_is_waited_for_and_what_is_asked() -> None:
    assert vietnamese(lead_digest(LEAD)).split("\n") == [
        "Chị Hà ơi, Tú Lệ tuần 47: 7/9 thôn có tin, 14 lần báo.",
        "Buổi tuyên truyền 3 (tuần trước 2); Lượt người được hướng dẫn 86 (66); Cài, kích hoạt VNeID 15 (3).",
        "Chờ tin: Thôn 3 (tuần đầu), Bản Lềnh (3 tuần, chưa ai tham gia). Muốn xem đủ, chị gõ: chưa làm",
        "Tổ viên chưa báo lần nào trong tuần: 5 (Lò Văn Páo, Sùng A Páo …).",
        "2 câu hỏi chờ trả lời. Để trả lời, chị gõ: yêu cầu",
    ]


def test_an_english_lead_reads_the_same() -> None:
    said = english(lead_digest(LEAD))
    assert said.startswith("Dear Hà, Tú Lệ in week 47: news from 7/9 villages")
    assert "Bản Lềnh (3 weeks, nobody has joined yet)" in said


def test_a_lead_with_nothing_open_reads_only_the_week() -> None:
    done = replace(TU_LE, reported=9, silent=0, missing=())
    said = vietnamese(lead_digest(LeadFacts("Vi Thị Hà", done, LABELS))).split("\n")
    assert said[-1] == "Thôn nào cũng có tin rồi ạ."
    assert len(said) == 3


def test_a_lead_hears_the_count_where_no_names_are_given() -> None:
    said = vietnamese(lead_digest(replace(LEAD, silent_members=())))
    assert "Tổ viên chưa báo lần nào trong tuần: 5." in said


def test_every_silent_member_is_named_when_all_are_known() -> None:
    assert "tuần: 2 (Lò Văn Páo, Sùng A Páo)." in vietnamese(lead_digest(replace(LEAD, silent_count=2)))


def test_a_digest_before_the_week_is_over_says_so() -> None:
    assert "(tạm tính)" in vietnamese(lead_digest(replace(LEAD, provisional=True)))
    assert "tạm tính" in vietnamese(admin_digest(AdminFacts(SITE, LABELS, provisional=True)))


def test_causes_are_told_in_words() -> None:
    missing = tuple(MissingVillage(f"Thôn {cause}", 2, cause) for cause in Cause)
    said = vietnamese(lead_digest(replace(LEAD, missing=missing)))
    assert "(2 tuần, đang nghỉ)" in said
    assert "(2 tuần, mất sóng)" in said
    assert "Thôn unknown (2 tuần)" in said


def test_an_admin_reads_all_communes_then_health() -> None:
    quota = Quota("Tú Lệ 1", 2700, 3000)
    facts = AdminFacts(SITE, LABELS, Health(1057, 3, 1, 5, (_("no signal"),)), ("Nậm Búng", "Gia Hội"), 4, (quota,))
    said = vietnamese(admin_digest(facts)).split("\n")
    assert said[0] == "VĂN CHẤN – TUẦN 47 (16–22/11)"
    assert said[1] == "150/199 thôn có tin, 14 lần báo. 3 xã chưa có tin nào."
    assert said[3:27] == [f"Thượng Bằng La {n} {n % 10}/9, 14 lần" for n in range(24)]
    assert said[27:] == [
        "Tin nhắn: đã gửi 1.057, đang chờ 3, hỏng 1. Không tới được 5 người.",
        "mất sóng",
        "Chưa gắn nhóm: Nậm Búng, Gia Hội. Vào nhóm gọi em rồi gõ: nhóm",
        "4 câu hỏi chờ trả lời. Để trả lời, chị gõ: yêu cầu",
        "“Tú Lệ 1”: 2.700/3.000 tin tháng này.",
    ]


def test_clubs_and_teams_are_not_listed_among_the_communes() -> None:
    site = replace(SITE, units=(commune(1), replace(TU_LE, kind="club", name="Phụ nữ số")))
    assert "Phụ nữ số" not in vietnamese(admin_digest(AdminFacts(site, LABELS)))


def test_all_24_communes_fit_even_on_the_worst_day() -> None:
    names = tuple(f"Thị trấn Nông trường Trần Phú {number}" for number in range(24))
    site = crowded(kind="site", units=tuple(crowded(name=name) for name in names))
    quotas = tuple(Quota(name, 99_999, 99_999) for name in names)
    facts = AdminFacts(site, LABELS, Health(10**9, 10**9, 10**9, 10**9), names, 10**6, quotas)
    said = readings(admin_digest(facts))
    assert all(len(words) < ADMIN_LIMIT for words in said)
    assert all(words.count("23/60") == 25 for words in said)


def test_a_province_of_a_hundred_communes_still_fits() -> None:
    site = replace(SITE, units=tuple(crowded(name=f"Nông trường Trần Phú {number}") for number in range(100)))
    said = vietnamese(admin_digest(AdminFacts(site, LABELS)))
    assert len(said) < ADMIN_LIMIT
    assert "nơi nữa" in said


def test_the_worst_monday_still_fits_one_message() -> None:
    missing = (MissingVillage(ENDLESS, MANY, Cause.NOBODY_JOINED),) * 60
    lead = LeadFacts(ENDLESS, endless("town"), ENDLESS_LABELS, missing, (ENDLESS,) * 60, MANY, MANY, provisional=True)
    assert all(len(said) < LEAD_LIMIT for said in readings(lead_digest(lead)))
    site, health = endless("site", *[endless("town")] * 60), Health(MANY, MANY, MANY, MANY, (ENDLESS,) * 9)
    quotas = (Quota(ENDLESS, MANY, MANY),) * 20
    admin = AdminFacts(site, ENDLESS_LABELS, health, (ENDLESS,) * 60, MANY, quotas, provisional=True)
    assert all(len(said) < ADMIN_LIMIT for said in readings(admin_digest(admin)))


@settings(max_examples=30, deadline=None, derandomize=True)
@given(any_week)
def test_a_lead_never_gets_more_than_one_message(week: Tally) -> None:
    missing = tuple(MissingVillage(name, 12, Cause.NOBODY_JOINED) for name in week.missing)
    facts = LeadFacts("Hà " * 60, week, LABELS, missing, week.missing, 99_999, 99_999, provisional=True)
    assert all(len(said) < LEAD_LIMIT for said in readings(lead_digest(facts)))


def test_an_empty_week_is_told_without_numbers() -> None:
    said = vietnamese(lead_digest(LeadFacts("Vi Thị Hà", QUIET, LABELS)))
    assert said == "Chị Hà ơi, Tú Lệ tuần 47: 0/9 thôn có tin, 0 lần báo."
