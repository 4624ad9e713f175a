"""The liaison note, written while others talk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.events import Paste
from textual.pilot import Pilot

from supervisor_tui.locale import set_language
from supervisor_tui.screens.entry.follow_up import FollowUpScreen
from supervisor_tui.screens.entry.liaison_note import NoteScreen
from supervisor_tui.screens.entry.review_before_save import FinishScreen
from sync.replica import Replica, query
from sync.replica.editing import drafts
from tests.days import today
from tests.supervisor_tui.screens.desk import SIZES, Desk, laptop, shown

HEARD = "上午到场部。白天生产忙，建议改为晚间小组学习。会后再联系"


@pytest.fixture
def replica(tmp_path: Path) -> Iterator[Replica]:
    with laptop(tmp_path / "replica.db", 1, role="liaison") as opened:
        yield opened


async def write(pilot: Pilot[Any], text: str) -> None:
    """Let text arrive in one piece, as an input method or the clipboard hands it over."""
    assert pilot.app.focused is not None
    pilot.app.focused.post_message(Paste(text))
    await pilot.pause()


def desk(replica: Replica, draft_id: str | None = None) -> Desk:
    return Desk(replica, NoteScreen("u-1", draft_id))


async def test_a_note_is_text_one_key_and_keeping(replica: Replica) -> None:
    app = desk(replica)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await write(pilot, HEARD)
        await pilot.press("f9", "f10")
        await pilot.pause()
        assert isinstance(app.screen, FinishScreen)
        await pilot.press("f10")
        await pilot.pause()
        kept = query.record(app.replica, str(app.result))
        assert kept is not None
        assert kept.fields == {"content": HEARD, "mode": "visit", "noted_on": today(), "campaign": "c-1"}
        assert drafts.listed(app.replica) == []


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_text_comes_first_in_both_languages(replica: Replica, size: tuple[int, int], language: str) -> None:
    set_language(language)
    app = desk(replica)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        screen = shown(app)
        for words in {
            "zh": ["联络记录", "不写党员姓名", "方式", "联络日期", "+ 其他"],
            "en": ["Liaison note", "no members' names", "Way of contact", "+ More"],
        }[language]:
            assert words in screen
        assert screen.index({"zh": "不写党员姓名", "en": "no members' names"}[language]) < screen.index("+ ")


async def test_the_way_of_contact_goes_round_from_the_text_and_by_digit_below_it(replica: Replica) -> None:
    app = desk(replica)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        seen = []
        for _ in range(5):
            await pilot.press("f9")
            await pilot.pause()
            seen.append(app.form.fields["mode"])
        assert seen == ["visit", "phone", "meeting", "message", "visit"]
        await pilot.press("tab")
        app.form.lines.go_to("mode")
        await pilot.press("２")
        await pilot.pause()
        assert app.form.fields["mode"] == "phone"


async def test_f4_turns_the_sentence_at_the_caret_into_a_follow_up(replica: Replica) -> None:
    app = desk(replica)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await write(pilot, HEARD)
        await pilot.press(*["left"] * 8, "f4")
        await pilot.pause()
        assert isinstance(app.screen, FollowUpScreen)
        assert app.screen.fields["title"] == "白天生产忙，建议改为晚间小组学习"
        assert app.screen.draft_session.draft.origin == app.form.draft_session.draft.record
        await pilot.press("1")
        await pilot.pause()
        await pilot.press("+", "7", "enter", "f10")
        await pilot.pause()
        assert app.screen is app.form
        [row] = query.history(app.replica, "u-1", "follow_up").rows(0, 9)
        assert row.fields["nature"] == "problem"
        assert row.fields["origin"] == app.form.draft_session.draft.record


async def test_the_folded_lines_are_kept_too(replica: Replica) -> None:
    app = desk(replica)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press(*"已到", "f9", "tab")
        app.form.lines.go_to("present.secretary")
        await pilot.press("enter", *"到场 1 人", "enter")
        await pilot.pause()
        app.form.lines.go_to("next_on")
        await pilot.press("enter", *"+14", "enter", "f10")
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        kept = query.record(app.replica, str(app.result))
        assert kept is not None
        assert kept.fields["present.secretary"] == "到场 1 人"
        assert kept.fields["next_on"] > today()


async def test_a_note_without_its_text_is_refused_in_words_and_stays_a_draft(replica: Replica) -> None:
    app = desk(replica)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("f9", "f10")
        await pilot.pause()
        assert "内容: 必须填写" in shown(app)
        await pilot.press("enter")
        await pilot.press(*"来过")
        await pilot.pause()
        assert app.form.fields["content"] == "来过"
        app.form.save()
        assert [draft.kind for draft in drafts.listed(app.replica)] == ["liaison_note"]


async def test_what_was_written_is_there_again(replica: Replica) -> None:
    app = desk(replica)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await write(pilot, HEARD)
        await pilot.press("escape")
        await pilot.pause()
    assert app.result is None
    with Replica.open(replica.path) as again:
        app = desk(again)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            assert "建议改为晚间小组学习" in shown(app)


async def test_pasted_text_cannot_act(replica: Replica) -> None:
    app = desk(replica)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await write(pilot, "a\x1b[31m\u202eb\r\n[red]c\x00")
        assert app.form.fields["content"] == "a[31mb\n[red]c"
        assert "[red]c" in shown(app)
