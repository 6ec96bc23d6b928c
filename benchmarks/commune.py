"""One commune on a pool of free Zalo bots: who lives there, which bot each writes to, which groups there are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product

COMMUNE = "Tú Lệ"
BOTS = ("tule1", "tule2", "tule3")
VILLAGES = (
    "Bản Lềnh",
    "Nậm Cưởm",
    "Khe Hả",
    "Bản Mạ",
    "Bản Phạ",
    "Tân Lập",
    "Bản Sang",
    "Huổi Pao",
    "Pom Ban",
    "Nước Nóng",
    "Trung Tâm",
    "Nà Lóng",
    "Khau Phạ",
    "Bản Tảu",
    "Suối Giàng",
    "Nà Hán",
    "Bản Chao",
    "Đồng Khê",
    "Suối Bu",
    "Làng Cò",
)
MEMBERS, GROUPS = 110, 9
QUIET = 6
"""So many villages hardly write by themselves: it is for them that there are reminders."""
_FAMILIES = ("Lò", "Hoàng", "Sùng", "Giàng", "Vàng", "Hà")
_GIVEN = ("An", "Hoa", "Páo", "Dũng", "Mai", "Sinh", "Lan", "Tủa", "Chư", "Hương", "Thắng", "Mỷ")
_NAMES = [" ".join(one) for one in product(_FAMILIES, ("Văn", "Thị"), _GIVEN)]


@dataclass
class Resident:
    """Somebody on the roster. `place`: the village, or "" for the commune; `bot`: the name of the bot they write to."""

    name: str
    place: str
    role: str
    bot: str
    phone: str
    talking: bool = field(default=False, compare=False)
    """In the middle of a conversation, which one does not leave for another."""

    @property
    def id(self) -> str:
        """Their id at their bot."""
        return f"u{self.phone}"


@dataclass(frozen=True, slots=True)
class Group:
    """A group on Zalo, with a bot in it."""

    id: str
    place: str
    bot: str


def residents(members: int = MEMBERS) -> list[Resident]:
    """Members of the villages in their order, the first of each its leader; then two officers and an administrator."""
    people = [_member(number, members) for number in range(members)]
    officers = (("commune_lead", 0), ("commune_lead", 1), ("admin", 2))
    for number, (role, bot) in enumerate(officers, start=members):
        people.append(Resident(_NAMES[number], "", role, BOTS[bot], _phone(number)))
    return people


def _member(number: int, members: int) -> Resident:
    village = number * len(VILLAGES) // members
    first = number == 0 or (number - 1) * len(VILLAGES) // members != village
    role = "leader" if first else "member"
    return Resident(_NAMES[number], VILLAGES[village], role, bot_of(village), _phone(number))


def bot_of(village: int) -> str:
    """Neighbouring villages share a bot: a third of the commune each."""
    return BOTS[village * len(BOTS) // len(VILLAGES)]


def groups() -> list[Group]:
    """Three groups a bot, which is all that three free bots can join: the commune's, and those of eight villages."""
    wanted = [Group("zgr-commune", COMMUNE, BOTS[0])]
    seats = dict.fromkeys(BOTS, 3)
    seats[BOTS[0]] -= 1
    for number, village in enumerate(VILLAGES):
        if seats[bot_of(number)]:
            seats[bot_of(number)] -= 1
            wanted.append(Group(f"zgr-{number}", village, bot_of(number)))
    return wanted


def roster(people: list[Resident]) -> Iterator[str]:
    """The lines of a roster file."""
    roles = {"commune_lead": "cán bộ xã", "admin": "quản trị", "leader": "tổ trưởng", "member": "tổ viên"}
    yield "xã;thôn;họ tên;điện thoại;vai trò"
    for one in people:
        yield ";".join((COMMUNE, one.place, one.name, one.phone, roles[one.role]))


def _phone(number: int) -> str:
    return f"09{12345678 + number * 7:08d}"
