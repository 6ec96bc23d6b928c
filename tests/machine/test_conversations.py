"""People who talk with us in any order, through two messengers: what is counted is what they plainly said."""

from __future__ import annotations

import asyncio
import logging
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.channels.fitting import fit, units
from handlers.receiving import DESK
from storage.checkins import replacements
from storage.conversations import conversations
from storage.outbox import Lane, owed
from storage.waiting import Due
from tests.checkin.script import counted
from tests.house.test_catalogues import NEVER_SAID
from tests.machine.effort import effort
from tests.machine.lines import LINES
from tests.machine.village import Village, make_village, troubles
from tests.town import Speaker, Town
from tests.welcome.invites import invited

T = TypeVar("T")
WHO = st.sampled_from(["An", "Hoa", "Hà", "Minh", "Páo"])
CODES = st.sampled_from(["vneid", "dvc", "cks"])
FEW = st.integers(1, 3)
ANSWERS = st.sampled_from([
    "1", "2", "3", "4", "1 6", "1,4", "tất cả", "có", "không", "đúng", "xong", "bỏ qua", "không có ai",
    "3 người", "hai",
    "5", "12", "0", "120", "600", "1,5", "2-3", "khoảng 4", "mời họp 19h30 thứ Năm", "hôm qua", "20/11", "đồng ý",
    "Lò Văn Páo", "678", "Tú Lệ", "chưa", "gửi", "sửa lời", "thôi", "?", "🙏", "tiếp", "menu", "Bản Lềnh", "0912345678",
])  # fmt: skip
COMMANDS = st.sampled_from([
    "ghi việc", "báo cáo", "báo cáo tháng 11", "chưa làm", "yêu cầu", "thông báo",
    "thông báo mời họp chiều nay", "nhóm",
    "hướng dẫn", "hướng dẫn vneid", "hỏi làm sao lấy lại mật khẩu", "tiếp", "sửa", "sửa dvc 4", "sửa vneid 2", "bỏ",
    "lấy lại", "chung", "không phát sinh", "nghỉ 3 ngày", "nghỉ đến 30/11", "xin nghỉ hẳn",
    "tạm dừng nhắc đến thứ Hai", "tiếng anh", "english", "tiếng việt", "tôi là ai", "dữ liệu của tôi",
    "trợ giúp", "menu",
    "dừng nhắn tin", "nhắn lại", "đổi người", "kiến nghị: mạng yếu", "khó khăn: mất điện", "vneid 50", "vneid 600",
    "mai vneid 3", "vneid 2-3", "chưa cài vneid 3", "hôm qua dvc 2", "tt 3", "thêm 2 vneid", "nhầm, vneid 2",
    "vneid 3; bà con vui", "/start", "/huy", "/dung",
    "thêm Lò Văn Páo 0912345699 Bản Lềnh tổ viên",
    "ghi hộ", "bắt đầu", "rút đồng ý", "xóa dữ liệu", "khác 2", "gọi tôi là chị", "cảm ơn em",
])  # fmt: skip
ESCAPES = st.sampled_from(["hủy", "thoát", "huỷ", "Hủy ạ", "huy"])
PLACEHOLDER = re.compile(r"\{\w*\}")
RECEIPT = "Đã ghi cho"


