"""A SQLite database into a file and back."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from storage.upgrade import newest
from tests import postgres
from tests.moving.conftest import Types

ROSTER = "xã;thôn;họ tên;điện thoại;vai trò\nTú Lệ;Bản Lềnh;Lò Văn An;0912345678;tổ trưởng\n"


def people(file: Path) -> int:
    with sqlite3.connect(file) as connection:
        return int(connection.execute("select count(*) from persons").fetchone()[0])


@pytest.fixture
async def village(types: Types, tmp_path: Path) -> Path:
    """A database with one person; returns its file."""
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    code, _, err = await types("roster", "import", "roster.csv")
    assert code == 0, err
    return tmp_path / "data" / "tocds.db"


async def test_back_from_a_copy_that_was_made_in_the_middle_of_a_write(
    village: Path, types: Types, tmp_path: Path
) -> None:
    writing = sqlite3.connect(village, isolation_level=None)
    writing.execute("BEGIN IMMEDIATE")
    writing.execute("DELETE FROM person_details")
    code, out, err = await types("db", "backup", "copy.db")
    assert (code, err) == (0, "")
    assert "secret.key" in out
    writing.execute("COMMIT")
    writing.execute("DELETE FROM memberships")
    writing.execute("DELETE FROM persons")
    writing.close()
    assert (people(tmp_path / "copy.db"), people(village)) == (1, 0)

    code, out, err = await types("db", "restore", "copy.db")
    assert (code, people(village)) == (0, 1), err
    (kept,) = village.parent.glob("tocds-before-restore-*.db")
    assert str(kept) in out
    assert people(kept) == 0
    assert "Lò Văn An" in (await exported(types, tmp_path))


async def exported(types: Types, folder: Path) -> str:
    code, _, err = await types("roster", "export", "export.csv")
    assert code == 0, err
    return (folder / "export.csv").read_text(encoding="utf-8-sig")


async def test_restoring_where_there_was_nothing(village: Path, types: Types, tmp_path: Path) -> None:
    await types("db", "backup", "copy.db")
    code, out, _ = await types("db", "restore", "copy.db", DATA_DIR=str(tmp_path / "other"))
    assert (code, out) == (0, "restored from copy.db\n")
    assert people(tmp_path / "other" / "tocds.db") == 1


async def test_what_cannot_be_done_is_one_line_and_changes_nothing(
    village: Path, types: Types, tmp_path: Path, server: postgres.Server
) -> None:
    await types("db", "backup", "copy.db")
    (tmp_path / "text.db").write_text("nothing of the kind " * 100)
    newer = sqlite3.connect(tmp_path / "newer.db")
    newer.executescript("CREATE TABLE alembic_version (version_num text); INSERT INTO alembic_version VALUES ('9999')")
    newer.close()
    damaged = bytearray((tmp_path / "copy.db").read_bytes())
    damaged[len(damaged) // 2 :: 4096] = b"\xff" * len(damaged[len(damaged) // 2 :: 4096])
    (tmp_path / "damaged.db").write_bytes(damaged)
    elsewhere = {"DATABASE_URL": server.url()}
    for words, settings, line in (
        (("backup", "copy.db"), {}, "is there already"),
        (("backup", "nowhere/copy.db"), {}, "no folder"),
        (("backup", "x.db"), {"DATA_DIR": str(tmp_path / "none")}, "no database yet"),
        (("backup", "x.db"), elsewhere, "pg_dump"),
        (("restore", "copy.db"), elsewhere, "pg_restore"),
        (("restore", "absent.db"), {}, "no file"),
        (("restore", "text.db"), {}, "is no copy of a tocds database"),
        (("restore", "newer.db"), {}, "made by a newer tocds"),
        (("restore", "damaged.db"), {}, "damaged.db is "),
    ):
        code, out, err = await types("db", *words, **settings)
        assert (code, out, err.count("\n")) == (1, "", 1), (words, out, err)
        assert line in err
    assert people(village) == 1
    with sqlite3.connect(village) as connection:
        assert connection.execute("select version_num from alembic_version").fetchall() == [(newest(),)]
    assert sorted(one.name for one in village.parent.glob("*.db")) == ["tocds.db"]
    assert not (tmp_path / "none").exists()
