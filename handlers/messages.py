"""What all channels share: what came in, and what can be picked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from locales import Text
from storage.texts import storable


def make_storable(what: object, *names: str) -> None:
    """What a messenger sent may hold what no database can keep; called while a frozen value is made."""
    for name in names:
        text = getattr(what, name)
        clean = storable(text)
        if clean is not text:
            object.__setattr__(what, name, clean)


class Kind(StrEnum):
    """What sort of thing a person (or the messenger itself) sent."""

    TEXT = "text"
    BUTTON = "button"
    PICTURE = "picture"
    STICKER = "sticker"
    VOICE = "voice"
    OTHER = "other"
    """A file, a place, a contact card: something that we cannot read."""
    BLOCKED = "blocked"
    """The person stopped the bot; nothing can be answered."""
    UNBLOCKED = "unblocked"
    BOT_ADDED = "bot_added"
    BOT_REMOVED = "bot_removed"
    BOT_SILENCED = "bot_silenced"
    """The bot is still in the group but may not write there."""
    GROUP_MOVED = "group_moved"
    """The group goes on under another id (`moved_to`)."""


@dataclass(frozen=True, slots=True)
class PictureRef:
    """Where a picture that somebody sent can be fetched: a vendor's file id, or a URL that will expire."""

    file_id: str = ""
    url: str = ""

    def __post_init__(self) -> None:
        make_storable(self, "file_id", "url")


@dataclass(frozen=True, slots=True)
class Incoming:
    """One event of a messenger, in words of our own. Ids are the vendor's, as strings."""

    event_id: str
    account_id: int
    chat: str
    speaker: str
    kind: Kind
    sent_at: datetime
    group: bool = False
    addressed: bool = True
    """In a group: the bot was called by name, replied to, or given a slash command."""
    overheard: bool = False
    """In a group: the messenger brings us everything that is written there, not only what calls us."""
    own_groups: bool = False
    """In private: this messenger lets us only into groups that we made ourselves."""
    text: str = ""
    speaker_name: str = ""
    chat_title: str = ""
    question: str = ""
    """For BUTTON: the token of the question that the tapped button belongs to; `text` holds the choice's key."""
    pictures: tuple[PictureRef, ...] = ()
    album: str = ""
    moved_to: str = ""

    def __post_init__(self) -> None:
        make_storable(self, "event_id", "chat", "speaker", "text", "speaker_name", "chat_title", "question", "album")
        make_storable(self, "moved_to")


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be picked by typing its key (a number or a word), or by a tap where there are buttons."""

    key: str
    label: Text
