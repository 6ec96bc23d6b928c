"""What people say to us besides their work, from the door: see tests/checkin/script.py for how it is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.checkin.script import Script, play, scripts
from tests.town import Town

SCRIPTS = scripts(Path(__file__).with_name("dialogues.txt"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
async def test_a_dialogue_says_and_keeps_what_it_should(town: Town, script: Script) -> None:
    await play(town, script)
