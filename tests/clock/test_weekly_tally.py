"""Monday morning in the groups."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot import firing, scheduler
from bot.firing import Firings
from handlers.clock.duty import Firing, Post
from handlers.turn import Thinking
from locales import Week
from storage.media import media, media_bytes
from storage.occurrences import occurrences
from storage.outbox import owed
from tests.clock.clockwork import MONDAY_TALLY, Clockwork, at
from tests.town import Town


async def test_a_commune_group_hears_the_week_once_in_words_and_as_a_picture(town: Town, clock: Clockwork) -> None:
    await clock.names_on()
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await town.person("Sùng A Páo", "Tú Lệ/Thôn 3")
    group = await clock.group("Tổ CĐS Tú Lệ", "Tú Lệ")
    await an.says("vneid 3 dvc 2")

    await clock.strikes(MONDAY_TALLY)
    await clock.strikes(at(23, 7, 31))

    (post,) = await group.heard()
    assert post.text.startswith("TỔ CĐS CỘNG ĐỒNG XÃ TÚ LỆ – TUẦN 47 (16–22/11)")
    assert "1/2 thôn" in post.text
    assert "Còn chờ tin: Thôn 3" in post.text
    assert post.kind == "weekly-tally"
    pictures = {row.id: row for row in await town.rows(media)}
    assert pictures[post.media_id].origin == "made"
    (content,) = await town.rows(media_bytes)
    assert content.content.startswith(b"\x89PNG")


async def test_the_row_keeps_the_numbers_and_the_exact_text(town: Town, clock: Clockwork) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    group = await clock.group("Tổ CĐS Tú Lệ", "Tú Lệ")
    await an.says("vneid 3")
    await clock.strikes(MONDAY_TALLY)
    row = await clock.row("weekly-tally", "Tú Lệ")
    (post,) = await group.heard()
    assert (row.state, row.period, row.words) == ("done", "2026-W47", post.text)
    assert row.numbers["indicators"] == {"vneid": 3}
    assert row.media_id == post.media_id


async def test_two_groups_of_one_commune_both_hear_it(town: Town, clock: Clockwork) -> None:
    await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    one, two = await clock.group("Một", "Tú Lệ"), await clock.group("Hai", "Tú Lệ")
    await clock.strikes(MONDAY_TALLY)
    assert len(await one.heard()) == len(await two.heard()) == 1


async def test_a_village_group_hears_its_own_village(town: Town, clock: Clockwork) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    commune, village = await clock.group("Xã", "Tú Lệ"), await clock.group("Thôn", "Tú Lệ/Bản Lềnh")
    await an.says("vneid 3")
    await clock.strikes(MONDAY_TALLY)
    (post,) = await village.heard()
    assert "BẢN LỀNH" in post.text
    assert len(await commune.heard()) == 1


async def test_a_commune_without_news_is_encouraged(town: Town, clock: Clockwork) -> None:
    await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    group = await clock.group("Tổ CĐS Tú Lệ", "Tú Lệ")
    await clock.strikes(MONDAY_TALLY)
    (post,) = await group.heard()
    assert "Không sao ạ" in post.text
    assert "Bản Lềnh" not in post.text


async def test_a_commune_without_a_group_is_skipped_with_the_reason(town: Town, clock: Clockwork) -> None:
    await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await clock.strikes(MONDAY_TALLY)
    row = await clock.row("weekly-tally", "Tú Lệ")
    assert (row.state, row.reason) == ("skipped", "no group is bound")
    assert not await town.rows(owed)


async def test_one_broken_group_never_stops_the_others(town: Town, clock: Clockwork) -> None:
    await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    broken, sound = await clock.group("Hỏng", "Tú Lệ"), await clock.group("Lành", "Tú Lệ")
    await clock.blocks(broken)
    await clock.strikes(MONDAY_TALLY)
    assert not await broken.heard()
    assert len(await sound.heard()) == 1


async def test_what_was_put_into_words_is_posted_though_another_place_fails(
    town: Town, clock: Clockwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next are put into words while the last are written; whoever was written is not posted again."""
    monkeypatch.setattr(firing, "WRITTEN_AT_ONCE", 1)
    await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await town.person("Bàn Văn Tài", "Gia Hội/Thôn 5")
    one, two = await clock.group("Một", "Gia Hội"), await clock.group("Hai", "Tú Lệ")
    town.clock.move_to(MONDAY_TALLY)
    week, job = Week.parse("2026-W47"), scheduler.named("weekly-tally")

    def failing(told: Firing) -> Thinking[Iterator[Post]]:
        posts = yield from job.duty(told)
        return (post if place == 0 else post_of_nobody() for place, post in enumerate(posts))

    with pytest.raises(RuntimeError, match="no words"):
        await clock.firings.fire(replace(job, duty=failing), None, week)
    early = [len(await group.heard()) for group in (one, two)]
    assert sum(early) == 1
    await clock.firings.fire(job, None, week)
    late = [len(await group.heard()) for group in (one, two)]
    assert [sum(posts) for posts in zip(early, late, strict=True)] == [1, 1]


