"""The inspection form, as a supervisor fills it in."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from textual.pilot import Pilot
from textual.strip import Strip

from supervisor_tui.locale import set_language, t
from supervisor_tui.screens.dialogs.picker import FindScreen
from supervisor_tui.screens.entry.follow_up import FollowUpScreen
from supervisor_tui.screens.entry.inspection import InspectionScreen
from supervisor_tui.screens.entry.review_before_save import FinishScreen
from supervisor_tui.widgets.checklist import Checklist
from supervisor_tui.widgets.editor import Editor
from sync.model.days import plus
from sync.protocol.messages import Scope
from sync.replica import Replica, query
from sync.replica.editing import drafts, edits
from tests.days import today
from tests.supervisor_tui.screens.desk import SIZES, Desk, laptop, last_visit, shown


@pytest.fixture
def replica(tmp_path: Path) -> Iterator[Replica]:
    with laptop(tmp_path / "replica.db", 25) as opened:
        yield opened


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Replica]:
    with laptop(tmp_path / "replica.db", 2, figures=True) as opened:
        yield opened


class Keys:
    """Presses keys and counts them; text typed is not counted."""

    def __init__(self, pilot: Pilot[Any]) -> None:
        self.pilot = pilot
        self.pressed = 0

    async def press(self, *keys: str) -> None:
        self.pressed += len(keys)
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        await self.pilot.press(*text)
        await self.pilot.pause()


def desk(replica: Replica, draft_id: str | None = None) -> Desk:
    return Desk(replica, InspectionScreen("u-1", draft_id))


async def test_a_visit_of_25_items_with_two_findings_takes_at_most_60_keys(replica: Replica) -> None:
    app = desk(replica)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        keys = Keys(pilot)
        for item in range(25):
            finding = item in (4, 11)
            await keys.press("3" if finding else "1")
            if finding:
                await keys.press("up", "enter")
                await keys.type("没有签到记录")
                await keys.press("f4", "f10")  # the follow-up carries the item and the note; kept as it is
        await keys.press("enter")
        await keys.type("学习总体有安排")
        await keys.press("escape", "f10", "f10")
        assert keys.pressed <= 60
        assert app.result not in (None, "", "still open")
        kept = query.record(app.replica, str(app.result))
        assert kept is not None
        assert kept.fields["answer.i4"] == {"verdict": "unmet", "note": "没有签到记录"}
        assert kept.fields["visited_on"] == today()
        assert kept.fields["inspector.p-1"] is True
        assert sum(1 for name in kept.fields if name.startswith("answer.")) == 25
        follow_ups = [row.fields for row in query.history(app.replica, "u-1", "follow_up").rows(0, 9)]
        assert sorted(fields["origin"] for fields in follow_ups) == [f"{app.result}#i11", f"{app.result}#i4"]
        assert {fields["detail"] for fields in follow_ups} == {"没有签到记录"}
        assert drafts.listed(app.replica) == []


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_form_stands_complete_in_both_languages(
    replica: Replica, size: tuple[int, int], language: str
) -> None:
    set_language(language)
    app = desk(replica)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await pilot.press("1", "3")
        await pilot.pause()
        screen = shown(app)
        for words in {
            "zh": ["督导检查", "瑶湖水产场党委", "达标 1", "未达 1", "未填 24", "上次 不适用", "1 达标  2 基本"],
            "en": ["Inspection", "met 1", "unmet 1", "open 24", "last n/a", "1 met  2 partly"],
        }[language]:
            assert words in screen
        assert all(len(line) <= size[0] for line in screen.splitlines())
        await pilot.press("f10")
        await pilot.pause()
        assert {"zh": "必须填写", "en": "must be given"}[language] in shown(app)


async def test_the_last_verdict_is_shown_and_never_filled_in(replica: Replica) -> None:
    app = desk(replica)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "上次 不适用" in shown(app)
        assert not any(name.startswith("answer.") for name in app.form.fields)


async def test_full_width_digits_answer_and_delete_opens_an_item_again(small: Replica) -> None:
    app = desk(small)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("３", "０", "up", "delete")
        await pilot.pause()
        assert app.form.fields["answer.i0"] == {"verdict": "unmet"}
        assert "answer.i1" not in app.form.fields


async def test_a_click_on_the_answer_takes_the_next_one(small: Replica) -> None:
    app = desk(small)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        line = app.form.lines.cursor_line
        await pilot.click(Checklist, offset=(4, line))
        await pilot.click(Checklist, offset=(4, line))
        await pilot.pause()
        assert app.form.fields["answer.i0"] == {"verdict": "partly"}


async def test_composed_characters_begin_the_note_at_once(small: Replica) -> None:
    app = desk(small)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("缺", "席", "3", "enter")
        await pilot.pause()
        assert app.form.fields["answer.i0"] == {"verdict": "", "note": "缺席3"}
        assert app.form.lines.question is not None
        assert app.form.lines.question.item == "i0"  # the verdict is still owed


async def test_a_figure_is_typed_in_full_width_digits_and_checked_while_typed(small: Replica) -> None:
    app = desk(small)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("1", "1", "３")
        await pilot.pause()
        await pilot.press("０", "０")
        await pilot.pause()
        assert "0-200" in shown(app)
        await pilot.press("backspace", "enter")
        await pilot.pause()
        assert app.form.fields["figure.hours"] == 30


async def test_leaving_asks_nothing_and_the_draft_opens_where_it_was_left(small: Replica) -> None:
    app = desk(small)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("1", "2", "escape")
        await pilot.pause()
    assert app.result is None
    with Replica.open(small.path) as again:
        [draft] = drafts.listed(again)
        assert draft.fields["answer.i1"] == {"verdict": "partly"}
        app = desk(again, draft.id)
        async with app.run_test(size=(120, 40)) as pilot:
            await pilot.pause()
            assert app.form.fields["answer.i0"] == {"verdict": "met"}
            assert app.form.lines.question is not None
            assert app.form.lines.question.item == "hours"


async def test_a_form_left_untouched_leaves_no_draft(small: Replica) -> None:
    app = desk(small)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("down", "down", "escape")
        await pilot.pause()
    with Replica.open(small.path) as again:
        assert drafts.listed(again) == []


async def test_what_is_missing_is_named_and_a_digit_goes_there(small: Replica) -> None:
    app = desk(small)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("1", "f10")
        await pilot.pause()
        assert "总体情况: 必须填写" in shown(app)
        assert "F10 去补正" in shown(app)  # there is nothing yet that could be kept
        assert "F10 保存" not in shown(app)
        await pilot.press("3")
        await pilot.pause()
        assert app.screen is app.form
        assert app.form.lines.question is not None
        assert app.form.lines.question.field == "summary"
        assert query.history(app.replica, "u-1", "inspection").count == 1


async def test_f4_opens_a_follow_up_that_carries_the_item(small: Replica) -> None:
    app = desk(small)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("3", "up", "f4")
        await pilot.pause()
        assert isinstance(app.screen, FollowUpScreen)
        record = app.form.draft_session.draft.record
        assert app.screen.draft_session.draft.origin == f"{record}#i0"
        assert app.screen.fields["title"] == "未达: 学习计划有安排有记录 0"
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen is app.form
        assert [draft.kind for draft in drafts.listed(app.replica)] == ["inspection"]


async def test_an_item_shows_that_it_has_a_follow_up_and_the_finish_view_lists_it(small: Replica) -> None:
    app = desk(small)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("3", "up", "f4")
        await pilot.pause()
        await pilot.press("f10")
        await pilot.pause()
        assert "学习计划有安排有记录 0 [已转事项]" in shown(app)
        await pilot.press("f10")
        await pilot.pause()
        await pilot.press("end")
        await pilot.pause()
        assert "随本次督导的事项" in shown(app)


async def test_another_stage_asks_its_own_checklist_and_keeps_the_answers_given(small: Replica) -> None:
    app = desk(small)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("3", "home", "enter", "down", "down", "2")
        await pilot.pause()
        assert app.form.fields["stage"] == "review"
        assert app.form.fields["template"] == "t-2"
        assert app.form.fields["answer.i0"] == {"verdict": "unmet"}


async def test_markup_and_escapes_in_records_are_shown_as_text(tmp_path: Path) -> None:
    with laptop(tmp_path / "replica.db", 1) as replica:
        hostile = "[bold red]x[/] \x9b31m \u202eabc"
        app = desk(replica)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            app.form.fields["summary"] = hostile
            app.form.fields["answer.i0"] = {"verdict": "met", "note": hostile}
            app.form.show_questions()
            await pilot.press("f10")
            await pilot.pause()
            for _ in range(2):
                screen = shown(app)
                assert "[bold red]x[/]" in screen
                assert "\u202e" not in screen
                assert "\x9b" not in screen
                await pilot.press("escape")
                await pilot.pause()
                if app.screen is not app.form:
                    break


async def test_a_correction_keeps_what_changed_and_asks_the_reason(small: Replica) -> None:
    from supervisor_tui.forms.keeping import begin_correction

    record = query.history(small, "u-1", "inspection").rows(0, 1)[0].record
    begun = begin_correction(small, record)
    assert begun is not None
    begun.changed()
    begun.flush()
    app = desk(small, begun.draft.id)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.form.lines.go_to("answer.i0")
        await pilot.press("1", "f10")
        await pilot.pause()
        await pilot.press("f10")
        await pilot.pause()
        assert isinstance(app.screen, FinishScreen)  # not without a reason
        await pilot.press(*"记错了", "enter")
        await pilot.pause()
        assert app.result == record
        kept = query.record(app.replica, record)
        assert kept is not None
        assert kept.fields["answer.i0"] == {"verdict": "met"}
        assert kept.versions[-1].why == "记错了"
        assert set(kept.versions[-1].set) == {"answer.i0"}


async def test_a_refused_record_keeps_the_draft(small: Replica) -> None:
    app = desk(small)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("1", "1")
        record = app.form.draft_session.draft.record
        edits.create(app.replica, "count", "u-1", {"counted_on": "2026-09-01"}, record=record)
        app.form.fields.update({"summary": "好", "figure.hours": 8})
        app.form.keep_now(app.form.kept_fields())
        await pilot.pause()
        assert app.screen is app.form
        app.form.save()
        assert [draft.kind for draft in drafts.listed(app.replica)] == ["inspection"]


async def test_400_items_open_and_answer_as_quickly_as_four(tmp_path: Path) -> None:
    with laptop(tmp_path / "replica.db", 400) as replica:
        app = desk(replica)
        async with app.run_test(size=(120, 40)) as pilot:
            await pilot.pause()
            checklist = app.form.lines
            assert checklist.virtual_size.height > 400
            began = time.perf_counter()
            checklist.show(app.form.parts, app.form.fields, {})
            opened = time.perf_counter() - began
            began = time.perf_counter()
            for _ in range(20):
                checklist.answer("1")
            answered = (time.perf_counter() - began) / 20
            await pilot.press("end", "home", "pagedown")
        assert opened < 0.2  # 0.01 s on a free machine; here it only must not grow with a widget a line
        assert answered < 0.05


async def test_only_one_editor_is_ever_open(small: Replica) -> None:
    app = desk(small)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        await pilot.click(Checklist, offset=(20, 6), times=2)
        await pilot.pause()
        assert len(app.screen.query(Editor)) == 1


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_hints_stand_before_saving_and_block_nothing(tmp_path: Path, language: str) -> None:
    """A checklist filled in faster than anybody looks, and a unit visited more often than the campaign wants."""
    with laptop(tmp_path / "replica.db", 6) as replica:
        set_language(language)
        for turn in range(12):
            again = {**last_visit(), "visited_on": plus(today(), -3), "summary": f"第{turn}次"}
            edits.create(replica, "inspection", "u-1", again)
        app = desk(replica)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            keys = Keys(pilot)
            await keys.press(*"111111", "enter")
            await keys.type("都好")
            await keys.press("escape", "f10")
            screen = "".join(shown(app).split())
            this_month = 13 + (last_visit()["visited_on"] > plus(today(), -30))
            month = t("hint.month", count=this_month, ceiling=2, days=30)
            for words in (month, t("hint.year", count=14, ceiling=12, days=365)):
                assert "".join(words.split()) in screen
            assert "".join(t("hint.too_fast", count=6, seconds="|").partition("|")[0].split()) in screen
            await keys.press("f10")
            assert query.record(app.replica, str(app.result)) is not None


async def test_a_verdict_draws_only_the_lines_it_concerns(replica: Replica, monkeypatch: pytest.MonkeyPatch) -> None:
    app = desk(replica)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.press("1", "up")
        app.form.save()
        await pilot.pause(0.1)
        drawn: list[int] = []
        draw_line = Checklist.draw_line

        def noted(form: Checklist, y: int) -> Strip:
            drawn.append(y)
            return draw_line(form, y)

        monkeypatch.setattr(Checklist, "draw_line", noted)
        await pilot.press("3")
        await pilot.pause(0.1)
        assert 2 <= len(drawn) <= 5  # both items and the heading that counts


async def _open_visit(pilot: Pilot[Any]) -> None:
    """Open the visit's head, from wherever the cursor stands."""
    await pilot.pause()
    await pilot.press("home", "enter")
    await pilot.pause()


