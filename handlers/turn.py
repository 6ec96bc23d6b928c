"""One incoming event and what is known of it: a handler says things to it and writes things on it.

Nothing here awaits. A handler that must know more asks (`answer = yield from ask(question)`); the questions of all
turns of a batch go to storage together.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from handlers.calendar.quiet import USUAL, QuietHours, quiet_hours
from handlers.messages import Choice, Incoming
from handlers.understanding.meaning import FieldHint, Meaning
from locales import Reader, Text, render
from locales.dates import ZONE
from storage import addresses, conversations
from storage.conversations import Standing
from storage.forms import Form
from storage.known import Door, Known, Person
from storage.outbox import Lane, Owing, owe
from storage.questions import Question
from storage.schema import new_id
from storage.writing import Write

if TYPE_CHECKING:
    from handlers.dialogue import Dialogue

Answer = TypeVar("Answer")
Result = TypeVar("Result")

Thinking = Generator[Question[Any], Any, Result]
"""A handler at work: yields questions, is sent their answers, returns its result."""


USUAL_TEAM = "Tổ CĐS cộng đồng"


def ask(question: Question[Answer]) -> Thinking[Answer]:
    """Ask storage something: `people = yield from ask(people.Named(...))`."""
    answer: Answer = yield question
    return answer


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is the same for every turn: settings that words and rules depend on."""

    form: Form
    language: str = "vi"
    zone: ZoneInfo = ZONE
    team_name: str = USUAL_TEAM
    site_name: str = "Văn Chấn"
    quiet: QuietHours = field(default_factory=lambda: quiet_hours(USUAL))
    holidays: bool = True
    """Vietnam's public holidays and the weeks around Tết count."""
    hints: tuple[FieldHint, ...] = field(init=False)
    """The fields as understanding wants them: one object for all turns, so that what it prepares is found again."""

    @property
    def own_team(self) -> str:
        """What teams are called here, where it is not the usual name; else ""."""
        return "" if self.team_name == USUAL_TEAM else self.team_name

    def __post_init__(self) -> None:
        hints = tuple(FieldHint(one.code, one.asks_above) for one in self.form.fields)
        object.__setattr__(self, "hints", hints)


class Desk(Protocol):
    """Where conversations find each other (handlers.desk): they are listed in one place, which they must not import."""

    def dialogue(self, name: str | None) -> Dialogue | None: ...
    def of(self, conversation: str) -> tuple[Dialogue, ...]: ...
    def hand_over(
        self, turn: Turn, meaning: Meaning, *, but: str = "", only: str = "", in_group: bool = False
    ) -> Thinking[bool]: ...


_reader = cache(Reader)
"""There are few ways of writing to somebody, and each is asked for at every word."""


