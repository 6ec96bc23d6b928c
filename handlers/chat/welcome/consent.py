"""The consent text: what is kept, who keeps it, what for, how to leave (voice.md §4; Decree 356/2025)."""

from __future__ import annotations

from handlers.chat.picking import numbered
from handlers.chat.whereabouts import commune_of, keeper
from handlers.turn import Thinking, Turn, ask
from locales import Text, _, lines
from storage.contacts import Officer, OfficerOf
from storage.finding import Place

VERSION = "2026-11-25"
"""Kept with every answer. Whoever changes a word of these texts, in any language, gives them a new version."""

CHOICES = numbered(_("I agree"), _("No"), _("Read it all"))
YES, NO, READ = 1, 2, 3


def short(turn: Turn, place: Place) -> Text:
    """The question, short enough for a small phone."""
    return _(
        "Hello, I am the automatic helper of {keeper}, for the {team}. {holder} keeps your name, your display name, "
        "your village and the work you report, to add it up, and for this only. I never ask for OTP codes or ID "
        "pictures. You can see, mend or delete it at any time. Do you agree?",
        keeper=keeper(place),
        team=turn.around.team_name,
        holder=_("The board") if place.kind == "site" else _("The Committee"),
    )


def full(place: Place, officer: Officer | None) -> Text:
    """Everything, for those who want to read it all."""
    return lines(
        _(
            "• Kept: full name, display name, phone number if the commune gave it, place, the messages and pictures "
            "you send, the work you report."
        ),
        _("• What for: to record the team's work, add it up each week, remind, and answer questions. Nothing else."),
        _("• Who holds it: {keeper}. Who sees it: its officers and the administrators.", keeper=keeper(place)),
        _("• Never asked: OTP codes, passwords, ID pictures, money."),
        _(
            "• Your rights under the Law on Personal Data Protection, at any time: see it (dữ liệu của tôi), mend it "
            "(đổi tên), stop messages (dừng nhắn tin), withdraw and delete (xóa dữ liệu). Numbers already reported "
            "stay, without your name."
        ),
        _whom_to_ask(officer),
    )


def read_all(turn: Turn, place: Place) -> Thinking[None]:
    """Say the full text, and ask again."""
    officer = yield from ask(OfficerOf(commune_of(place), turn.today))
    turn.say(full(place, officer))
    turn.say(_("Do you agree?"), CHOICES)


def reassure(turn: Turn, place: Place) -> Thinking[None]:
    """Somebody said something else: there is no hurry, and an officer can be asked first. Then ask again."""
    officer = yield from ask(OfficerOf(commune_of(place), turn.today))
    turn.say(lines(_("There is no hurry. If you are unsure, ask the commune first."), _whom_to_ask(officer)))
    turn.say(_("Do you agree?"), CHOICES)


def _whom_to_ask(officer: Officer | None) -> Text:
    if officer is None:
        return _("• Questions: the officers of the commune's People's Committee.")
    if not officer.phone:
        return _("• Questions: {name}, at the commune.", name=officer.name)
    return _("• Questions: {name}, {phone}.", name=officer.name, phone=domestic(officer.phone))


def domestic(phone: str) -> str:
    """A number as people dial it: +84912… is 0912…"""
    return "0" + phone.removeprefix("+84") if phone.startswith("+84") else phone
