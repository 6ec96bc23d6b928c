"""A look before it goes, and the yes."""

from __future__ import annotations

from handlers.chat.broadcast import cost
from handlers.chat.broadcast.audience import described, gather, unreachable
from handlers.chat.broadcast.sending import send
from handlers.chat.broadcast.target import Target, of_draft
from handlers.chat.broadcast.timing import goes_at, told
from handlers.chat.picking import numbered, picked
from handlers.dialogue import END
from handlers.messages import Choice
from handlers.reports.places import place_name
from handlers.turn import Thinking, Turn, ask
from locales import Text, _, lines, listed
from storage.scopes import Communes

_URGENT = 4
"""The choice that waits for no morning."""


def show(turn: Turn) -> Thinking[None]:
    target = of_draft(turn.draft)
    audience = yield from gather(turn, target)
    if audience.empty:
        turn.close()
        turn.say(lines(_("There is nobody I could send this to yet."), unreachable(audience)))
        return
    where = yield from _where(turn, target)
    waits = yield from goes_at(turn)
    turn.note(held=waits is not None)
    spoken = turn.draft.get("words", "")
    picture = turn.draft.get("media")
    price = yield from cost.told(turn, audience, parts=2 if spoken and picture else 1)
    turn.say(
        lines(
            described(audience, where),
            unreachable(audience),
            price,
            _("The words:") if spoken and not picture else None,
            _("Your picture, with these words:") if spoken and picture else None,
            _("Your picture, without words.") if picture and not spoken else None,
            f"“{spoken}”" if spoken else None,
            told(turn, waits) if waits else None,
        ),
        _choices(held=waits is not None),
    )


def _choices(*, held: bool) -> tuple[Choice, ...]:
    """At an hour when nobody is written to, what is urgent may be sent all the same."""
    usual = (_("Send it then") if held else _("Send"), _("Change the words"), _("Do not send"))
    return numbered(*usual, _("Send it now, it is urgent")) if held else numbered(*usual)


def _where(turn: Turn, target: Target) -> Thinking[Text]:
    if not target.units:
        return turn.around.site_name
    communes = yield from ask(Communes(turn.today))
    return listed(place_name(place.kind, place.name) for place in communes if place.id in target.units)


def hear_yes(turn: Turn, text: str) -> Thinking[str | None]:
    wish = picked(turn, text, _choices(held=bool(turn.draft.get("held"))))
    if wish is None:
        return None
    if wish == 2:
        turn.note(said="")
        return "words"
    if wish == 3:
        turn.say(_("All right, nothing was sent."))
        return END
    target = of_draft(turn.draft)
    audience = yield from gather(turn, target)
    urgent = wish == _URGENT
    waits = None if urgent else (yield from goes_at(turn))
    send(turn, target, audience, turn.draft.get("words", ""), turn.draft.get("media"), waits, urgent=urgent)
    return END