class Turn:
    """One event being handled. Handlers read `incoming`, `known`, `now`; they call the verbs below."""

    def __init__(
        self, incoming: Incoming, known: Known, now: datetime, around: Surroundings, journal_id: int | None = None
    ) -> None:
        self.incoming = incoming
        self.known = known
        self.now = now
        self.around = around
        self.journal_id = journal_id or new_id()
        self.person: Person | None = known.person
        self.writes: list[Write] = []
        self._said: list[Text] = []
        self._choices: tuple[Choice, ...] = ()
        self._picture: int | None = None
        self.told: list[Owing] = []
        self.desk: Desk
        """Set where the event is received."""
        self._shut = False
        self.door = known.door or self._open_door()
        self.standing = known.standing or Standing(id=new_id())
        self._standing_before = known.standing

    # Reading

    @property
    def today(self) -> date:
        """The day on the clock people look at."""
        return self.now.astimezone(self.around.zone).date()

    @property
    def sent_on(self) -> date:
        """The day on which the person sent it: late messages keep their day."""
        return self.incoming.sent_at.astimezone(self.around.zone).date()

    @property
    def reader(self) -> Reader:
        return self.reader_of(self.person)

    def reader_of(self, person: Person | None) -> Reader:
        """How somebody is written to: their language, their form of address, else the defaults."""
        if person is None:
            return _reader(self.around.language, "bác")
        return _reader(person.language or self.around.language, person.address_form or "bác")

    def render(self, text: Text) -> str:
        return render(text, self.reader)

    @property
    def draft(self) -> Mapping[str, Any]:
        """What the open dialogue has gathered so far."""
        return self.standing.draft

    def recall(self, name: str, otherwise: Any = None) -> Any:
        """A small fact that outlives dialogues."""
        return self.standing.memory.get(name, otherwise)

    # Saying

    def say(self, text: Text, choices: tuple[Choice, ...] = (), picture: int | None = None) -> None:
        """Answer where the event came from. Several says of one turn leave as one message; the last choices count."""
        self._said.append(text)
        self._choices = choices or self._choices
        self._picture = picture or self._picture

    @property
    def spoke(self) -> bool:
        return bool(self._said)

    def tell(
        self,
        door: Door,
        text: Text,
        *,
        person: Person | None = None,
        kind: str = "notice",
        lane: Lane = Lane.CLOCK,
        cause_id: int | None = None,
        choices: tuple[Choice, ...] = (),
        media_id: int | None = None,
        expires_at: datetime | None = None,
        due_at: datetime | None = None,
    ) -> Owing:
        """Owe something to another address, in the words of its reader; not before `due_at`."""
        reader = self.reader_of(person)
        owing = Owing(
            account_id=door.account_id,
            address_id=door.id,
            person_id=person.id if person else None,
            kind=kind,
            lane=lane,
            words=render(text, reader),
            choices=tuple((choice.key, render(choice.label, reader)) for choice in choices),
            media_id=media_id,
            cause_id=cause_id or self.journal_id,
            expires_at=expires_at,
            due_at=due_at,
        )
        self.told.append(owing)
        return owing

    # Writing

    def write(self, *writes: Write) -> None:
        self.writes.extend(writes)

    def become(self, person: Person) -> None:
        """From here on this turn's speaker is this person (after enrolling, switching, renaming)."""
        self.person = person

    def shut(self, state: str, reason: str) -> None:
        """Nothing reaches this chat any more: "blocked" by the person, or "gone". Its conversation stays as it was."""
        self.writes.append(addresses.closed(self.door.id, state, reason))
        self._shut = True

    # Moving through a dialogue

    def go(self, dialogue: str, step: str, draft: Mapping[str, Any] | None = None) -> None:
        """Stand at a step; the draft is kept unless a new one is given."""
        self.standing = replace(
            self.standing,
            dialogue=dialogue,
            step=step,
            draft=dict(self.standing.draft if draft is None else draft),
            question=f"{self.journal_id:x}",
            asked_at=self.now,
        )

    def note(self, **gathered: Any) -> None:
        """Put something into the draft (JSON values only)."""
        self.standing = replace(self.standing, draft={**self.standing.draft, **gathered})

    def close(self) -> None:
        """Leave the open dialogue; what it gathered is gone."""
        self.standing = replace(self.standing, dialogue=None, step=None, draft={}, question=None, asked_at=None)

    def remember(self, name: str, value: Any) -> None:
        """Keep a small fact beyond the dialogue (JSON values only); None forgets it."""
        memory = {**self.standing.memory, name: value}
        if value is None:
            del memory[name]
        self.standing = replace(self.standing, memory=memory)

    # Ending

    def outcome(self) -> list[Write]:
        """Everything to be written for this turn but its answer: changes, the conversation, what others are owed."""
        writes = list(self.writes)
        if not self._shut:
            writes.append(addresses.heard(self.door.id, self.now))
            writes.extend(self._conversation())
        writes.extend(owe(owing, self.now) for owing in self.told)
        return writes

    def _open_door(self) -> Door:
        event = self.incoming
        title = event.chat_title if event.group else event.speaker_name
        door = Door(new_id(), event.account_id, event.chat, event.group, title=title)
        self.writes.append(addresses.opened(door.id, event.account_id, event.chat, event.group, title, self.now))
        return door

    def _conversation(self) -> list[Write]:
        if self.incoming.group or self.standing == self._standing_before:
            return []
        if self._standing_before is None:
            return [conversations.begun(self.standing, self.door.id, self.incoming.speaker, self.now)]
        return [conversations.moved(self.standing, self.now)]

    def answer(self) -> Owing | None:
        """What is owed to the chat that spoke, in its reader's words; None where nothing was said."""
        if not self._said:
            return None
        return Owing(
            account_id=self.door.account_id,
            address_id=self.door.id,
            person_id=self.person.id if self.person else None,
            kind="reply",
            lane=Lane.REPLY,
            words="\n\n".join(self.render(text) for text in self._said),
            choices=tuple((choice.key, self.render(choice.label)) for choice in self._choices),
            question=self.standing.question if self._choices else None,
            media_id=self._picture,
            cause_id=self.journal_id,
        )
