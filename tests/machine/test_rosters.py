"""Whatever is in a roster file: all of it or nothing, a second time nothing new, and never a traceback."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from handlers.roster.importing import Imported
from storage.engine import Database
from tests.databases import databases
from tests.machine.effort import effort
from tests.machine.rosters import FILES
from tests.roster.conftest import Office


@asynccontextmanager
async def _office() -> AsyncIterator[Office]:
    """An office that has imported nothing yet."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(await databases.make(Path(folder)))
        try:
            yield Office(database, Path(folder))
        finally:
            await database.close()


def _changes(result: Imported) -> tuple[int, int, int, int]:
    return result.people.added, result.people.updated, result.units.added, result.units.updated


@effort(60)
@given(FILES)
async def test_a_file_is_imported_whole_or_not_at_all_and_again_changes_nothing(content: bytes) -> None:
    async with _office() as office:
        first = await office.imports(content)
        if first.errors:
            assert _changes(first) == (0, 0, 0, 0)
            assert await office.asks("SELECT count(*) FROM units") == [(0,)]
            assert await office.asks("SELECT count(*) FROM persons") == [(0,)]
            return
        again = await office.imports(content)
        assert again.errors == ()
        assert _changes(again) == (0, 0, 0, 0)
        for name in ("out.csv", "out.xlsx"):
            out = await office.exports(name)
            back = await office.imports(out)
            assert (back.errors, _changes(back)) == ((), (0, 0, 0, 0)), name
        csv = (await office.exports("out.csv")).read_bytes()
        assert (await office.exports("again.csv")).read_bytes() == csv


@effort(40)
@given(st.binary(max_size=300) | st.builds(lambda head, rest: head + rest,
                                           st.sampled_from([b"PK\x03\x04", b"\xff\xfe"]),
                                           st.binary(max_size=200)))  # fmt: skip
async def test_any_bytes_as_a_roster_are_refused_in_words(content: bytes) -> None:
    async with _office() as office:
        result = await office.imports(content)
        assert result.errors
        assert await office.asks("SELECT count(*) FROM units") == [(0,)]
