"""Somebody comes from a bot that is no more, with a code for its people: who they are first, since who agreed to the
same text before is not asked again."""

from __future__ import annotations

from handlers.chat.welcome import consent
from handlers.chat.welcome.joining import let_in
from handlers.chat.whereabouts import keeper
from handlers.dialogue import END
from handlers.turn import Thinking, Turn, ask
from locales import _
from storage.finding import Place
from storage.invitations import Invite
from storage.moves import HasAgreed


def ask_name(turn: Turn, place: Place) -> None:
    """Say who writes, and ask who they are."""
    turn.say(
        _(
            "Hello, I am the automatic helper of {keeper}. The bot you wrote to before has stopped; from now on write "
            "to me here, and nothing of what you reported is lost. What is your full name?",
            keeper=keeper(place),
        )
    )


def once_more(turn: Turn) -> bool:
    """Whether a name that nobody bears is asked for again, once, before it makes somebody a newcomer."""
    if not turn.draft.get("moving") or turn.draft.get("asked_again"):
        return False
    turn.note(asked_again=True)
    turn.say(
        _("I do not find that name among those who were with us. Please type your full name as the commune has it.")
    )
    return True


def come_in(turn: Turn, invite: Invite, name: str, person_id: int | None = None) -> Thinking[str]:
    """Let somebody in; with a code for moving, consent is asked where a yes to this very text is not on record."""
    if not turn.draft.get("moving"):
        return (yield from let_in(turn, invite, name, person_id))
    if person_id is None and invite.place is not None and invite.place.kind == "site":
        turn.say(_("This code is for people who wrote to the bot before. Please ask your officer for one of your own."))
        return END
    if person_id is not None and (yield from ask(HasAgreed(person_id, consent.VERSION))):
        return (yield from let_in(turn, invite, name, person_id))
    turn.note(name=name, person=person_id)
    return "consent"