class Complaints(logging.Handler):
    """What the turns warn of: a batch that could not be kept at once is lived again, and nobody would notice."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


class Conversations(RuleBasedStateMachine):
    """Two of a village, their lead, an admin, and somebody who has yet to join."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp(prefix="tocds-machine-"))
        self.people: dict[str, Speaker] = {}
        self.looked_at: set[int] = set()
        self.complaints = Complaints()
        logging.getLogger("bot.inbound").addHandler(self.complaints)

    def live(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    @initialize()
    def begins(self) -> None:
        self.village: Village = self.live(make_village(self.folder))
        self.live(self._settles())

    async def _settles(self) -> None:
        here = self.village
        self.people = {
            "An": await here.on(here.telegram, "Lò Văn An", "Tú Lệ/Bản Lềnh"),
            "Hoa": await here.on(here.zalo, "Hà Thị Hoa", "Tú Lệ/Bản Lềnh"),
            "Hà": await here.on(here.zalo, "Lê Thu Hà", "Tú Lệ", "commune_lead"),
            "Minh": await here.on(here.telegram, "Trần Minh", "", "admin"),
            "Páo": here.newcomer(here.telegram, "Sùng A Páo"),
        }
        self.code = await invited(here, "Tú Lệ/Bản Lềnh")

    def teardown(self) -> None:
        if self.people:
            self.live(self.village.database.close())
        self.runner.close()
        shutil.rmtree(self.folder)
        logging.getLogger("bot.inbound").removeHandler(self.complaints)

    # What people do

    def says(self, who: str, text: str) -> str:
        """Say something. It is answered."""
        heard = self.live(self.people[who].says(text))
        assert self.people[who].last, f"{who} said {text!r} and heard nothing"
        assert all(one.text.strip() for one in self.people[who].last), "an empty message"
        return heard

    def _is_fit(self, text: str, choices: tuple[tuple[str, str], ...]) -> None:
        said = "\n".join((text, *(label for _key, label in choices)))
        assert not NEVER_SAID.search(said), said
        assert not PLACEHOLDER.search(said), said
        for channel in (self.village.telegram, self.village.zalo):
            due = Due(1, 1, "x", False, "open", Lane.REPLY, "answer", text, choices, "1f", None, None, self.village.now)
            assert all(units(piece.words) <= channel.limits.text for piece in fit([due], channel.limits))

    @rule(who=WHO, text=ANSWERS)
    def answers(self, who: str, text: str) -> None:
        self.says(who, text)

    @rule(who=WHO, text=COMMANDS)
    def asks(self, who: str, text: str) -> None:
        self.says(who, text)

    @rule(who=WHO, text=LINES.filter(lambda line: line.strip() and "{" not in line and not NEVER_SAID.search(line)))
    def says_anything(self, who: str, text: str) -> None:
        self.says(who, text)

    @rule(who=WHO)
    def taps(self, who: str) -> None:
        """Taps what was offered last, however old it is by now."""
        last = self.people[who].last
        if last and last[-1].choices and self.people[who].vendor_id.isdecimal():
            self.live(self.people[who].taps(last[-1].choices[0][0]))

    @rule()
    def joins(self) -> None:
        for text in (self.code, "đồng ý", "Sùng A Páo"):
            self.says("Páo", text)

    @rule(who=WHO, hours=st.sampled_from([0.2, 1, 13]))
    def waits(self, who: str, hours: float) -> None:
        self.village.later(hours=hours)

    @rule(who=WHO, text=ESCAPES)
    def escapes(self, who: str, text: str) -> None:
        """Whatever is open, it ends: except where a name is asked, which may be anything."""
        dialogue, step = self._stands(who)
        self.says(who, text)
        if "name" not in (step or ""):
            assert self._stands(who) == (None, None), (dialogue, step, text)

    @rule(who=st.sampled_from(["An", "Hoa"]), code=CODES, number=FEW)
    def reports(self, who: str, code: str, number: int) -> None:
        """A plain line, with nothing open: what the receipt says is counted, and nothing else changes."""
        self.says(who, "hủy")
        before = self._counted()
        heard = self.says(who, f"{code} {number}")
        after = self._counted()
        if heard.startswith(RECEIPT):
            assert after - before == Counter({code: number}), heard
            assert not before - after, heard
        else:
            assert after == before, heard

    @rule(who=st.sampled_from(["An", "Hoa"]), code=CODES, number=FEW, other=FEW)
    def reports_corrects_takes_back(self, who: str, code: str, number: int, other: int) -> None:
        """The whole life of an entry leaves the tally as it was."""
        self.says(who, "hủy")
        before = self._counted()
        if not self.says(who, f"{code} {number}").startswith(RECEIPT):
            return
        self.says(who, f"sửa {code} {other}")
        assert self._counted() - before == Counter({code: other})
        self.says(who, "bỏ")
        assert self._counted() == before
        self.says(who, "lấy lại")
        assert self._counted() - before == Counter({code: other})
        self.says(who, "bỏ")
        assert self._counted() == before

    @rule(who=st.sampled_from(["An", "Hoa"]), number=FEW, others=st.lists(ANSWERS, max_size=3))
    def reports_step_by_step(self, who: str, number: int, others: list[str]) -> None:
        """Odd answers on the way change nothing before the last one, and an escape saves nothing."""
        self.says(who, "hủy")
        before = self._counted()
        heard = self.says(who, "ghi việc")
        if "Bác ghi việc gì ạ" not in heard:
            return
        heard = self.says(who, "4")
        if "bao nhiêu" in heard and not others:
            heard = self.says(who, str(number))
            assert self._counted() - before == (Counter({"vneid": number}) if heard.startswith(RECEIPT) else Counter())
        before = self._counted()
        for other in others:
            if not self.says(who, other).startswith(RECEIPT) and self._stands(who)[0] is not None:
                assert self._counted() == before, other
            before = self._counted()
        self.says(who, "hủy")
        assert self._counted() == before

    @rule(codes=st.lists(CODES, min_size=1, max_size=2, unique=True), number=st.integers(1, 40))
    def counts_a_session_of_two_once(self, codes: list[str], number: int) -> None:
        """ "chung" takes the second of two equal reports out of the sum, and "bỏ" brings back what was before."""
        self.says("Hoa", "hủy")
        self.says("An", "hủy")
        line = " ".join(f"{code} {number}" for code in codes)
        if not self.says("Hoa", line).startswith(RECEIPT):
            return
        before = self._counted()
        heard = self.says("An", line)
        if not heard.startswith(RECEIPT) or "chung" not in heard:
            return
        assert self._counted() - before == Counter(dict.fromkeys(codes, number))
        self.says("An", "chung")
        assert self._counted() == before

    @rule(words=st.sampled_from(["Mời họp 19h30 thứ Năm.", "Gửi các tổ trưởng: nộp sổ", "1"]))
    def writes_to_everybody(self, words: str) -> None:
        """The lead, as far as the conversation goes; nothing of it is counted as work."""
        self.says("Hà", "hủy")
        before = self._counted()
        for text in ("thông báo", words, "1", "1", "hủy"):
            self.says("Hà", text)
        assert self._counted() == before

    @rule(who=st.sampled_from(["An", "Páo"]))
    def goes_and_comes_back(self, who: str) -> None:
        """Forgotten, whatever was counted stays; by a code they are back."""
        before = self._counted()
        for text in ("hủy", "xóa dữ liệu", "1"):
            self.says(who, text)
        assert self._counted() == before
        for text in (self.code, "đồng ý", self.people[who].name, "1"):
            self.says(who, text)

    def _counted(self) -> Counter[str]:
        return self.live(counted(self.village))

    def _stands(self, who: str) -> tuple[str | None, str | None]:
        rows = self.live(self.village.rows(conversations))
        found = [row for row in rows if row.speaker == self.people[who].vendor_id]
        return (found[0].dialogue, found[0].step) if found else (None, None)

    # What always holds

    @invariant()
    def all_is_well(self) -> None:
        if self.people:
            self.live(self._all_is_well())

    async def _all_is_well(self) -> None:
        assert await troubles(self.village) == []
        assert self.complaints.said == []
        for row in await self.village.rows(conversations):
            if row.dialogue is not None:
                dialogue = DESK.dialogue(row.dialogue)
                assert dialogue is not None
                assert dialogue.step(row.step or "") is not None, (row.dialogue, row.step)
        gone = [row.replaced_id for row in await self.village.rows(replacements)]
        assert len(gone) == len(set(gone)), "an entry has two successors"
        for row in await self.village.rows(owed):
            if row.id not in self.looked_at:
                self._is_fit(row.words, tuple((key, label) for key, label in row.choices))
                self.looked_at.add(row.id)


Conversations.TestCase.settings = effort(6, stateful_step_count=12)
TestConversations = Conversations.TestCase


# Found by the talks above


async def test_whoever_asks_to_be_forgotten_is_so_at_the_first_try(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await an.says("xóa dữ liệu")
    assert "em đã xóa hết" in await an.says("1")
    assert caplog.messages == []
