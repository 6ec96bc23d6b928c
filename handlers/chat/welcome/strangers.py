"""Somebody we do not know: greeted without looking like a scam, and led from the code to consent."""

from __future__ import annotations

from datetime import timedelta

from handlers.chat.welcome.codes import code_in, live
from handlers.chat.welcome.steps import WELCOME
from handlers.dialogue import Step, answered, ask_again, begin
from handlers.messages import Kind
from handlers.reading import context
from handlers.turn import Thinking, Turn
from handlers.understanding import Command, CommandName, LessonWanted, Meaning, as_code, is_escape, read
from locales import Text, _
from storage import privacy

FRESH = timedelta(hours=12)
_LESSONS = (CommandName.TUTORIAL, CommandName.NEXT)


def received(turn: Turn) -> Thinking[None]:
    """Handle any private message of somebody who is not enrolled."""
    if turn.incoming.kind not in (Kind.TEXT, Kind.BUTTON):
        yield from _once_more(turn)
        return
    text = turn.incoming.text
    step = _open_step(turn)
    if step is not None and step.takes_anything and as_code(text) is None and not text.lstrip().startswith("/"):
        yield from answered(turn, WELCOME, text)
        return
    facts = yield from context(turn)
    meaning = is_escape(text) or read(text, facts)
    code = code_in(text, meaning)
    if code is not None:
        yield from _with_code(turn, code)
    elif isinstance(meaning, Command) and is_escape(text):
        yield from _command(turn, meaning)
    elif step is None or not (yield from answered(turn, WELCOME, text)):
        yield from _otherwise(turn, meaning)


def _open_step(turn: Turn) -> Step | None:
    """The step that is open and fresh."""
    asked = turn.standing.asked_at
    if turn.standing.dialogue != WELCOME.name or asked is None or turn.now - asked > FRESH:
        return None
    return WELCOME.step(turn.standing.step or "")


def _with_code(turn: Turn, code: str) -> Thinking[None]:
    invite = yield from live(turn, code)
    if invite is not None:
        yield from begin(turn, WELCOME, {"code": code}, at="consent")
    elif turn.standing.dialogue is None:
        turn.go(WELCOME.name, "code", {})


def _otherwise(turn: Turn, meaning: Meaning) -> Thinking[None]:
    if isinstance(meaning, Command) and meaning.name is not CommandName.START:
        yield from _command(turn, meaning)
    elif isinstance(meaning, LessonWanted):
        yield from _lesson(turn, meaning)
    else:
        yield from _once_more(turn)


def _once_more(turn: Turn) -> Thinking[None]:
    """What is open is asked again; nothing open: a greeting, and the code is asked for."""
    if turn.standing.dialogue == WELCOME.name and WELCOME.step(turn.standing.step or "") is not None:
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
            yield from _once_more(turn)


def _help(turn: Turn) -> Text:
    return _(
        "I help the {team} write down its work, and give short lessons for phones. To join, type the six-digit invite "
        "code of your commune's officer. I never ask for OTP codes or ID pictures.",
        team=turn.around.team_name,
    )


def _lesson(turn: Turn, meaning: Meaning) -> Thinking[None]:
    """Lessons are for everybody; the catalogue knows who gives them."""
    from handlers.catalogue import CATALOGUE  # the catalogue lists this conversation too

    for conversation in CATALOGUE:
        if conversation.name in ("tutorial", "lessons") and conversation.takes(turn, meaning):
            yield from conversation.begin(turn, meaning)
            return
    yield from _once_more(turn)
