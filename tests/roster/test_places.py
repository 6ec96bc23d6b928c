"""Asking for places: by id, code and path; the tree with its teams; what places want otherwise."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.roster.sample import write_sample
from storage import places, questions
from storage.duties import Wishes
from storage.engine import Database
from storage.finding import Place, PlaceAmbiguous, PlaceUnknown, choose
from storage.places import WhichPlace
from storage.teams import ensure_team
from storage.trees import tree
from storage.unit_settings import set_setting
from tests.databases import databases
from tests.roster.conftest import NOW, Office

TODAY = date(2026, 11, 16)


@pytest.fixture(scope="module")
def district_url(tmp_path_factory: pytest.TempPathFactory, database_kind: str) -> str:
    """The sample district, imported once; the tests only read it."""
    folder = tmp_path_factory.mktemp("district")
    write_sample(folder / "sample.csv")

    async def fill() -> str:
        url = await databases.make(folder, keep=True)
        database = Database(url)
        await Office(database, folder).imports(folder / "sample.csv")
        await database.close()
        return url

    return asyncio.run(fill())


@pytest.fixture
async def district(district_url: str) -> AsyncIterator[AsyncConnection]:
    database = Database(district_url)
    async with database.read() as connection:
        yield connection
    await database.close()


@pytest.mark.parametrize(
    ("wanted", "path"),
    [
        ("Tú Lệ", "Tú Lệ"),
        ("xã Tú Lệ", "Tú Lệ"),
        ("tu le", "Tú Lệ"),
        ("TÚ LỆ", "Tú Lệ"),
        ("04630", "Tú Lệ"),
        ("4630", "Tú Lệ"),
        ("Thị trấn Sơn Thịnh", "Sơn Thịnh"),
        ("Tú Lệ/Thôn 1", "Tú Lệ/Thôn 1"),
        ("Văn Chấn/Tú Lệ/Thôn 1", "Tú Lệ/Thôn 1"),
        ("tu le/thon 1", "Tú Lệ/Thôn 1"),
        ("Thôn 1, xã Tú Lệ", "Tú Lệ/Thôn 1"),
        ("Tú Lệ / Lềnh", "Tú Lệ/Bản Lềnh"),
        ("Nậm Cưởm", "Tú Lệ/Nậm Cưởm"),
        ("Tu\u0301 Le\u0323\u0302", "Tú Lệ"),
        ("Văn Chấn", "Văn Chấn"),
    ],
)
async def test_a_place_is_found_as_people_write_it(district: AsyncConnection, wanted: str, path: str) -> None:
    assert (await places.find(district, wanted, TODAY)).path == path


async def test_a_village_of_many_communes_is_ambiguous(district: AsyncConnection) -> None:
    with pytest.raises(PlaceAmbiguous, match="could be any of") as caught:
        await places.by_path(district, "Thôn 1", TODAY)
    assert "Tú Lệ/Thôn 1" in {place.path for place in caught.value.candidates}


async def test_within_one_commune_the_same_name_is_clear(district: AsyncConnection) -> None:
    commune = await places.find(district, "Tú Lệ", TODAY)
    assert (await places.by_path(district, "Thôn 1", TODAY, within=commune.id)).path == "Tú Lệ/Thôn 1"


@pytest.mark.parametrize(
    ("wanted", "near"), [("Tú Lê̂x", "Tú Lệ"), ("Gia Hộii", "Gia Hội"), ("Tú Lệ/Nậm Cườn", "Tú Lệ/Nậm Cưởm")]
)
async def test_an_unknown_place_is_told_with_what_is_near(district: AsyncConnection, wanted: str, near: str) -> None:
    with pytest.raises(PlaceUnknown) as caught:
        await places.find(district, wanted, TODAY)
    assert near in {place.path for place in caught.value.near}
    assert near in str(caught.value)


@pytest.mark.parametrize("wanted", ["", " / ", "99999", "123456789012345678901234567890", "Hà Nội/Thôn 1"])
async def test_what_is_nowhere_is_unknown(district: AsyncConnection, wanted: str) -> None:
    with pytest.raises(PlaceUnknown):
        await places.find(district, wanted, TODAY)


async def test_before_it_was_imported_there_was_nothing(district: AsyncConnection) -> None:
    assert await places.root(district, TODAY - timedelta(days=1)) is None
    assert await tree(district, TODAY - timedelta(days=1)) is None


async def test_the_tree_holds_everything_once(district: AsyncConnection) -> None:
    whole = await tree(district, TODAY)
    assert whole is not None
    assert (whole.place.kind, whole.place.name, len(whole.children)) == ("site", "Văn Chấn", 24)
    villages = [village for commune in whole.children for village in commune.children]
    assert (len(villages), sum(bool(village.teams) for village in villages)) == (213, 199)
    assert sum(team.kind == "club" for commune in whole.children for team in commune.teams) == 20
    assert [commune.place.code for commune in whole.children] == sorted(str(one.place.code) for one in whole.children)


async def test_villages_come_in_reading_order_with_their_teams(district: AsyncConnection) -> None:
    commune = await places.find(district, "Sùng Đô", TODAY)
    below = await tree(district, TODAY, commune.id)
    assert below is not None
    names = [village.place.name for village in below.children]
    assert [village.place.name for village in below.children if not village.teams] == ["Háng Đề", "Sùng Trên"]
    within = await places.everything(district, TODAY, commune.id)
    assert {place.name for place in within} == {"Sùng Đô", *names}
    assert len(names) == 7


async def test_turns_ask_for_places_together(district: AsyncConnection) -> None:
    one, other = [await places.find(district, wanted, TODAY) for wanted in ("Tú Lệ", "Gia Hội")]
    asked = [WhichPlace(other.id, TODAY), WhichPlace(7, TODAY), WhichPlace(one.id, TODAY)]
    assert await questions.answer_all(district, asked) == [other, None, one]


async def test_a_setting_is_set_replaced_and_apart_from_others(office: Office) -> None:
    await office.imports_rows(("04630", "Tú Lệ", "", "", "", "", ""))
    async with office.database.write() as connection:
        root = await places.root(connection, TODAY)
        commune = await places.find(connection, "Tú Lệ", TODAY)
        assert root is not None
        wishes = Wishes(("names",))
        assert await questions.answer_all(connection, [wishes]) == [{}]
        await set_setting(connection, commune.id, "names", False, NOW)
        await set_setting(connection, commune.id, "names", {"until": "2026-12-01"}, NOW)
        await set_setting(connection, root.id, "names", True, NOW)
        await set_setting(connection, root.id, "signal", False, NOW)
        assert await questions.answer_all(connection, [wishes]) == [
            {(root.id, "names"): True, (commune.id, "names"): {"until": "2026-12-01"}}
        ]


async def test_a_village_gets_a_team_once_and_the_site_never(office: Office) -> None:
    await office.imports_rows(("04630", "Tú Lệ", "Háng Cơ", "", "", "", ""))
    async with office.database.write() as connection:
        village = await places.find(connection, "Háng Cơ", TODAY)
        root = await places.root(connection, TODAY)
        assert root is not None
        first = await ensure_team(connection, village, TODAY)
        assert first is not None
        assert await ensure_team(connection, village, TODAY) == first
        assert await ensure_team(connection, root, TODAY) is None


def village(number: int, name: str) -> Place:
    return Place(number, name, "village", None, 1, "Tú Lệ", "commune")


@pytest.mark.parametrize(
    ("wanted", "villages", "found"),
    [
        ("Lềnh", ("Bản Lềnh", "Bản Lệnh"), "Bản Lềnh"),
        ("Thôn Mới", ("Bản Mới", "Thôn Mới"), "Thôn Mới"),
        ("ban moi", ("Bản Mới", "Thôn Mới"), "Bản Mới"),
        ("Bản Lệnh", ("Bản Lềnh", "Bản Lệnh"), "Bản Lệnh"),
    ],
)
def test_the_nearer_spelling_wins(wanted: str, villages: tuple[str, ...], found: str) -> None:
    among = [village(number, name) for number, name in enumerate(villages, start=2)]
    assert choose(among, wanted).name == found