def _know_many(replica: Replica, **more: Any) -> None:
    people = {f"p-{number}": f"督导员{number}号" for number in range(2, 60)}
    groups = {f"g-{number}": f"第{number}督导组" for number in range(1, 20)}
    replica.set_scope(Scope(version="1", person="p-1", role="office", people=people, groups=groups, **more))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_one_of_many_people_is_found_by_name_and_marked(
    small: Replica, size: tuple[int, int], language: str
) -> None:
    _know_many(small)
    set_language(language)
    app = desk(small)
    async with app.run_test(size=size) as pilot:
        await _open_visit(pilot)
        assert "督导员57号" not in shown(app)
        assert {"zh": "共 58", "en": "(58)"}[language] in shown(app)
        app.form.lines.go_to("inspector")
        await pilot.press("督", "导", "员", "5")
        await pilot.pause()
        assert isinstance(app.screen, FindScreen)
        assert [f"督导员{number}号" in shown(app) for number in (5, 6, 50)] == [True, False, True]
        await pilot.press("7", "enter")
        await pilot.pause()
        assert app.form.fields["inspector.p-57"] is True
        assert "督导员57号" in shown(app)
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press(*"督导员57")
        assert {"zh": "没有找到", "en": "nothing found"}[language] in shown(app)  # those who are listed already
        await pilot.press("enter", "escape")
        assert app.form.lines.question is not None
        assert app.form.lines.question.field == "inspector"


@pytest.mark.parametrize("sound", ["ddy57h", "dudaoyuan57"])
async def test_people_are_found_by_how_their_names_sound(small: Replica, sound: str) -> None:
    _know_many(small)
    app = desk(small)
    async with app.run_test(size=(80, 24)) as pilot:
        await _open_visit(pilot)
        app.form.lines.go_to("inspector")
        await pilot.press("enter")
        await pilot.press(*sound, "enter")
        await pilot.pause()
        assert app.form.fields["inspector.p-57"] is True


async def test_one_of_many_groups_is_found_by_name(small: Replica) -> None:
    small.set_identity(msgspec.structs.replace(small.joined(), group="", role="office"))
    _know_many(small, staff=True, everything=True)
    app = desk(small)
    async with app.run_test(size=(80, 24)) as pilot:
        await _open_visit(pilot)
        app.form.lines.go_to("group")
        await pilot.press("space", "enter", *"第17")
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert app.form.fields["group"] == "g-17"
        assert "第17督导组" in shown(app)
