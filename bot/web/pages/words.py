"""What the page says, for its template and for its scripts."""

from __future__ import annotations

from bot.channels.webchat.looks import Look
from bot.channels.webchat.phones import Phone
from locales import Reader, Text, _, render

# A name that the page fills in by itself keeps its placeholder.
_NAME = "{name}"
_CHAT = "{chat}"


def page(reader: Reader) -> dict[str, str]:
    """Every sentence of the page, rendered for its reader."""
    return {key: render(text, reader) for key, text in _PAGE.items()}


def assistant(reader: Reader) -> tuple[str, str]:
    """Title and subtitle of the one phone that is shown without the demo."""
    return render(_("Digital helper"), reader), render(
        _("Automatic answers, for the commune's People's Committee"), reader
    )


def hints(phone: Phone, reader: Reader, look: Look | None = None) -> tuple[str, ...]:
    """What a newcomer may try on a phone that says nothing itself; the demo's phones are member, group and admin. In a
    group that looks like one on Zalo the bot has to be called."""
    kind = "group" if phone.group else "admin" if phone.key == "admin" else "member"
    called = "@bot " if phone.group and look is Look.ZALO else ""
    return tuple(called + render(text, reader) for text in _HINTS[kind])


def job(name: str, reader: Reader) -> str:
    """What a timed job is called by people; a job we have no word for keeps its own name."""
    return render(_JOBS.get(name, name), reader)


_JOBS: dict[str, Text] = {
    "remind-members": _("remind the members"),
    "remind-groups": _("remind the groups"),
    "weekly-tally": _("the weekly tally"),
    "lead-digest": _("the commune officers' digest"),
    "admin-digest": _("the administrators' digest"),
}

_HINTS: dict[str, tuple[Text, ...]] = {
    "member": (
        _("vneid 3 dvc 2"),
        _("/checkin"),
        _("/tutorial"),
        _("nothing to report"),
        _("/help"),
    ),
    "group": (_("vneid 3 dvc 2"), _("/report"), _("/missing")),
    "admin": (_("/report"), _("/missing"), _("/requests"), _("/broadcast"), _("/help")),
}

_PAGE: dict[str, Text] = {
    "title": _("Chat with the community digital team's helper"),
    "heading": _("Community digital teams"),
    "subheading": _("a demo with made-up people"),
    "bot": _("Digital helper"),
    "phones": _("Phones"),
    "look": _("How it looks"),
    "look_telegram": _("Telegram: buttons"),
    "look_zalo": _("Zalo: type a number"),
    "clock": _("Demo clock"),
    "clock_next": _("To the clock's next task"),
    "clock_next_short": _("To the next task"),
    "clock_moving": _("The clock is moving…"),
    "clock_stuck": _("The clock did not move. Please press once more."),
    "clock_moved": _("The clock is at {time} now.", time="{time}"),
    "messages": _("Messages of {chat}", chat=_CHAT),
    "write": _("Write to {chat}", chat=_CHAT),
    "placeholder": _("Write a message"),
    "placeholder_called": _("Type @bot, then your message"),
    "send": _("Send"),
    "picture": _("Send a picture"),
    "hints": _("Try typing"),
    "choices": _("Choices: tap one, or type its number"),
    "chosen": _("chosen"),
    "sending": _("sending…"),
    "waiting": _("waiting for a signal, kept on this device"),
    "sent": _("sent"),
    "refused": _("This message could not be sent. Please shorten it or write it again."),
    "refused_picture": _("This picture could not be sent. Please choose another one."),
    "picture_from": _("A picture from {name}", name=_NAME),
    "picture_mine": _("A picture of mine"),
    "picture_open": _("open it larger"),
    "picture_close": _("Close the picture"),
    "offline": _("No signal. What you write is kept and sent later."),
    "unread": _("new messages"),
    "newest": _("To the newest message"),
    "empty": _("Nothing has been said here yet."),
    "hello": _("Hello! Tap the button to begin."),
    "start": _("Begin"),
    "start_words": _("/start"),
    "said_by": _("{name} says:", name=_NAME),
    "said_by_me": _("I say:"),
    "no_script": _("This page needs JavaScript switched on."),
    "monday": _("Monday"),
    "tuesday": _("Tuesday"),
    "wednesday": _("Wednesday"),
    "thursday": _("Thursday"),
    "friday": _("Friday"),
    "saturday": _("Saturday"),
    "sunday": _("Sunday"),
}
