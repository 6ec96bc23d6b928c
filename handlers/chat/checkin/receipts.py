"""What is said after something was saved: what was understood, and how to mend it (voice.md §4)."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.chat.checkin.draft import Draft
from handlers.chat.checkin.numbers import items, typed
from handlers.chat.checkin.posts import Post
from handlers.turn import Turn
from locales import Joined, Text, Week, _
from storage.colleagues import Colleague

_LONGEST_NOTE = 60


def saved(
    turn: Turn,
    post: Post,
    draft: Draft,
    totals: Mapping[str, int],
    colleague: Colleague | None = None,
    pictures: int = 0,
) -> Text:
    """The receipt. `totals`: what the person had reported for that day before."""
    pieces: list[Text | None] = [
        _(
            "Saved for {place}, {day}: {items}.",
            place=place(turn, post),
            day=draft.day,
            items=items(turn, draft.values),
        ),
        _late(turn, draft),
        _whole_day(turn, draft, totals),
        _note(draft),
        _pictures(pictures),
    ]
    if turn.incoming.group:
        pieces.append(_("Thank you, {name}!", name=given_name(turn)))
    elif colleague is not None:
        pieces.append(same_session(turn, colleague))
    else:
        pieces.append(_thanks(turn, draft.values))
    return together(*pieces)


def together(*pieces: Text | None) -> Text:
    """Sentences one after the other."""
    return Joined(tuple(piece for piece in pieces if piece is not None), by=" ")


def place(turn: Turn, post: Post) -> Text:
    """The place; and on a shared phone, for whom it was saved."""
    if turn.known.others:
        return _("{place} ({name})", place=post.name, name=given_name(turn))
    return post.name


def given_name(turn: Turn) -> str:
    return turn.person.given_name if turn.person else ""


def called(turn: Turn, name: str, form: str | None) -> str:
    """A colleague as they are spoken of: "chị Hoa"; in other languages by their name alone."""
    return f"{form or 'bác'} {name.split()[-1]}" if turn.reader.language == "vi" and name else name


def same_session(turn: Turn, colleague: Colleague) -> Text:
    """The question of a joint session: it needs no answer."""
    who = called(turn, colleague.name, colleague.address_form)
    return _(
        "{colleague} also reported {items}, at {time}. If it was the same session, type: chung, and I will count it "
        "once and note that you did it together. Otherwise nothing is needed.",
        colleague=who[:1].upper() + who[1:],
        items=items(turn, colleague.values),
        time=colleague.sent_at,
    )


def _late(turn: Turn, draft: Draft) -> Text | None:
    week = Week.of(draft.day)
    if week >= Week.of(turn.today):
        return None
    return _("Week {week} is over, so this will be shown as a late addition.", week=week)


def _whole_day(turn: Turn, draft: Draft, totals: Mapping[str, int]) -> Text | None:
    sums = {code: number + totals[code] for code, number in draft.values.items() if code in totals}
    return _("The whole day: {items}.", items=items(turn, sums)) if sums else None


def _note(draft: Draft) -> Text | None:
    if not draft.note:
        return None
    short = draft.note if len(draft.note) <= _LONGEST_NOTE else draft.note[: _LONGEST_NOTE - 1].rstrip() + "…"
    return _("Note: “{note}”.", note=short)


def _pictures(count: int) -> Text | None:
    return _("Your pictures are with it ({count}).", count=count) if count else None


def _thanks(turn: Turn, values: Mapping[str, int]) -> Text:
    code, number = next(iter(values.items()), ("vneid", 3))
    return _(
        "Thank you, {name}! If a number is wrong, type for example: sửa {code} {number}. To take all of it back, "
        "type: bỏ",
        name=given_name(turn),
        code=typed(turn, code),
        number=str(number + 1),
    )
