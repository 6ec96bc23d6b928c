"""Help: what one can do here, by role, in one short message."""

from __future__ import annotations

from handlers.conversation import Conversation
from handlers.turn import Thinking, Turn
from handlers.understanding import Command, CommandName, Meaning
from locales import Text, _


def _takes(_turn: Turn, meaning: Meaning) -> bool:
    """ "bắt đầu" from somebody who is enrolled is the menu, too; with a code it is not ours."""
    match meaning:
        case Command(CommandName.HELP | CommandName.MENU):
            return True
        case Command(CommandName.START, argument):
            return not argument.strip()
    return False


def _begin(turn: Turn, _meaning: Meaning) -> Thinking[None]:
    turn.say(_by_role(turn))
    return
    yield


def _by_role(turn: Turn) -> Text:
    person = turn.person
    if person is not None and person.serves_as("admin"):
        return _for_admin()
    if person is not None and person.serves_as("commune_lead"):
        return _for_lead()
    if person is not None and person.serves_as("leader"):
        return _for_leader()
    return _for_member()


def _for_member() -> Text:
    return _(
        "Work that was done: type it in one line, like: vneid 3 dvc 2\n"
        "• Step by step: ghi việc\n• Mend it: sửa, bỏ\n• No work: không phát sinh\n• Lessons: hướng dẫn\n"
        "• Ask the commune: hỏi …\n• This week's numbers: báo cáo\n• Your data: dữ liệu của tôi\n"
        "• No more reminders: dừng nhắn tin"
    )


def _for_leader() -> Text:
    return _(
        "Work that was done: type it in one line, like: vneid 3 dvc 2\n"
        "• Step by step: ghi việc\n• Mend it: sửa, bỏ\n• No work: không phát sinh\n• Lessons: hướng dẫn\n"
        "• Our village: báo cáo, chưa làm, yêu cầu\n• Ask the commune: hỏi …\n• Your data: dữ liệu của tôi\n"
        "• No more reminders: dừng nhắn tin"
    )


def _for_lead() -> Text:
    return _(
        "For the commune:\n• This week's numbers: báo cáo\n• Villages still silent: chưa làm, nhắc\n"
        "• Questions that wait: yêu cầu\n• Write to many: thông báo\n• Add people: mã mời\n• Bind a group: nhóm\n"
        "• Pause reminders: tạm dừng nhắc\n"
        "Your own work: vneid 3 dvc 2 (mend it: sửa, bỏ). Lessons: hướng dẫn. Your data: dữ liệu của tôi"
    )


def _for_admin() -> Text:
    return _(
        "For all communes:\n• This week's numbers: báo cáo\n• Villages still silent: chưa làm\n"
        "• Questions that wait: yêu cầu\n• Write to many: thông báo\n• Bind a group: type nhóm and the commune in it\n"
        "• Pause reminders: tạm dừng nhắc\n"
        "Lessons: hướng dẫn. Your data: dữ liệu của tôi"
    )


CONVERSATION = Conversation("help", _takes, _begin)
