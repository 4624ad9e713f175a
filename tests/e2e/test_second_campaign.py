"""A second campaign beside the first: another year, other stages, other categories, and nothing but data (row 1)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fixtures.district import HERE
from fixtures.people import demo_people
from fixtures.play import play
from supervisor_tui.app import WorkbenchApp
from supervisor_tui.cli.commands import run
from supervisor_tui.locale import set_language
from supervisor_tui.screens.entry.form import FormScreen
from sync.replica import Replica
from tests.days import day, today
from tests.store import office, serving
from tests.supervisor_tui.screens.desk import shown

SAFETY = HERE / "safety"
PEOPLE = demo_people()
DAYS = {  # in its file, and how far from today
    **{"2026-03-01": -200, "2026-05-31": -101, "2026-06-01": -100, "2026-12-31": 100},
    **{"2027-01-01": 101, "2027-02-28": 160, "2027-03-01": 161, "2027-05-31": 250},
}
ANSWERS = ("exits-free", "signs", "extinguishers", "stalls", "wiring", "gas")


class Laptop:
    """The supervisor's command line, in this process."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.home, self.capsys = home, capsys

    def __call__(self, *command: str, wanted: int = 0) -> str:
        self.capsys.readouterr()
        assert run(["--home", str(self.home), "--lang", "zh", *command]) == wanted
        said = self.capsys.readouterr()
        return (said.err if wanted else said.out).strip()

    @property
    def file(self) -> Path:
        (found,) = self.home.rglob("*.db")
        return found


def _under_way(campaign: str) -> str:
    """The campaign with its days moved, so that its second stage is under way today."""
    for was, days in DAYS.items():
        campaign = campaign.replace(was, day(days))
    return campaign


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample district, and the safety inspection brought in beside its campaign by the office's commands."""
    database = tmp_path_factory.mktemp("store") / "central.db"
    play(database)
    campaign = tmp_path_factory.mktemp("safety") / "campaign.toml"
    campaign.write_text(_under_way((SAFETY / "campaign.toml").read_text(encoding="utf-8")), encoding="utf-8")
    assert office(database, "import", "campaign", str(campaign)) == "5 of 5 kept, 0 rejected"
    templates = ("import", "templates", str(SAFETY / "templates"), "--campaign", "c-safety-2026")
    assert office(database, *templates) == "4 of 4 kept, 0 rejected"
    said = office(database, "import", "units", str(SAFETY / "units.csv"))
    assert said.splitlines() == ["6 of 6 kept, 0 rejected", "by batch, 6 take part in c-safety-2026"]
    assert office(database, "import", "groups", str(SAFETY / "groups.csv")) == "2 of 2 kept, 0 rejected"
    return database


@pytest.fixture
def laptop(database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Laptop]:
    """A supervisor of the sample district who has joined and synced."""
    laptop = Laptop(tmp_path / "home", capsys)
    with serving(database) as address:
        laptop("join", address, office(database, "code", PEOPLE["supervisor"]))
        laptop("sync")
        yield laptop


def _visit(**more: Any) -> dict[str, Any]:
    return {
        "visited_on": day(-10),
        "stage": "on_site",
        "template": "t.safety-on-site.1",
        "group": "g-4",
        "inspector.p-zhou": True,
        "summary": "通道畅通。",
        "figure.drill": "2026年9月18日",
        "figure.heating": "electric",
        "figure.expected": 40,
        "figure.trained": 30,
        **{f"answer.{item}": {"verdict": "met"} for item in ANSWERS},
        **more,
    }


def _brief(laptop: Laptop, campaign: str) -> dict[str, Any]:
    """The lines of the brief's tables by their names, with their records."""
    period = ("--from", day(-60), "--to", today())
    tables = json.loads(laptop("brief", "--campaign", campaign, *period, "--json"))["tables"]
    return {line["name"]: (table["name"], line["records"]) for table in tables for line in table["lines"]}


def _record(laptop: Laptop, tmp_path: Path, fields: dict[str, Any], wanted: int = 0) -> str:
    file = tmp_path / "visit.json"
    file.write_text(json.dumps(fields), encoding="utf-8")
    return laptop("record", "inspection", "--unit", "s-02", "--file", str(file), wanted=wanted)


