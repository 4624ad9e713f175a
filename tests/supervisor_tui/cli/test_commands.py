"""Every command of the laptop over a file in the middle of its work: JSON, exit codes, plain sentences."""

from __future__ import annotations

import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from supervisor_tui.cli import commands
from supervisor_tui.files.profiles import profile_file
from sync.replica import Replica
from sync.replica.queries.campaigns import is_chosen
from tests.days import today
from tests.store import District
from tests.supervisor_tui.checklists import LONG
from tests.supervisor_tui.workbench import INSPECTION, ME, MINE, THEIRS, Pen, new_workbench_file

NOTE = {"noted_on": "2026-09-18", "mode": "visit", "content": "白天生产忙, 改为晚间小组学习"}
VISIT = INSPECTION | {
    "visited_on": "2026-09-18",
    "summary": "进展正常",
    "answer.i3": {"verdict": "partly", "note": "少"},
}
ANSWERS = {f"answer.i{number}": {"verdict": "met"} for number in range(6)}
SURVEY = {"held_on": "2026-09-10", "given_out": 30, "returned": 28, "satisfied": 20, "fairly": 6, "unsatisfied": 2}
FOLLOW_UP = {
    "nature": "problem",
    "title": "补发必读篇目",
    "due_on": "2026-09-25",
    "opened_on": "2026-09-01",
    "status": "open",
}


class Done(NamedTuple):
    """What a command did: its exit code, and what it printed."""

    code: int
    out: str
    err: str

    @property
    def value(self) -> Any:
        """The JSON value it printed."""
        return json.loads(self.out)


