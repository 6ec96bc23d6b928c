"""`thông báo`: target, words, preview, yes. And `hủy` while it is being sent."""

from __future__ import annotations

from handlers.chat.broadcast import words
from handlers.chat.broadcast.audience import described, gather, unreachable
from handlers.chat.broadcast.sending import MEMORY, send
from handlers.chat.broadcast.target import Target, To, What, label, of_draft, offered, scope
from handlers.conversation import Conversation
from handlers.dialogue import END, Dialogue, Step, begin
from handlers.messages import Choice
from handlers.reports.places import place_name
from handlers.turn import Thinking, Turn, ask
from handlers.understanding import Command, CommandName, Meaning, as_choice, as_choices
from locales import Text, _, lines, listed
from storage.audience import Communes
from storage.broadcasts import Running, cancelled
from storage.finding import Place, PlaceAmbiguous, PlaceUnknown, choose

MOST_LISTED = 40
"""Communes that are listed by number; where there are more, names are typed."""


def _takes(_turn: Turn, meaning: Meaning) -> bool:
    return isinstance(meaning, Command) and meaning.name is CommandName.BROADCAST


def _begin(turn: Turn, meaning: Meaning) -> Thinking[None]:
    said = meaning.argument.strip() if isinstance(meaning, Command) else ""
    if offered(turn):
        yield from begin(turn, DIALOGUE, {"said": said} if said else {})
    elif said:
        yield from begin(turn, PASSING_ON, {"said": said})
    else:
        turn.say(_("Messages to many are sent by the commune's officers. To tell the commune something, type: hỏi …"))


# To whom


def _ask_target(turn: Turn) -> Thinking[None]:
    own = bool(scope(turn))
    choices = tuple(Choice(str(n), label(what, own=own)) for n, what in enumerate(offered(turn), start=1))
    turn.say(_("To whom shall I send it?"), choices)
    return
    yield


def _hear_target(turn: Turn, text: str) -> Thinking[str | None]:
    options = offered(turn)
    labels = [turn.render(label(what, own=bool(scope(turn)))) for what in options]
    picked = as_choice(text, len(options), labels)
    if picked is None:
        return None
    target = Target(options[picked - 1], scope(turn))
    turn.note(**target.as_json())
    if target.what is What.COMMUNES:
        return "communes"
    return (yield from _after_target(turn))


def _after_target(turn: Turn) -> Thinking[str]:
    """Groups are offered only where there are any; words that came with the command are not asked for again."""
    target = of_draft(turn.draft)
    if target.may_have_groups:
        both = yield from gather(turn, Target(target.what, target.units, To.BOTH))
        if both.groups and both.reached:
            return "doors"
        turn.note(to=(To.GROUPS if both.groups else To.PEOPLE).value)
    return _to_words(turn)


def _to_words(turn: Turn) -> str:
    said = turn.draft.get("said", "")
    return words.take(turn, said) if said else "words"


# Which communes


def _ask_communes(turn: Turn) -> Thinking[None]:
    communes = yield from ask(Communes(turn.today))
    if len(communes) > MOST_LISTED:
        turn.say(_("Which communes? Type their names, with commas between."))
        return
    choices = tuple(Choice(str(n), place_name(place.kind, place.name)) for n, place in enumerate(communes, start=1))
    turn.say(_("Which communes? Type the numbers or the names, like: 1 6"), choices)


def _hear_communes(turn: Turn, text: str) -> Thinking[str | None]:
    communes = yield from ask(Communes(turn.today))
    numbers = as_choices(text, len(communes)) if len(communes) <= MOST_LISTED else None
    if numbers is not None:
        chosen = [communes[number - 1] for number in numbers]
    else:
        found = _by_names(communes, text)
        if found is None:
            return None
        chosen = found
    turn.note(units=[place.id for place in chosen])
    return (yield from _after_target(turn))


def _by_names(communes: tuple[Place, ...], text: str) -> list[Place] | None:
    chosen: list[Place] = []
    for name in (piece.strip() for piece in text.replace(";", ",").split(",")):
        try:
            chosen.append(choose(communes, name))
        except (PlaceUnknown, PlaceAmbiguous):
            return None
    return chosen


# Through which doors


_DOORS = (To.BOTH, To.PEOPLE, To.GROUPS)


def _door_label(to: To) -> Text:
    match to:
        case To.BOTH:
            return _("To people and groups")
        case To.PEOPLE:
            return _("To people only")
        case To.GROUPS:
            return _("To groups only")


def _ask_doors(turn: Turn) -> Thinking[None]:
    choices = tuple(Choice(str(n), _door_label(to)) for n, to in enumerate(_DOORS, start=1))
    turn.say(_("To each person, into the groups, or both?"), choices)
    return
    yield


