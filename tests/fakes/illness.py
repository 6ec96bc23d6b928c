"""How a fake server falls ill: which fault, at which calls, and how often."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import ClassVar


class Fault(Enum):
    """An illness of a server. "Carried out" means that the message arrived whatever the answer says."""

    BAD_GATEWAY = auto()
    """502 with a page that quotes the address or the token."""
    GATEWAY_TIMEOUT = auto()
    """Carried out, then 504 with a page."""
    PAGE = auto()
    """200 with a page; nothing is carried out."""
    GARBAGE = auto()
    """200 with something that is not JSON."""
    ODD = auto()
    """Carried out; 200 with JSON of an unexpected shape."""
    ENDLESS = auto()
    """Carried out; an answer of more than ten megabytes."""
    TIMEOUT = auto()
    """Carried out, and then a refusal: 408."""
    SLOW = auto()
    """Carried out, answered after `slowness` seconds."""
    DROP_BEFORE = auto()
    """The connection is cut, nothing is carried out."""
    DROP_AFTER = auto()
    """Carried out, then the connection is cut without an answer."""
    UNAUTHORISED = auto()
    UNAUTHORISED_PAGE = auto()
    """401 that is not JSON."""
    FLOOD = auto()
    """429 with a time to wait, in the API's own form."""
    TOO_FAST = auto()
    """429 with a page, from the gate before the API."""
    QUOTA = auto()
    """429 without a time, in the API's own form."""
    CONFLICT = auto()
    """409: somebody else asks for events too."""
    INTERNAL = auto()
    """A refusal with 403, which is documented as an internal error."""
    REFUSED = auto()
    """A refusal in the API's own form, for no visible reason."""
    INDISCREET = auto()
    """A refusal in the API's own form that quotes the address or the token."""
    REDIRECT = auto()
    """302 to another call."""


@dataclass(slots=True)
class _Illness:
    fault: Fault
    call: str
    left: float


class Ill:
    """A server that can be broken. `faults`: those it knows how to have."""

    faults: ClassVar[frozenset[Fault]] = frozenset()

    def __init__(self) -> None:
        self.slowness = 1.0
        self._illnesses: list[_Illness] = []

    def breaks(self, fault: Fault, call: str = "", times: float = float("inf")) -> None:
        """Be ill from now on: for so many calls, of those whose method or path ends so, or of all."""
        assert fault in self.faults, f"{type(self).__name__} does not know {fault}"
        self._illnesses.append(_Illness(fault, call.lower(), times))

    def mends(self) -> None:
        """Be well again."""
        self._illnesses.clear()

    def ails(self, call: str) -> Fault | None:
        """What this call suffers from, if anything."""
        for illness in self._illnesses:
            if call.lower().endswith(illness.call) and illness.left > 0:
                illness.left -= 1
                return illness.fault
        return None