class Line:
    """The command line over one home folder."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.home = home
        self.path = profile_file(home, "default")
        self.capsys = capsys
        self.monkeypatch = monkeypatch

    def __call__(self, *arguments: str, given: object = None, lang: str = "en") -> Done:
        """Run a command; `given` stands on its stdin, as JSON unless it is bytes."""
        data = given if isinstance(given, bytes) else json.dumps(given).encode()
        self.monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
        code = commands.run(["--home", str(self.home), "--lang", lang, *arguments])
        captured = self.capsys.readouterr()
        return Done(code, captured.out, captured.err)


@pytest.fixture
def line(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Line:
    """A laptop of a supervisor."""
    line = Line(tmp_path, capsys, monkeypatch)
    line.path.parent.mkdir(parents=True)
    new_workbench_file(line.path).close()
    return line


def _entries(line: Line) -> int:
    with Replica.open(line.path) as replica:
        (count,) = replica.connection.execute("SELECT count(*) FROM entry").fetchone()
    return int(count)


def test_status_says_where_the_laptop_stands_with_the_office(line: Line) -> None:
    status = line("status", "--json").value
    assert set(status) >= {
        "profile",
        "person",
        "role",
        "district",
        "server",
        "pending",
        "conflicts",
        "quarantined",
        "last_sync",
        "last_error",
        "oldest_unsynced",
        "receipts",
    }
    assert (status["profile"], status["person"], status["role"], status["district"]) == ("default", ME, "group", "demo")
    assert (status["pending"], status["conflicts"], status["quarantined"]) == (1, 1, 1)
    assert status["receipts"] == {"mine": 8, "acknowledged": 6}
    assert status["oldest_unsynced"] == "2026-09-16T08:00:00.000Z"


@pytest.mark.parametrize("spoken", ["zh", "en"])
@pytest.mark.parametrize(
    "command",
    [
        ("status",),
        ("units",),
        ("history", "u-01"),
        ("show", "r-visit-2"),
        ("search", "学习"),
        ("followups",),
        ("conflicts",),
    ],
    ids=" ".join,
)
def test_what_is_printed_for_people_is_in_words(line: Line, command: tuple[str, ...], spoken: str) -> None:
    done = line(*command, lang=spoken)
    assert done.code == 0
    assert done.out.strip()
    assert done.err == ""
    for key in ("kind.", "status.", "nature.", "category.", "field.", "stage.", "role.", "cli."):
        assert key not in done.out  # a key without words stands for itself


def test_units_are_found_by_chinese_pinyin_and_category(line: Line) -> None:
    every = line("units", "--json").value
    assert {tuple(sorted(row)) for row in every} == {("category", "id", "last_visit", "name", "open", "overdue")}
    assert len(every) == 10
    assert [row["id"] for row in line("units", "水产", "--json").value] == ["u-02", "u-01"]
    assert [row["id"] for row in line("units", "yhsc", "--json").value] == ["u-01"]
    assert [row["id"] for row in line("units", "--category", "university", "--json").value] == ["u-07"]
    assert line("units", "没有这样的单位", "--json").value == []


def test_units_as_csv_neutralise_formulas(line: Line) -> None:
    assert line("units", "--csv").out.splitlines()[0] == "id,name,category,last_visit,open,overdue"
    with Replica.open(line.path) as replica:
        pen = Pen(replica)
        for number, harmful in enumerate(("=1+1", "+1", "-1", "@x", "\t=1")):
            pen.write(f"u-h{number}", "unit", f"u-h{number}", {"name": harmful, "category": "farm"}, device="s-1")
    said = line("units", "--csv").out
    assert all(f",'{harmful}," in said for harmful in ("=1+1", "+1", "-1", "@x", "    =1"))


def test_history_holds_every_record_and_version_newest_first(line: Line) -> None:
    history = line("history", "yhsc", "--json").value
    assert [each["on"] for each in history] == sorted((each["on"] for each in history), reverse=True)
    assert {"inspection", "liaison_note", "follow_up", "count", "unit"} == {each["kind"] for each in history}
    for each in history:
        assert set(each) >= {"kind", "record", "on", "by", "title", "fields", "conflicts", "versions"}
        for version in each["versions"]:
            assert set(version) >= {"device", "seq", "hash", "at", "by", "why", "verdict", "set"}
    (visit,) = [each for each in history if each["record"] == "r-visit-2"]
    assert len(visit["versions"]) == 3
    (conflict,) = visit["conflicts"]
    assert conflict["field"] == "summary"
    assert {value["device"] for value in conflict["values"]} == {MINE, THEIRS}


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("liaison_note", NOTE),
        ("inspection", VISIT | ANSWERS),
        ("follow_up", FOLLOW_UP),
        ("survey", SURVEY),
        ("count", {"counted_on": "2026-09-18", "members": 40, "floating": 3}),
        (
            "gate",
            {
                "stage": "study",
                "decision": "make_up",
                "why": "覆盖面不够",
                "decided_on": "2026-09-18",
                "due_on": "2026-10-18",
            },
        ),
    ],
)
def test_every_kind_is_kept_and_read_back(line: Line, kind: str, fields: dict[str, Any]) -> None:
    kept = line("record", kind, "--unit", "u-01", given=fields)
    assert kept.code == 0, kept.err
    opened = {"opened"} if kind == "gate" else set()  # make-up is a follow-up as well
    assert set(kept.value) - {"hints"} == {"record", "ledger", "seq", "hash"} | opened
    shown = line("show", kept.value["record"], "--json").value
    assert shown["fields"] == fields | {"campaign": "c-1"}  # the one under way, which the program fills in
    assert shown["versions"][0]["hash"] == kept.value["hash"]
    assert line("status", "--json").value["pending"] == 2 + len(opened)


def test_a_gate_names_the_make_up_it_opens_and_a_survey_what_it_shows(line: Line) -> None:
    gate = {"stage": "study", "decision": "make_up", "why": "覆盖面不够", "decided_on": "2026-09-18"}
    survey = SURVEY | {"satisfied": 0, "fairly": 0, "unsatisfied": 28}
    given: list[tuple[str, dict[str, Any]]] = [("gate", gate | {"due_on": "2026-10-18"}), ("survey", survey)]
    for kind, fields in given:
        kept = line("record", kind, "--unit", "u-01", given=fields).value
        (opened,) = kept["opened"]
        assert line("show", opened, "--json").value["fields"]["origin"] == kept["record"]


def test_fields_come_from_a_file_too(line: Line, tmp_path: Path) -> None:
    file = tmp_path / "note.json"
    file.write_text(json.dumps(NOTE), encoding="utf-8")
    assert line("record", "liaison_note", "--unit", "u-01", "--file", str(file)).code == 0


BAD = {
    "a wrong date": ("liaison_note", NOTE | {"noted_on": "2026-02-30"}, ["noted_on"]),
    "a date in words": ("liaison_note", NOTE | {"noted_on": "9月18日"}, ["noted_on"]),
    "a choice that is none": ("liaison_note", NOTE | {"mode": "letter"}, ["mode"]),
    "a control character": ("liaison_note", NOTE | {"content": "a\x1bb"}, ["content"]),
    "a text over the limit": ("liaison_note", NOTE | {"content": "长" * 60_001}, ["content"]),
    "what is required": ("liaison_note", {"mode": "visit"}, ["noted_on", "content"]),
    "several at once": ("liaison_note", {"noted_on": "x", "mode": "y", "content": ""}, ["noted_on", "mode", "content"]),
    "an unknown stage": ("inspection", VISIT | ANSWERS | {"stage": "spring"}, ["stage"]),
    "an unknown item": ("inspection", VISIT | ANSWERS | {"answer.nonsense": {"verdict": "met"}}, ["answer.nonsense"]),
    "an unknown verdict": ("inspection", VISIT | ANSWERS | {"answer.i0": {"verdict": "fine"}}, ["answer.i0"]),
    "a template that is not here": ("inspection", VISIT | {"template": "t-9"}, ["template"]),
    "counts that do not add up": ("survey", SURVEY | {"satisfied": 28}, ["satisfied"]),
    "more returned than given out": ("survey", SURVEY | {"returned": 31}, ["returned"]),
    "a count below nought": ("survey", SURVEY | {"given_out": -1}, ["given_out"]),
    "a count that is a text": ("count", {"counted_on": "2026-09-18", "members": "四十"}, ["members"]),
    "a due day that is none": ("follow_up", FOLLOW_UP | {"due_on": ""}, ["due_on"]),
    "a follow-up that begins closed": ("follow_up", FOLLOW_UP | {"status": "closed"}, ["status"]),
    "an unknown kind": ("opinion", {"text": "x"}, ["kind"]),
}


@pytest.mark.parametrize("spoken", ["zh", "en"])
@pytest.mark.parametrize("case", BAD)
def test_bad_fields_are_named_and_nothing_is_kept(line: Line, case: str, spoken: str) -> None:
    kind, fields, named = BAD[case]
    before = _entries(line)
    done = line("record", kind, "--unit", "u-01", given=fields, lang=spoken)
    assert done.code == 1
    assert done.out == ""
    said = {row.strip().partition(":")[0] for row in done.err.splitlines()[1:]}
    assert set(named) <= said, done.err
    assert "fault." not in done.err
    assert _entries(line) == before


ITEM_FAULTS = {
    "zh": [
        "answer.i0: 学习计划有安排有记录 0 应为结论加备注; 结论为 met 达标, partly 基本, unmet 未达, na 不适用 之一",
        '之一  (写的是 {"verdict":"fine"})',
        f"answer.i1: {LONG} 必须填写\n",
        "检查表里没有这一项",
        "是不是 answer.i2 学习计划有安排有记录 2?",
        "(写的是 2026-02-30)",
    ],
    "en": [
        "answer.i0: Study is planned and kept 0 must be a verdict (met, partly, unmet, na",
        '(given: {"verdict":"fine"})',
        "answer.i1: Study is planned and kept 1 must be given\n",
        "meant: answer.i2 Study is planned and kept 2?",
        "(given: 2026-02-30)",
    ],
}


@pytest.mark.parametrize("spoken", ITEM_FAULTS)
def test_items_are_named_by_their_words_with_what_was_given_and_wanted(line: Line, spoken: str) -> None:
    wrong = {"answer.i0": {"verdict": "fine"}, "answer.i22": {"verdict": "met"}, "visited_on": "2026-02-30"}
    fields = {name: value for name, value in (VISIT | ANSWERS | wrong).items() if name != "answer.i1"}
    done = line("record", "inspection", "--unit", "u-01", given=fields, lang=spoken)
    assert done.code == 1
    for words in ITEM_FAULTS[spoken]:
        assert words in done.err


def test_a_corrected_answer_is_judged_by_its_checklist_too(line: Line) -> None:
    kept = line("record", "inspection", "--unit", "u-01", given=VISIT | ANSWERS)
    wrong = {"answer.i9": {"verdict": "met"}, "answer.i2": None}
    done = line("correct", kept.value["record"], "--why", "笔误", given=wrong)
    assert done.code == 1
    assert "answer.i9: " in done.err
    right = {"answer.i2": {"verdict": "unmet"}}
    assert line("correct", kept.value["record"], "--why", "笔误", given=right).code == 0


def test_a_lone_surrogate_is_refused(line: Line) -> None:
    before = _entries(line)
    raw = b'{"noted_on":"2026-09-18","mode":"visit","content":"a\\ud800b"}'
    done = line("record", "liaison_note", "--unit", "u-01", given=raw)
    assert done.code == 1
    assert len(done.err.splitlines()) <= 2
    assert _entries(line) == before


@pytest.mark.parametrize("raw", [b"", b"[1]", b"{", b'{"a": NaN}', b"\xff\xfe", b"[" * 100_000, b" " * 1_048_577])
def test_what_is_no_json_object_is_refused_in_one_sentence(line: Line, raw: bytes) -> None:
    done = line("record", "liaison_note", "--unit", "u-01", given=raw)
    assert (done.code, done.out) == (1, "")
    assert len(done.err.splitlines()) == 1


def test_a_correction_is_a_version_with_its_reason(line: Line) -> None:
    done = line("correct", "r-note", "--why", "笔误", given={"content": "改为晚间学习"})
    assert done.code == 0, done.err
    shown = line("show", "r-note", "--json").value
    assert shown["fields"]["content"] == "改为晚间学习"
    assert [version["why"] for version in shown["versions"]] == ["", "笔误"]
    assert shown["versions"][0]["set"]["content"] == "白天生产忙, 改为晚间小组学习"
    assert line("correct", "r-note", "--why", " ", given={"content": "x"}).code == 1
    assert line("correct", "r-note", "--why", "x", given={"content": "改为晚间学习"}).code == 1  # nothing would change
    assert line("correct", "r-nothing", "--why", "x", given={"content": "x"}).code == 1


def test_a_record_of_a_campaign_that_is_not_here_is_refused(line: Line) -> None:
    for command in (("record", "liaison_note", "--unit", "u-01"), ("correct", "r-note", "--why", "写错活动")):
        refused = line(*command, given=NOTE | {"campaign": "c-nowhere"})
        assert refused.code == 1
        assert "c-nowhere" in refused.err


def test_a_change_that_holds_from_a_day_to_come_is_kept_and_told(line: Line) -> None:
    for given in ({"responsible_unit": "镇政府", "on": "2999-01-01"}, {"responsible_unit": "街道办"}):
        done = line("correct", "r-problem", "--why", "换了单位", given=given)
        assert (done.code, "2999-01-01" in done.err) == (0, "on" in given)


def test_a_withdrawn_record_stays_readable(line: Line) -> None:
    assert line("withdraw", "r-note", "--why", "写错单位").code == 0
    shown = line("show", "r-note", "--json").value
    assert shown["fields"]["withdrawn"] is True
    assert shown["versions"][-1]["why"] == "写错单位"
    assert line("withdraw", "r-note", "--why", "again").code == 1


def test_a_follow_up_moves_step_by_step_and_its_reporter_does_not_verify_it(line: Line) -> None:
    assert line("step", "r-problem", "verified").code == 1
    assert line("step", "r-problem", "reported", "--progress", "已发到六人").code == 0
    assert line("show", "r-problem", "--json").value["fields"]["progress"] == "已发到六人"
    refused = line("step", "r-problem", "verified")
    assert refused.code == 1
    assert refused.err.strip()
    assert line("step", "r-note", "closed").code == 1


def test_a_conflict_is_shown_and_settled(line: Line) -> None:
    (conflict,) = line("conflicts", "--json").value
    assert (conflict["record"], conflict["field"]) == ("r-visit-2", "summary")
    theirs = next(value for value in conflict["values"] if value["device"] == THEIRS)
    resolve = ("resolve", "r-visit-2", "summary", "--why", "以补记为准")
    assert line(*resolve).code == 2
    assert line(*resolve, "--take", "d-9:1").code == 1
    assert line(*resolve, "--value", "{").code == 2
    assert line(*resolve, "--take", f"{theirs['device']}:{theirs['seq']}").code == 0
    assert line("conflicts", "--json").value == []
    assert line("show", "r-visit-2", "--json").value["fields"]["summary"] == "方案已定, 笔记缺两人"


def test_a_conflict_can_be_settled_by_a_value_of_ones_own(line: Line) -> None:
    value = json.dumps("两人笔记待补")
    assert line("resolve", "r-visit-2", "summary", "--why", "x", "--value", value).code == 0
    assert line("show", "r-visit-2", "--json").value["fields"]["summary"] == "两人笔记待补"


def test_search_finds_two_characters_and_keeps_to_kind_and_limit(line: Line) -> None:
    hits = line("search", "学习", "--json").value
    assert {hit["record"] for hit in hits} >= {"r-visit-1", "r-visit-2", "r-note"}
    only = line("search", "学习", "--kind", "liaison_note", "--json").value
    assert {hit["kind"] for hit in only} == {"liaison_note"}
    assert len(line("search", "学习", "--limit", "1", "--json").value) == 1
    assert line("search", "没有的话", "--json").value == []


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--from", "2026-09-05", "--to", "2026-09-11"), {"r-note"}),
        (("--to", "2026-09-04"), {"r-visit-1"}),
        (("--stage", "study"), {"r-visit-1", "r-visit-2"}),
        (("--category", "farm", "--kind", "liaison_note"), {"r-note"}),
        (("--category", "university"), set()),
        (("--group", "第一督导组", "--kind", "inspection"), {"r-visit-1", "r-visit-2"}),
        (("--group", "g-2"), set()),
    ],
)
def test_search_keeps_what_passes_every_filter(line: Line, arguments: tuple[str, ...], expected: set[str]) -> None:
    hits = line("search", "学习", *arguments, "--json").value
    assert {hit["record"] for hit in hits} == expected
    assert expected <= {hit["record"] for hit in line("search", "", *arguments, "--json").value}


def test_a_month_that_is_typed_keeps_what_is_dated_so(line: Line) -> None:
    assert {hit["record"] for hit in line("search", "学习 2026-09-03", "--json").value} == {"r-visit-1"}
    assert line("search", "学习 2025-01", "--json").value == []


def test_the_register_is_filtered(line: Line) -> None:
    assert {row["record"] for row in line("followups", "--json").value} == {"r-problem", "r-difficulty"}
    assert [row["record"] for row in line("followups", "--unit", "u-06", "--json").value] == ["r-difficulty"]


def test_the_register_is_filtered_by_its_columns_in_the_words_a_person_has_for_them(line: Line) -> None:
    given = {"class": "own", "lead_unit": "区委组织部", "responsible_unit": "水产场", "source": "r-visit-2"}
    assert line("correct", "r-problem", "--why", "归类", given=given | {"due_on": "2027-01-15"}).code == 0
    assert line("step", "r-problem", "reported", "--progress", "已发到每人").code == 0
    for options in (
        ("--class", "own"),
        ("--class", "单位自身的问题"),
        ("--lead", "区委组织部"),
        ("--responsible", "水产场"),
        ("--post", "组织委员"),
        ("--moved", "0", "--reported-by", ME),
        ("--reported-by", "王敏"),
        ("--source", "r-visit-2"),
        ("--source", "inspection"),
        ("--source", "督导检查"),
    ):
        rows = line("followups", *options, "--json", lang="zh").value
        assert [row["record"] for row in rows] == ["r-problem"], options
    assert (rows[0]["class"], rows[0]["source"], rows[0]["reported_by"]) == ("own", "r-visit-2", ME)
    for options in (("--class", "x"), ("--verified-by", "王敏"), ("--moved", "9"), ("--source", "liaison_note")):
        assert line("followups", *options, "--json").value == []


def test_rebuild_gives_the_same_records(line: Line) -> None:
    before = line("history", "u-01", "--json").out
    assert line("rebuild").code == 0
    assert line("history", "u-01", "--json").out == before


@pytest.mark.parametrize("command", [("history", "u-99"), ("history", "支部"), ("show", "r-"), ("show", "nothing")])
def test_what_is_not_there_or_not_clear_is_refused_in_one_sentence(line: Line, command: tuple[str, ...]) -> None:
    done = line(*command)
    assert (done.code, done.out, len(done.err.splitlines())) == (1, "", 1)


def test_without_a_profile_a_command_says_how_to_begin(line: Line) -> None:
    done = line("--profile", "other", "status")
    assert done.code == 1
    assert "join" in done.err
    assert not profile_file(line.home, "other").exists()


@pytest.mark.parametrize("name", ["..", "a/b", "", "x" * 41])
def test_a_profile_cannot_lead_out_of_the_home(line: Line, name: str) -> None:
    assert line("--profile", name, "status").code == 2


@pytest.mark.parametrize("content", [b"this is no database", b"SQLite format 3\x00" + b"\x7f" * 5_000])
def test_a_damaged_file_is_said_in_one_sentence_and_left_as_it_is(line: Line, content: bytes) -> None:
    line.path.write_bytes(content)
    for side in ("-wal", "-shm"):
        line.path.with_name(line.path.name + side).unlink(missing_ok=True)
    for command in (("status",), ("units",), ("record", "liaison_note", "--unit", "u-01")):
        done = line(*command, given=NOTE)
        assert (done.code, done.out, len(done.err.splitlines())) == (4, "", 1)
    assert line.path.read_bytes() == content


def test_a_file_of_a_newer_version_is_not_called_damaged(line: Line) -> None:
    with closing(sqlite3.connect(profile_file(line.home, "default"))) as connection:
        (ours,) = connection.execute("PRAGMA user_version").fetchone()
        connection.execute("PRAGMA user_version = 99")
    for command in ("status", "doctor", "verify"):
        done = line(command)
        assert (done.code, done.out) == (4, "")
        assert "newer version" in done.err
        assert "not damaged" in done.err
    with closing(sqlite3.connect(profile_file(line.home, "default"))) as connection:
        connection.execute(f"PRAGMA user_version = {ours}")
    assert line("status").code == 0


def test_a_laptop_without_a_campaign_says_so(line: Line, live: District) -> None:
    path = profile_file(line.home, "new")
    path.parent.mkdir(parents=True)
    live.laptop(path, "wang").close()
    done = line("--profile", "new", "campaign")
    assert (done.code, done.out) == (0, "")
    assert "no campaign here yet" in done.err
    assert line("--profile", "new", "campaign", "--json").value == []


def test_a_campaign_that_was_chosen_is_chosen_no_more_when_that_is_asked(line: Line) -> None:
    for asked, is_one in (("c-1", True), ("--of-each", False)):
        assert line("campaign", asked).code == 0
        with Replica.open(profile_file(line.home, "default")) as replica:
            assert is_chosen(replica) == is_one


def test_a_full_disk_is_said_and_nothing_is_half_kept(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _entries(line)
    opened = Replica.open

    def open_on_a_full_disk(path: Path, **options: Any) -> Replica:
        replica = opened(path, **options)
        (pages,) = replica.connection.execute("PRAGMA page_count").fetchone()
        replica.connection.execute(f"PRAGMA max_page_count = {pages}")
        return replica

    monkeypatch.setattr(Replica, "open", open_on_a_full_disk)
    long = NOTE | {"noted_on": today(), "content": "".join(chr(0x4E00 + number) for number in range(10_000))}
    done = line("record", "liaison_note", "--unit", "u-01", given=long)
    monkeypatch.undo()
    assert (done.code, done.out, len(done.err.splitlines())) == (1, "", 1)
    assert _entries(line) == before


@pytest.mark.parametrize("arguments", [("nonsense",), ("record",), ("history",), ("search", "x", "--limit", "many")])
def test_wrong_usage_is_two(line: Line, arguments: tuple[str, ...]) -> None:
    assert line(*arguments).code == 2


@pytest.mark.parametrize(
    ("server", "code"),
    [("http://127.0.0.1:1", 3), ("ftp://127.0.0.1", 3), ("not an address", 3), ("http://[::1", 3)],
)
def test_a_server_that_is_not_there_is_said_in_one_sentence_and_no_file_is_left(
    line: Line, server: str, code: int
) -> None:
    done = line("--profile", "new", "join", server, "AAAA-BBBB-CCCCC")
    assert (done.code, done.out, len(done.err.splitlines())) == (code, "", 1)
    assert not profile_file(line.home, "new").exists()


def test_joining_never_overwrites_a_profile(line: Line) -> None:
    before = line.path.read_bytes()
    assert line("join", "http://127.0.0.1:1", "AAAA-BBBB-CCCCC").code == 1
    assert line.path.read_bytes() == before


def test_without_a_terminal_the_workbench_and_the_demo_say_so(line: Line) -> None:
    assert line().code == 2
    done = line("demo")
    assert done.code == 2
    assert "--headless" in done.err
    assert len(done.err.splitlines()) == 1


def test_bytes_that_are_no_text_are_refused_in_a_sentence(line: Line) -> None:
    for command in ("show", "history"):
        refused = line(command, "\udc80")
        assert (refused.code, refused.out) == (1, "")
        assert "no text" in refused.err