def _hear_doors(turn: Turn, text: str) -> Thinking[str | None]:
    picked = as_choice(text, len(_DOORS), [turn.render(_door_label(to)) for to in _DOORS])
    if picked is None:
        return None
    turn.note(to=_DOORS[picked - 1].value)
    return _to_words(turn)
    yield


# A look before it goes


def _preview(turn: Turn) -> Thinking[None]:
    target = of_draft(turn.draft)
    audience = yield from gather(turn, target)
    if audience.empty:
        turn.close()
        turn.say(lines(_("There is nobody I could send this to yet."), unreachable(audience)))
        return
    where = yield from _where(turn, target)
    spoken = turn.draft.get("words", "")
    picture = turn.draft.get("media")
    turn.say(
        lines(
            described(audience, where),
            unreachable(audience),
            _("The words:") if spoken and not picture else None,
            _("Your picture, with these words:") if spoken and picture else None,
            _("Your picture, without words.") if picture and not spoken else None,
            f"“{spoken}”" if spoken else None,
        ),
        (Choice("1", _("Send")), Choice("2", _("Change the words")), Choice("3", _("Do not send"))),
    )


def _where(turn: Turn, target: Target) -> Thinking[Text]:
    if not target.units:
        return turn.around.site_name
    communes = yield from ask(Communes(turn.today))
    return listed(place_name(place.kind, place.name) for place in communes if place.id in target.units)


def _hear_yes(turn: Turn, text: str) -> Thinking[str | None]:
    labels = [turn.render(one) for one in (_("Send"), _("Change the words"), _("Do not send"))]
    picked = as_choice(text, 3, labels)
    if picked is None:
        return None
    if picked == 2:
        turn.note(said="")
        return "words"
    if picked == 3:
        turn.say(_("All right, nothing was sent."))
        return END
    target = of_draft(turn.draft)
    audience = yield from gather(turn, target)
    send(turn, target, audience, turn.draft.get("words", ""), turn.draft.get("media"))
    return END


DIALOGUE = Dialogue(
    "broadcast",
    (
        Step("target", _ask_target, _hear_target, ("communes", "doors", "words", "confirm")),
        Step("communes", _ask_communes, _hear_communes, ("doors", "words", "confirm")),
        Step("doors", _ask_doors, _hear_doors, ("words", "confirm")),
        Step("words", words.ask_for_words, words.hear_words, ("words", "confirm"), takes_anything=True),
        Step("confirm", _preview, _hear_yes, ("words", END)),
    ),
)


# A member's words


def _ask_passing(turn: Turn) -> Thinking[None]:
    turn.say(
        _("Messages to many are sent by the commune's officers. Shall I pass your words on to them?"),
        (Choice("1", _("Pass them on")), Choice("2", _("No, leave it"))),
    )
    return
    yield


def _hear_passing(turn: Turn, text: str) -> Thinking[str | None]:
    labels = [turn.render(_("Pass them on")), turn.render(_("No, leave it"))]
    picked = as_choice(text, 2, labels)
    if picked is None:
        return None
    if picked == 2:
        turn.say(_("All right, I leave it."))
        return END
    said = turn.draft.get("said", "")
    turn.close()
    yield from hand_over(turn, Command(CommandName.ASK, said), but="broadcast")
    return "stay"


PASSING_ON = Dialogue("broadcast_pass_on", (Step("ask", _ask_passing, _hear_passing, (END,)),))


# Stopping it


def _stops(turn: Turn, meaning: Meaning) -> bool:
    """`hủy` with nothing else open, after a broadcast was begun from this chat."""
    is_cancel = isinstance(meaning, Command) and meaning.name is CommandName.CANCEL
    return is_cancel and turn.standing.dialogue is None and turn.recall(MEMORY) is not None


def _stop(turn: Turn, meaning: Meaning) -> Thinking[None]:
    assert turn.person is not None
    turn.remember(MEMORY, None)
    running = yield from ask(Running(turn.person.id))
    if running is None:
        yield from hand_over(turn, meaning, but="broadcast_stop")
        return
    turn.write(*cancelled(running.id, turn.now))
    turn.say(_("I stop here. Whoever has it already keeps it; I tell you how many in a moment."))


def hand_over(turn: Turn, meaning: Meaning, *, but: str) -> Thinking[None]:
    """Give a meaning to the first conversation that takes it, other than one."""
    from handlers.catalogue import CATALOGUE  # the catalogue lists us, so it is not there while we are read

    for conversation in CATALOGUE:
        if conversation.name != but and conversation.takes(turn, meaning):
            yield from conversation.begin(turn, meaning)
            return


CONVERSATION = Conversation("broadcast", _takes, _begin, (DIALOGUE, PASSING_ON))
STOPPING = Conversation("broadcast_stop", _stops, _stop)
"""Stands before the conversation that takes every other `hủy`."""
