"""What is asked before a draft is saved: for which place, and a second look at unusual numbers."""

from __future__ import annotations

from dataclasses import replace

from handlers.chat.checkin.draft import Draft, from_json
from handlers.chat.checkin.numbers import described, full_label, too_big
from handlers.chat.checkin.posts import Post, place_dialogue, posts, remembered
from handlers.chat.checkin.saving import save
from handlers.dialogue import END, STAY, Dialogue, Step, begin
from handlers.messages import Choice
from handlers.turn import Thinking, Turn, ask
from handlers.understanding import as_choice, as_count, as_yes_no
from locales import Text, _
from storage.entries import DayTotals


def record(turn: Turn, draft: Draft) -> Thinking[None]:
    """Save a draft, or ask what must be known first. Nothing is saved before such a question is answered."""
    choices = yield from posts(turn)
    if not choices:
        no_team(turn)
        return
    post = remembered(turn, choices)
    if post is not None:
        yield from record_at(turn, draft, post)
    elif not _only_in_private(turn):
        yield from begin(turn, PLACE, draft.to_json())


def no_team(turn: Turn) -> None:
    """Somebody without a team (an administrator) has nothing to record for."""
    turn.say(_("You are in no team yet, so I do not know where to write this down. Your words are kept."))


def record_at(turn: Turn, draft: Draft, post: Post) -> Thinking[None]:
    """The same where the place is known."""
    assert turn.person is not None
    totals = yield from ask(DayTotals(turn.person.id, post.team_id, post.unit_id, draft.day))
    doubtful = too_big(turn, draft.values, totals, draft.sure)
    if not doubtful:
        yield from save(turn, draft, post, totals)
    elif not _only_in_private(turn):
        yield from begin(turn, SURE, {**draft.to_json(), "doubtful": list(doubtful), "totals": dict(totals)})


def _only_in_private(turn: Turn) -> bool:
    """A bare number does not arrive from a Zalo group, so no question is asked in one."""
    if turn.incoming.group:
        turn.say(_("Please write this to me in private."))
    return turn.incoming.group


PLACE = place_dialogue("checkin_place", record_at)


# Is the number right


def _asks_sure(turn: Turn) -> Thinking[None]:
    turn.say(_sure(turn), (Choice("1", _("Yes, that is right")), Choice("2", _("Type the number again"))))
    return
    yield


def _sure(turn: Turn) -> Text:
    draft, doubtful, totals = from_json(turn.draft), turn.draft["doubtful"], turn.draft["totals"]
    number = described(turn, {code: draft.values[code] for code in doubtful})
    if any(draft.sure.get(code) for code in doubtful):
        return _("That is more than a whole village has people. Once more, to be safe: {items}?", items=number)
    if any(totals.get(code) for code in doubtful):
        return _(
            "With what you reported before, {day} comes to: {total}. Is {items} more right?",
            day=draft.day,
            total=described(turn, {code: draft.values[code] + totals.get(code, 0) for code in doubtful}),
            items=number,
        )
    return _("I ask once more, to be safe: {items} on {day}, is that right?", items=number, day=draft.day)


def _hears_sure(turn: Turn, text: str) -> Thinking[str | None]:
    answer = {1: True, 2: False}.get(as_choice(text, 2) or 0, as_yes_no(text))
    draft, doubtful = from_json(turn.draft), turn.draft["doubtful"]
    if answer is None:
        number = as_count(text)
        if number is None or len(doubtful) > 1:
            return None
        yield from _go_on(turn, draft.with_number(doubtful[0], number))
        return STAY
    if not answer:
        return "number"
    sure = {**draft.sure, **{code: draft.sure.get(code, 0) + 1 for code in doubtful}}
    yield from _go_on(turn, replace(draft, sure=sure))
    return STAY


def _asks_number(turn: Turn) -> Thinking[None]:
    turn.say(_("{label}: how many is it? Type one number.", label=full_label(turn, turn.draft["doubtful"][0])))
    return
    yield


def _hears_number(turn: Turn, text: str) -> Thinking[str | None]:
    number = as_count(text)
    if number is None:
        return None
    first, *rest = turn.draft["doubtful"]
    draft = from_json(turn.draft).with_number(first, number)
    if rest:
        turn.note(**draft.to_json(), doubtful=rest)
        return "number"
    yield from _go_on(turn, draft)
    return STAY


def _go_on(turn: Turn, draft: Draft) -> Thinking[None]:
    turn.close()
    if draft.values:
        yield from record(turn, draft)
    else:
        turn.say(_("All right, I have written nothing down."))


SURE = Dialogue(
    "checkin_sure",
    (
        Step("sure", _asks_sure, _hears_sure, ("number", END)),
        Step("number", _asks_number, _hears_number, ("number", END)),
    ),
)
