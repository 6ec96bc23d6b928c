"""Word of a request brought back to whoever asked."""

from __future__ import annotations

from handlers.turn import Thinking, Turn, ask
from locales import Text
from storage.audience import Reach
from storage.request_questions import ReachOf
from storage.requests import Request


def bring(turn: Turn, request: Request, text: Text) -> Thinking[Reach | None]:
    """Bring word to whoever asked. An answer is no unprompted message: it comes to those, too, who want none."""
    if request.asker_id is None:
        return None
    reach = yield from ask(ReachOf(request.asker_id, turn.today))
    if reach is None or reach.door is None or reach.door.state != "open":
        return None
    turn.tell(reach.door, text, person=reach.person, kind="answer")
    return reach
