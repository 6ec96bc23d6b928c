"""One thing is missing before a line can be saved: one number instead of two, the day, or what the work was."""

from __future__ import annotations

import re
from dataclasses import replace

from handlers.chat.checkin import recording
from handlers.chat.checkin.doubts.wording import without_guess
from handlers.chat.checkin.draft import Draft, from_json, from_report
from handlers.chat.checkin.numbers import described, full_label
from handlers.dialogue import END, STAY, Dialogue, Step, begin
from handlers.reading import context
from handlers.turn import Thinking, Turn
from handlers.understanding import Correction, Doubt, DoubtReason, Report, as_count, find_day, is_done, is_skip, read
from locales import _

_SPAN = re.compile(r"(\d+)\s*[-–—~]\s*(\d+)")


def ask_number(turn: Turn) -> Thinking[None]:
    """ "vneid 10-15 người": one number is asked for, the others of the line wait with it."""
    text = turn.incoming.text
    spans = _SPAN.findall(text)
    facts = yield from context(turn)
    report = read(_SPAN.sub(r"\1", text), facts) if len(spans) == 1 else None
    found = report.values if isinstance(report, Report) else {}
    codes = [code for code, number in found.items() if str(number) == spans[0][0]]
    if isinstance(report, Report) and len(codes) == 1:
        yield from begin(turn, NUMBER, {**from_report(turn, report).to_json(), "code": codes[0]})
    else:
        turn.say(without_guess(DoubtReason.RANGE))


def ask_day(turn: Turn, draft: Draft) -> Thinking[None]:
    """A date that does not exist, or could be two."""
    yield from begin(turn, DAY, draft.to_json())


def ask_past_day(turn: Turn, draft: Draft) -> Thinking[None]:
    """A date that lies ahead."""
    yield from begin(turn, DAY, {**draft.to_json(), "ahead": True})


def ask_what(turn: Turn, draft: Draft) -> Thinking[None]:
    """ "khác 2": what was it?"""
    yield from begin(turn, WHAT, draft.to_json())


def _asks_number(turn: Turn) -> Thinking[None]:
    label = full_label(turn, turn.draft["code"])
    turn.say(_("{label}: please choose one number, how many was it?", label=label))
    return
    yield


def _hears_number(turn: Turn, text: str) -> Thinking[str | None]:
    number = as_count(text)
    if number is None:
        return None
    draft = from_json(turn.draft).with_number(turn.draft["code"], number)
    turn.close()
    yield from _save(turn, draft)
    return STAY


def _asks_day(turn: Turn) -> Thinking[None]:
    numbers = described(turn, turn.draft["values"])
    if turn.draft.get("ahead"):
        turn.say(
            _(
                "That day is still to come, so I have not written this down: {items}. On which day was it done? "
                "Type for example: hôm nay, hôm qua",
                items=numbers,
            )
        )
    else:
        turn.say(_("On which day was this: {items}? Type for example: hôm nay, hôm qua, thứ Hai", items=numbers))
    return
    yield


def _hears_day(turn: Turn, text: str) -> Thinking[str | None]:
    found = find_day(text, turn.sent_on)
    if found is None or (yield from _tells_more(turn, text)):
        return None
    if found.day is None or found.doubt in (DoubtReason.FUTURE, DoubtReason.FUTURE_DATE) or found.day > turn.sent_on:
        turn.say(_("That day is still to come. On which day was it done? Type for example: hôm qua, thứ Hai"))
        return STAY
    draft = replace(from_json(turn.draft), day=found.day)
    turn.close()
    yield from _save(turn, draft)
    return STAY


def _tells_more(turn: Turn, text: str) -> Thinking[bool]:
    """ "sáng nay vneid 2 chiều nay vneid 3": numbers of its own, which the day alone would swallow."""
    return isinstance(read(text, (yield from context(turn))), Report | Correction | Doubt)


def _asks_what(turn: Turn) -> Thinking[None]:
    turn.say(_("What kind of work was it? A few words are enough."))
    return
    yield


def _hears_what(turn: Turn, text: str) -> Thinking[str | None]:
    if is_skip(text) or is_done(text):
        turn.say(_("All right, I have written nothing down. When there is work to report, type it like: vneid 3 dvc 2"))
        return END
    draft = from_json(turn.draft)
    turn.close()
    yield from _save(turn, replace(draft, note=text, raw=f"{draft.raw}\n{text}"))
    return STAY


def _save(turn: Turn, draft: Draft) -> Thinking[None]:
    if draft.values:
        yield from recording.record(turn, draft)
    else:
        turn.say(_("All right, I have written nothing down. When there is work to report, type it like: vneid 3 dvc 2"))


NUMBER = Dialogue("checkin_number", (Step("number", _asks_number, _hears_number, (END,)),))
DAY = Dialogue("checkin_day", (Step("day", _asks_day, _hears_day, (END,)),))
WHAT = Dialogue("checkin_what", (Step("what", _asks_what, _hears_what, (END,)),))