def post_of_nobody() -> Post:
    raise RuntimeError("no words")


async def test_a_restart_posts_nothing_again(town: Town, clock: Clockwork) -> None:
    await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    group = await clock.group("Tổ CĐS Tú Lệ", "Tú Lệ")
    await clock.strikes(MONDAY_TALLY)
    clock.restart()
    await clock.strikes(at(23, 7, 40))
    assert len(await group.heard()) == 1


async def test_two_processes_post_once_between_them(town: Town, clock: Clockwork) -> None:
    await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    group = await clock.group("Tổ CĐS Tú Lệ", "Tú Lệ")
    town.clock.move_to(MONDAY_TALLY)
    other = Firings(town.database, town.clock, lambda: town.around)
    await asyncio.gather(clock.firings.tick(), other.tick())
    assert len(await group.heard()) == 1


async def test_a_start_that_comes_two_days_late_posts_nothing_and_says_why(town: Town, clock: Clockwork) -> None:
    await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    group = await clock.group("Tổ CĐS Tú Lệ", "Tú Lệ")
    await clock.strikes(at(25, 9))
    assert not await group.heard()
    row = await clock.row("weekly-tally", "Tú Lệ")
    assert (row.state, row.reason) == ("skipped", "late by 2 days")


async def test_a_start_that_comes_three_hours_late_still_posts_the_tally(town: Town, clock: Clockwork) -> None:
    await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    group = await clock.group("Tổ CĐS Tú Lệ", "Tú Lệ")
    await clock.strikes(at(23, 10, 30))
    (post,) = await group.heard()
    (row,) = [row for row in await town.rows(owed) if row.kind == "weekly-tally"]
    assert post.kind == "weekly-tally"
    assert row.expires_at == at(24, 7, 30)


async def test_places_that_came_later_are_not_written_off(town: Town, clock: Clockwork) -> None:
    """A new installation does not begin with a list of what it has missed."""
    await town.place("Tú Lệ/Bản Lềnh")
    await clock.strikes(town.now)
    assert not await town.rows(occurrences)


async def test_by_hand_a_running_week_is_provisional_and_does_not_use_up_its_monday(
    town: Town, clock: Clockwork
) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    group = await clock.group("Tổ CĐS Tú Lệ", "Tú Lệ")
    await an.says("vneid 3")
    fired = await clock.run("weekly-tally", week="2026-W47")
    again = await clock.run("weekly-tally", week="2026-W47")
    (post,) = await group.heard()
    assert fired.provisional
    assert again.repeated
    assert "tạm tính" in post.text
    await clock.strikes(MONDAY_TALLY)
    (final,) = await group.heard()
    assert "tạm tính" not in final.text


async def test_by_hand_a_past_week_is_its_own_firing(town: Town, clock: Clockwork) -> None:
    await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    group = await clock.group("Tổ CĐS Tú Lệ", "Tú Lệ")
    fired = await clock.run("weekly-tally", at(23, 7, 30))
    assert (fired.period, fired.provisional) == ("2026-W47", False)
    await clock.strikes(MONDAY_TALLY)
    assert len(await group.heard()) == 1


async def test_news_of_an_earlier_week_is_told_as_an_addition(town: Town, clock: Clockwork) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    group = await clock.group("Tổ CĐS Tú Lệ", "Tú Lệ")
    await clock.strikes(MONDAY_TALLY)
    town.clock.move_to(at(24, 9))
    await an.says("tuần trước vneid 2")
    await clock.strikes(at(30, 7, 30))
    first, second = await group.heard()
    assert "Bản Lềnh" not in first.text
    assert "tuần 47" in second.text
    assert "Bản Lềnh vneid 2" in second.text


async def test_by_hand_a_group_bound_too_late_gets_what_was_skipped_and_only_that(town: Town, clock: Clockwork) -> None:
    await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await town.person("Bàn Văn Tài", "Gia Hội/Thôn 5")
    first = await clock.group("Gia Hội", "Gia Hội")
    await clock.strikes(MONDAY_TALLY)
    late = await clock.group("Tú Lệ", "Tú Lệ")
    await clock.strikes(at(23, 7, 40))
    assert not await late.heard()
    fired = await clock.run("weekly-tally", week="2026-W47")
    again = await clock.run("weekly-tally", week="2026-W47")
    assert (fired.done, fired.repeated, again.done, again.repeated) == (1, False, 0, True)
    assert len(await late.heard()) == len(await first.heard()) == 1
    assert (await clock.row("weekly-tally", "Tú Lệ")).state == "done"
