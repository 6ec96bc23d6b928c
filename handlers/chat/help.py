"""Help: what one can do here, by role, in one short message."""

from __future__ import annotations

from handlers.conversation import Conversation
from handlers.turn import Thinking, Turn
from handlers.understanding import Command, CommandName, Meaning
from locales import Text, _, lines


def _takes(_turn: Turn, meaning: Meaning) -> bool:
    return isinstance(meaning, Command) and meaning.name in (CommandName.HELP, CommandName.MENU)


def _begin(turn: Turn, _meaning: Meaning) -> Thinking[None]:
    turn.say(lines(_member(), _lead(turn), _last()))
    return
    yield


def _member() -> Text:
    return _(
        "Here is what I can do for you:\n• Record work: type it in one line, like: vneid 3 dvc 2\n"
        "• Step by step: ghi việc\n• Lessons: hướng dẫn\n• This week's numbers: báo cáo\n"
        "• Mend the last entry: sửa, bỏ"
    )


def _lead(turn: Turn) -> Text | None:
    person = turn.person
    if person is None or not person.serves_as("commune_lead", "admin", "leader"):
        return None
    if person.serves_as("commune_lead", "admin"):
        return _("For officers: chưa làm (villages still silent), yêu cầu (open questions), thông báo (write to many).")
    return _("For team leaders: chưa làm (who is still silent), yêu cầu (questions of your village).")


def _last() -> Text:
    return _("Nobody wants reminders for ever: dừng nhắn tin. Your data: dữ liệu của tôi.")


CONVERSATION = Conversation("help", _takes, _begin)
