"""What a commune lead does with a bare number under Monday's digest."""

from __future__ import annotations

from handlers.chat.nudging import nudge
from handlers.clock.digests import DIALOGUE as NAME
from handlers.conversation import Conversation
from handlers.dialogue import END, STAY, Dialogue, Step
from handlers.messages import Choice
from handlers.reports.numbers import place_numbers
from handlers.turn import Thinking, Turn, ask
from handlers.understanding import Command, CommandName, Meaning, as_choice
from locales import Text, Week, _, listed
from storage.audience import Reach
from storage.counting import TallyOf
from storage.tally import Silent, Tally


def _label(option: str) -> Text:
    match option:
        case "villages":
            return _("See village by village")
        case "questions":
            return _("Answer questions")
    return _("Remind the silent villages personally")


def _ask(turn: Turn) -> Thinking[None]:
    options = turn.draft.get("options", ())
    choices = tuple(Choice(str(n), _label(option)) for n, option in enumerate(options, start=1))
    turn.say(_("What would you like to do with last week's numbers?"), choices)
    return
    yield


def _hear(turn: Turn, text: str) -> Thinking[str | None]:
    options = list(turn.draft.get("options", ()))
    picked = as_choice(text, len(options), [turn.render(_label(option)) for option in options])
    if picked is None:
        return None
    match options[picked - 1]:
        case "questions":
            turn.close()
            yield from turn.desk.hand_over(turn, Command(CommandName.REQUESTS), but=NAME)
        case "villages":
            yield from _villages(turn)
        case _:
            yield from _remind(turn)
    return STAY


def _tally(turn: Turn) -> Thinking[Tally | None]:
    monday = Week.parse(turn.draft["week"]).monday
    return (yield from ask(TallyOf(turn.draft["unit"], monday, turn.today)))


def _villages(turn: Turn) -> Thinking[None]:
    tally = yield from _tally(turn)
    if tally is not None:
        labels = {one.code: one.label(turn.reader.language).full for one in turn.around.form.fields}
        turn.say(place_numbers(tally, labels))


def _remind(turn: Turn) -> Thinking[None]:
    """Once for a digest, to the leader of each silent village (else to whoever of it has joined), said by name."""
    if turn.draft.get("reminded"):
        turn.say(_("I have reminded them already; once is enough. Late news still counts."))
        return
    tally = yield from _tally(turn)
    silent = [one for one in tally.silent_villages if one.cause == "unknown"] if tally else []
    if not silent:
        turn.say(_("All villages that could write have sent news by now."))
        return
    reminded = yield from nudge(turn, silent, lambda reach, village: _words(turn, reach, village))
    turn.note(reminded=True)
    if reminded:
        turn.say(_("I have written to {people}.", people=listed(reminded)))
    else:
        turn.say(_("Nobody of these villages can be reached just now; a call may help."))


def _words(turn: Turn, reach: Reach, village: Silent) -> Text:
    return _(
        "Hello {name}, the commune's officer asks after {village}: no news from week {week} has reached me. "
        "Late is welcome, write me one line, like: tuần trước vneid 3. No more reminders: dừng nhắn tin",
        name=reach.person.given_name,
        village=village.name,
        week=Week.parse(turn.draft["week"]),
    )


def _takes(_turn: Turn, _meaning: Meaning) -> bool:
    return False


def _begin(_turn: Turn, _meaning: Meaning) -> Thinking[None]:
    """Never begun by a message: the clock puts the question (handlers/clock/digests.py)."""
    return
    yield


DIALOGUE = Dialogue(NAME, (Step("choose", _ask, _hear, (END,)),))
CONVERSATION = Conversation(NAME, _takes, _begin, (DIALOGUE,))
