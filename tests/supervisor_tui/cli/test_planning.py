"""`next` and `draw` over a laptop in the middle of its work, and hints where a record is read."""

from __future__ import annotations

from tests.supervisor_tui.cli.test_commands import ANSWERS, NOTE, VISIT, Line, line

__all__ = ["line"]


def test_next_names_units_with_their_reasons(line: Line) -> None:
    found = line("next", "--json").value
    first = found[0]
    assert first["unit"] == "u-01"
    assert first["reasons"][0]["rule"] == "overdue"
    assert "overdue" in first["reasons"][0]["words"]
    assert {"not_visited"} <= {reason["rule"] for unit in found for reason in unit["reasons"]}
    assert "逾期" in line("next", lang="zh").out


def test_a_promise_to_come_back_is_remembered(line: Line) -> None:
    line("record", "liaison_note", "--unit", "u-09", given=NOTE | {"noted_on": "2026-09-10", "next_on": "2026-09-17"})
    unit = next(each for each in line("next", "--json").value if each["unit"] == "u-09")
    assert "promised" in [reason["rule"] for reason in unit["reasons"]]


def test_a_draw_is_kept_and_comes_out_the_same_again(line: Line) -> None:
    first = line("draw", "3", "--json").value[0]
    again = line("draw", "3", "--seed", first["seed"], "--json").value[0]
    assert again["drawn"] == first["drawn"]
    assert [each["seed"] for each in line("draw", "--list", "--json").value] == [first["seed"]] * 2
    assert first["seed"] in line("draw", "--list").out


def test_more_units_than_there_are_cannot_be_drawn(line: Line) -> None:
    refused = line("draw", "99")
    assert (refused.code, refused.out) == (1, "")
    assert "10" in refused.err


def test_a_copied_visit_shows_its_hint_to_whoever_reads_it(line: Line) -> None:
    visit = VISIT | ANSWERS | {"summary": "与上次相同"}
    line("record", "inspection", "--unit", "u-02", given=visit | {"visited_on": "2026-09-10"})
    record = line("record", "inspection", "--unit", "u-02", given=visit).value["record"]
    shown = line("show", record, "--json").value
    codes = [hint["code"] for hint in shown["hints"]]
    assert codes[:1] == ["copied"]
    assert shown["hints"][0]["words"] in line("show", record).out


def test_every_unit_has_its_place_at_the_gate_of_the_stage(line: Line) -> None:
    rows = {row["unit"]: row for row in line("stages", "--json").value}
    assert len(rows) == 10
    assert rows["u-02"]["place"] == "not_visited"
    before = rows["u-01"]
    assert before["place"] in ("missing", "ready")
    decided = {"stage": "study", "decision": "pass", "why": "各项已达到", "decided_on": "2026-09-18"}
    line("record", "gate", "--unit", "u-01", given=decided)
    after = {row["unit"]: row for row in line("stages", "--stage", "study", "--json").value}["u-01"]
    assert (after["place"], after["why"]) == ("passed", "各项已达到")
    assert "已转段" in line("stages", lang="zh").out


def test_a_failed_survey_asks_for_make_up(line: Line) -> None:
    survey = {"held_on": "2026-09-10", "given_out": 30, "returned": 28, "satisfied": 4, "fairly": 6, "unsatisfied": 18}
    line("record", "survey", "--unit", "u-01", given=survey | {"stage": "study"})
    row = next(row for row in line("stages", "--json").value if row["unit"] == "u-01")
    assert row["place"] == "survey_failed"
    assert round(row["satisfied"]) == 36


def test_hints_are_listed_by_day_and_unit_and_name_nobody(line: Line) -> None:
    visit = VISIT | ANSWERS | {"summary": "与上次相同"}
    for day in ("2026-09-10", "2026-09-11"):
        record = line("record", "inspection", "--unit", "u-02", given=visit | {"visited_on": day}).value["record"]
    rows = line("hints", "--json").value
    row = next(each for each in rows if each["record"] == record)
    assert row["on"] == "2026-09-11"
    assert "copied" in [hint["code"] for hint in row["hints"]]
    assert [each["on"] for each in rows] == sorted((each["on"] for each in rows), reverse=True)
    told = line("hints", lang="zh").out
    assert "南昌水产场党委" in told
    assert "王敏" not in told


def test_record_says_what_is_worth_a_second_look_as_the_form_does(line: Line) -> None:
    visit = VISIT | ANSWERS | {"answer.i5": {"verdict": "unmet", "note": "没有"}}
    note = {"noted_on": "2026-09-17", "mode": "visit", "content": "到厂里走访"}
    for day in ("2026-09-16", "2026-09-17"):
        assert "hints" not in line("record", "liaison_note", "--unit", "u-08", given=note | {"noted_on": day}).value
    kept = line("record", "inspection", "--unit", "u-08", given=visit, lang="zh")
    hints = kept.value["hints"]
    assert {"month", "not_followed"} <= {each["code"] for each in hints}  # two visits, the officer's, are the ceiling
    assert all(each["words"] in kept.err for each in hints)
    shown = line("show", kept.value["record"], "--json").value["hints"]
    assert [each["code"] for each in hints] == [each["code"] for each in shown]  # what the office reads, too
    assert "1 项没有做到" in kept.err
    called = line("record", "liaison_note", "--unit", "u-08", given=note | {"mode": "phone"})
    assert "hints" not in called.value
    again = line("record", "liaison_note", "--unit", "u-08", given=note | {"noted_on": "2026-09-18"})
    assert [each["code"] for each in again.value["hints"]] == ["month"]


def test_an_item_not_met_is_followed_by_what_is_under_way_on_it(line: Line) -> None:
    visit = VISIT | ANSWERS | {"answer.i5": {"verdict": "unmet", "note": "没有"}, "summary": "第一次"}
    first = line("record", "inspection", "--unit", "u-08", given=visit | {"visited_on": "2026-09-10"}).value["record"]
    problem = {"nature": "problem", "title": "没有笔记", "due_on": "2026-09-25", "status": "open"}
    problem |= {"origin": f"{first}#i5", "opened_on": "2026-09-10"}
    line("record", "follow_up", "--unit", "u-08", given=problem)
    kept = line("record", "inspection", "--unit", "u-08", given=visit | {"summary": "第二次"}).value
    assert "not_followed" not in [each["code"] for each in kept.get("hints", [])]
    listed = {row["record"]: [each["code"] for each in row["hints"]] for row in line("hints", "--json").value}
    assert "not_followed" not in listed.get(first, [])
    assert "not_followed" not in listed.get(kept["record"], [])
