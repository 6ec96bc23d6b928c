"""A look before it goes, and the yes."""

from __future__ import annotations

from handlers.chat.broadcast import cost
from handlers.chat.broadcast.audience import described, gather, unreachable
from handlers.chat.broadcast.sending import send
from handlers.chat.broadcast.target import Target, of_draft
from handlers.dialogue import END
from handlers.messages import Choice
from handlers.reports.places import place_name
from handlers.turn import Thinking, Turn, ask
from handlers.understanding import as_choice
from locales import Text, _, lines, listed
from storage.scopes import Communes


def show(turn: Turn) -> Thinking[None]:
    target = of_draft(turn.draft)
    audience = yield from gather(turn, target)
    if audience.empty:
        turn.close()
        turn.say(lines(_("There is nobody I could send this to yet."), unreachable(audience)))
        return
    where = yield from _where(turn, target)
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
        ),
        (Choice("1", _("Send")), Choice("2", _("Change the words")), Choice("3", _("Do not send"))),
    )


def _where(turn: Turn, target: Target) -> Thinking[Text]:
    if not target.units:
        return turn.around.site_name
    communes = yield from ask(Communes(turn.today))
    return listed(place_name(place.kind, place.name) for place in communes if place.id in target.units)


def hear_yes(turn: Turn, text: str) -> Thinking[str | None]:
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