def test_a_second_campaign_is_worked_in_by_command_and_the_first_stays_readable(laptop: Laptop, tmp_path: Path) -> None:
    before = laptop("history", PEOPLE["unit"])
    assert [row["chosen"] for row in json.loads(laptop("campaign", "--json"))] == [True, False, False]
    assert "c-nothing" in laptop("campaign", "c-nothing", wanted=1)
    assert "* c-safety-2026  2026年度安全检查" in laptop("campaign", "c-safety-2026")

    kept = json.loads(_record(laptop, tmp_path, _visit()))
    shown = laptop("show", kept["record"])
    for words in ("现场检查", "现场安全检查", "出口通畅", "培训率", "75", "2026-09-18"):
        assert words in shown
    assert "集贸市场" in laptop("units", "桃花集贸")
    laptop("sync")
    assert json.loads(laptop("sync", "--json"))["quarantined"] == []

    assert laptop("history", PEOPLE["unit"]) == before
    first = next(row for row in json.loads(laptop("history", PEOPLE["unit"], "--json")) if row["kind"] == "inspection")
    assert "学习动员" in laptop("show", first["record"])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"stage": "spring"}, "stage"),
        ({"stage": "self_check"}, "stage"),
        ({"answer.night-duty": {"verdict": "met"}}, "answer.night-duty"),
        ({"figure.trained-share": 90}, "figure.trained-share"),
        ({"figure.heating": "coal"}, "figure.heating"),
    ],
)
def test_its_templates_judge_as_the_first_ones_do(
    laptop: Laptop, tmp_path: Path, change: dict[str, Any], field: str
) -> None:
    assert f"{field}: " in _record(laptop, tmp_path, _visit(**change), wanted=1)


def test_its_problems_are_of_its_own_classes_and_its_figures_stand_apart(laptop: Laptop, tmp_path: Path) -> None:
    first = _brief(laptop, "c-second-batch")
    laptop("campaign", "c-safety-2026")
    kept = json.loads(_record(laptop, tmp_path, _visit()))
    file = tmp_path / "problem.json"
    fields = {
        "nature": "problem",
        "title": "货物堵了通道",
        "due_on": "2999-01-01",
        "status": "open",
        "class": "ways_out",
    }
    file.write_text(json.dumps(fields | {"campaign": "c-safety-2026", "source": kept["record"]}), encoding="utf-8")
    problem = json.loads(laptop("record", "follow_up", "--unit", "s-02", "--file", str(file)))["record"]
    assert "出口和通道" in laptop("show", problem)
    assert problem in laptop("followups", "--unit", "s-02", "--class", "ways_out")
    now = _brief(laptop, "c-second-batch")
    left = set(now.pop("earlier")[1][2]) - set(first.pop("earlier")[1][2])
    assert left == {problem}  # of a campaign that began before: on a line of its own
    assert now == first


def test_its_checklist_of_who_answers_is_asked_all_year(laptop: Laptop, tmp_path: Path) -> None:
    laptop("campaign", "c-safety-2026")
    answers = ("head-himself", "officer", "plan-approved", "no-burden", "trained-first", "asked-for")
    visit = {name: value for name, value in _visit().items() if not name.startswith(("answer.", "figure."))}
    visit |= {f"answer.{item}": {"verdict": "met"} for item in answers}
    visit |= {"template": "t.safety-duty.1", "figure.to-train": 4, "figure.trained": 3}
    kept = json.loads(_record(laptop, tmp_path, visit))
    assert "安全员培训率" in laptop("show", kept["record"])


def test_its_brief_has_the_tables_of_the_first_one(laptop: Laptop) -> None:
    period = ("--from", day(-60), "--to", today())
    names = [
        {table["name"] for table in json.loads(laptop("brief", "--campaign", each, *period, "--json"))["tables"]}
        for each in ("c-second-batch", "c-safety-2026")
    ]
    assert names[0] == names[1]


async def test_on_the_screens_stages_and_categories_have_the_campaign_s_words(laptop: Laptop) -> None:
    campaigns = json.loads(laptop("campaign", "--json"))
    set_language("zh")
    app = WorkbenchApp(laptop.file, Replica.open(laptop.file))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert "学习动员" in shown(app).splitlines()[0]
        await pilot.press("ctrl+n")
        await pilot.pause()
        await pilot.press(str(1 + [row["id"] for row in campaigns].index("c-safety-2026")))
        await pilot.pause()
        assert "2026年度安全检查" in shown(app).splitlines()[0]
        await pilot.press("slash", *"thxx", "enter")
        await pilot.pause()
        unit = shown(app)
        assert "桃花小学" in unit
        assert "中小学" in unit
        assert "现场检查" in unit
        await pilot.press("f2")
        await pilot.pause()
        form = shown(app)
        assert isinstance(app.screen, FormScreen)
        assert app.screen.fields["template"] == "t.safety-on-site.1"
        assert "现场安全检查" in form
        assert "食堂用火有人管" in form
        assert "摊位没有占用" not in form
