"""Somebody we do not know: greeted without looking like a scam, and led from the code to consent."""

from __future__ import annotations

from handlers.chat.smalltalk import Courtesy, courtesy
from handlers.chat.welcome.codes import code_in, live, seat
from handlers.chat.welcome.steps import FRESH, WELCOME
from handlers.dialogue import Dialogue, answered, ask_again, begin
from handlers.messages import Kind
from handlers.reading import context
from handlers.turn import Thinking, Turn, ask
from handlers.understanding import Command, CommandName, LessonWanted, Meaning, Report, as_code, is_escape, read
from locales import Text, _
from storage import privacy
from storage.moves import IsMove

_LESSONS = (CommandName.TUTORIAL, CommandName.NEXT)
_WHO = ("confirm", "which", "number")
"""Steps at which somebody has said who they are, and it has to be made sure."""
_OPEN_TO_ALL = "tutorials"
"""The conversation that strangers may have too."""


def received(turn: Turn) -> Thinking[None]:
    """Handle any private message of somebody who is not enrolled."""
    if turn.incoming.kind not in (Kind.TEXT, Kind.BUTTON):
        yield from _once_more(turn)
        return
    text = turn.incoming.text
    dialogue = _dialogue(turn) if _is_fresh(turn) else None
    step = dialogue.step(turn.standing.step or "") if dialogue else None
    is_other = as_code(text) is not None or text.lstrip().startswith("/")
    if dialogue and step and step.takes_anything and not is_other and (yield from answered(turn, dialogue, text)):
        return
    facts = yield from context(turn)
    escape = is_escape(text)
    meaning = escape or read(text, facts)
    code = code_in(text, meaning)
    if code is not None:
        yield from _with_code(turn, code)
    elif escape is not None:
        yield from _command(turn, escape)
    elif dialogue is None or not (yield from answered(turn, dialogue, text)):
        yield from _otherwise(turn, meaning)


def _is_fresh(turn: Turn) -> bool:
    asked = turn.standing.asked_at
    return asked is not None and turn.now - asked <= FRESH


def _with_code(turn: Turn, code: str) -> Thinking[None]:
    invite = yield from live(turn, code)
    if invite is not None:
        yield from seat(turn, invite)
        if (yield from ask(IsMove(invite.id))):
            yield from begin(turn, WELCOME, {"code": code, "moving": True}, at="name")
        else:
            yield from begin(turn, WELCOME, {"code": code}, at="consent")
    elif turn.standing.dialogue != WELCOME.name:
        turn.go(WELCOME.name, "code", {})


def _otherwise(turn: Turn, meaning: Meaning) -> Thinking[None]:
    if isinstance(meaning, Command) and meaning.name is not CommandName.START:
        yield from _command(turn, meaning)
    elif courtesy(turn.incoming.text) is Courtesy.WHO:
        yield from _who(turn)
    elif isinstance(meaning, LessonWanted):
        yield from _lesson(turn, meaning)
    else:
        yield from _once_more(turn, wishes=isinstance(meaning, Report))


def _who(turn: Turn) -> Thinking[None]:
    """ "ai đấy", "lừa đảo à": we say who we are, and how to make sure of it without us."""
    if turn.standing.dialogue != WELCOME.name:
        turn.go(WELCOME.name, "code", {})
    turn.say(
        _(
            "I am the automatic helper of the communes' People's Committees of {site}, and write down the work of the "
            "{team}. I never ask for OTP codes, ID pictures or money. If you are unsure, call an officer of your "
            "commune and ask first.",
            team=turn.around.team_name,
            site=turn.around.site_name,
        )
    )
    yield from ask_again(turn, WELCOME)


def _once_more(turn: Turn, *, wishes: bool = False) -> Thinking[None]:
    """What is open is asked again; nothing open: a greeting, and the code is asked for. `wishes`: they said what they
    want to do, which members may."""
    if turn.standing.dialogue == WELCOME.name and WELCOME.step(turn.standing.step or "") is not None:
        if wishes and turn.standing.step in _WHO:
            turn.say(_("That can be done as soon as I know for sure who you are."))
        yield from ask_again(turn, WELCOME)
        return
    turn.say(
        _(
            "Hello, I am the automatic helper of the communes' People's Committees, for the {team} of {site}. I never "
            "ask for OTP codes, passwords, ID pictures or money. If you have the six-digit invite code of your "
            "commune's officer, please type it here; without one, ask the officer.",
            team=turn.around.team_name,
            site=turn.around.site_name,
        )
    )
    turn.go(WELCOME.name, "code", {})


def _command(turn: Turn, command: Command) -> Thinking[None]:
    match command.name:
        case CommandName.HELP | CommandName.MENU:
            turn.say(_help(turn))
            if turn.standing.dialogue == WELCOME.name and turn.standing.step in _WHO:
                yield from ask_again(turn, WELCOME)
        case CommandName.CANCEL:
            turn.close()
            turn.say(_("All right, we stop here. Whenever you want to join, type the code again."))
        case CommandName.STOP:
            turn.close()
            turn.say(_("I only answer here and never write first to somebody who has not joined."))
        case CommandName.FORGET_ME:
            turn.close()
            turn.write(*privacy.chat_forgotten(turn.door.id, turn.journal_id, turn.now))
            turn.say(_("Done: what you wrote here is erased. You had not joined, so I hold nothing else about you."))
        case CommandName.MY_DATA:
            turn.say(_("You have not joined, so I hold nothing about you but this chat. To erase it: xóa dữ liệu"))
        case name if name in _LESSONS:
            yield from _lesson(turn, command)
        case _other:
            yield from _once_more(turn, wishes=True)


def _help(turn: Turn) -> Text:
    return _(
        "I help the {team} write down its work, and give short lessons for phones. To join, type the six-digit invite "
        "code of your commune's officer. I never ask for OTP codes or ID pictures.",
        team=turn.around.team_name,
    )


def _lesson(turn: Turn, meaning: Meaning) -> Thinking[None]:
    """Lessons are for everybody; the catalogue knows who gives them."""
    if not (yield from turn.desk.hand_over(turn, meaning, only=_OPEN_TO_ALL)):
        yield from _once_more(turn)


def _dialogue(turn: Turn) -> Dialogue | None:
    """What may be open with a stranger: the enrolment, or lessons."""
    known = {one.name: one for one in (WELCOME, *turn.desk.of(_OPEN_TO_ALL))}
    dialogue = known.get(turn.standing.dialogue or "")
    return dialogue if dialogue is not None and dialogue.step(turn.standing.step or "") is not None else None
