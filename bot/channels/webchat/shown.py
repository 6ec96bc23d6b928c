"""One bubble, as a phone shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Shown:
    """A message of the past or of this moment.

    `id` must be the same in the history as it was live, or a page that reconnects shows it twice: for what we said,
    the id that `WebChat.send` returned; for what a person said, the payload's event id.
    `picture_url` is "/chat/pictures/<media id>", a data: URL, or "".
    """

    id: str
    mine: bool
    """Written by a person, not by us. Whose bubble it is on a phone shared by a group is decided by `speaker`."""
    name: str
    text: str
    at: datetime
    choices: tuple[tuple[str, str], ...] = ()
    """What can be picked: (key, label)."""
    question: str = ""
    picture_url: str = ""
    speaker: str = ""
    """Who wrote, where `mine`; empty means the person who looks at it."""

    def of(self, viewer: str) -> bool:
        """Whether this is the viewer's own bubble."""
        return self.mine and self.speaker in ("", viewer)
