"""Files that the program of 2026-11-25 wrote come up, fold by the rule for records from before, and exchange.

They were written by that program itself: two campaigns with stages, units of either batch and of none, records at half
past seven in China, corrections, withdrawals, steps, an entry kept apart, a draft, and two records not yet sent.
"""

from __future__ import annotations

import json
import lzma
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from supervisor_tui.app import WorkbenchApp
from supervisor_tui.locale import t
from supervisor_tui.screens.profile.upgraded import UpgradedScreen
from supervisor_tui.screens.records.record import RecordScreen
from sync.client.enrolment import join
from sync.client.session import exchange
from sync.replica import Replica
from sync.replica.as_of.report_period import period
from sync.replica.editing import drafts
from sync.replica.maintenance.rebuild import rebuild
from sync.replica.maintenance.rederive import differing
from sync.replica.maintenance.verify import verify
from sync.replica.queries.upgraded import changes, tell_once
from tests import warm
from tests.rows import dump
from tests.store import office, serving
from tests.supervisor_tui.workbench import shown, until

DATA = Path(__file__).parent / "data"


def old_file(name: str, folder: Path) -> Path:
    """A copy of one of the files as it was written."""
    path = folder / f"{name}.db"
    path.write_bytes(lzma.decompress((DATA / f"{name}-of-2026-11-25.db.xz").read_bytes()))
    return path


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Replica]:
    """The laptop's file, opened by today's program."""
    with Replica.open(old_file("laptop", tmp_path)) as replica:
        yield replica


# What the rule for records from before says of each: the day, and the campaign; none where none fits.
PLACED = {
    "k-1": ("2026-03-05", "c-2"),
    "i-1": ("2026-04-10", "c-2"),
    "i-2": ("2026-10-10", "c-3"),
    "i-3": ("2026-04-12", "c-2"),  # a unit without a batch takes part in all
    "i-4": ("2026-10-12", "c-3"),  # the second campaign is in consolidation by then
    "i-5": ("2026-10-15", "c-2"),  # consolidation is under way
    "i-6": ("2026-04-15", ""),  # the unit's campaign had not begun
    "n-1": ("2026-05-06", "c-2"),
    "n-2": ("2026-01-05", ""),
    "n-3": ("2026-10-05", "c-3"),
    "n-4": ("2026-11-01", "c-3"),
    "n-unsent": ("2026-11-05", "c-3"),
    "f-1": ("2026-11-01", "c-3"),  # opened at half past seven in China, when it was the day before in UTC
    "f-2": ("2026-05-01", "c-2"),
    "f-3": ("2026-11-10", "c-3"),
    "f-4": ("2026-11-02", "c-3"),
    "f-unsent": ("2026-11-05", "c-3"),
    "g-1": ("2026-04-20", "c-2"),
    "g-2": ("2026-10-25", "c-3"),
    "s-1": ("2026-06-02", "c-2"),
}


def placed(replica: Replica) -> dict[str, tuple[str, str]]:
    """By record of a campaign its day and campaign."""
    rows = replica.connection.execute("SELECT record, day, campaign FROM record WHERE placed = 1")
    return {record: (day, campaign) for record, day, campaign in rows}


def test_every_record_of_an_old_file_has_the_day_and_campaign_that_the_rule_gives_it(laptop: Replica) -> None:
    assert placed(laptop) == PLACED


def test_an_old_file_says_what_it_said_and_its_rows_are_those_of_a_rebuild(laptop: Replica) -> None:
    fields = dict(laptop.connection.execute("SELECT record, title FROM record WHERE record IN ('i-2', 'f-2')"))
    assert fields == {"i-2": "检查 i-2, 更正", "f-2": "问题 f-2"}
    withdrawn = laptop.connection.execute("SELECT record FROM record WHERE withdrawn = 1 ORDER BY record").fetchall()
    assert [record for (record,) in withdrawn] == ["f-4", "n-3", "u-5"]
    assert [draft.fields for draft in drafts.listed(laptop)] == [{"content": "还没写完"}]
    rows = dump(laptop)
    rebuild(laptop)
    assert (dump(laptop), differing(laptop)) == (rows, [])


def test_what_an_old_laptop_signed_and_was_given_receipts_for_still_holds(laptop: Replica) -> None:
    found = verify(laptop)
    assert (found.breaks, found.entries - found.receipted) == ([], 2)  # two are not sent yet


def test_what_an_old_file_reports_of_a_past_month_is_counted_in_its_campaign(laptop: Replica) -> None:
    may = period(laptop, "c-2", "2026-05-01", "2026-05-31")
    assert [row.record for row in may.records] == ["n-1"]
    assert [(row.record, row.status, row.settled_on) for row in may.follow_ups] == [
        ("f-2", "verified", "")
    ]  # verified is not closed
    october = period(laptop, "c-3", "2026-10-01", "2026-10-31")
    assert [row.record for row in october.records] == ["i-2", "i-4"]
    assert october.follow_ups == []
    assert [row.record for row in period(laptop, "c-2", "2026-10-01", "2026-10-31").records] == ["i-5"]


def test_an_old_store_verifies_and_exchanges_with_an_old_laptop(laptop: Replica, tmp_path: Path) -> None:
    store = old_file("central", tmp_path)
    assert office(store, "verify").endswith("0 broken")
    with serving(store) as address:
        laptop.set_identity(msgspec.structs.replace(laptop.joined(), server=address))
        laptop.set_setting("line", "thin")  # that program had a coding of its own for slow connections
        assert exchange(laptop).pushed == 2
        code = office(store, "code", "director")
        join(tmp_path / "office.db", address, code, "new laptop of the office")
        with Replica.open(tmp_path / "office.db") as whole:
            exchange(whole)
            assert placed(whole).items() >= PLACED.items()
    assert office(store, "verify").endswith("0 broken")
    assert verify(laptop).breaks == []


def test_an_old_store_says_once_what_its_upgrade_changed_and_lists_what_a_laptop_of_the_office_lists(
    laptop: Replica, tmp_path: Path
) -> None:
    store = old_file("central", tmp_path)
    told = [_said(store, "stats") for _ in range(2)]
    listed = json.loads(office(store, "upgrade-notes", "--json"))
    changed = {each.record: msgspec.to_builtins(each) for each in changes(laptop)}
    held = {each["record"]: each for each in listed}
    assert held == {record: each for record, each in changed.items() if not record.endswith("-unsent")}
    days, campaigns = (sum(each[name] != each[f"{name}_before"] for each in listed) for name in ("day", "campaign"))
    assert days
    assert campaigns
    assert told[1] == ""
    assert f"{days} have another day, {campaigns} another campaign" in told[0]
    assert len(office(store, "upgrade-notes").splitlines()) == len(listed)


def test_a_new_store_has_nothing_to_say_of_an_upgrade(tmp_path: Path) -> None:
    store = tmp_path / "central.db"
    office(store, "init", "--district", "demo", "--name", "示例区")
    assert _said(store, "stats") == ""
    assert json.loads(office(store, "upgrade-notes", "--json")) == []


def _said(store: Path, *command: str) -> str:
    """What a command of the office said beside its output."""
    done = warm.run("sync.central", ["--db", str(store), "--lang", "en", *command])
    assert done.returncode == 0, done.stderr
    return done.stderr.strip()


def test_what_the_upgrade_changed_is_listed_record_by_record(laptop: Replica) -> None:
    found = {each.record: each for each in changes(laptop)}
    days = {record: (each.day_before, each.day) for record, each in found.items() if each.day != each.day_before}
    assert days == {
        "f-1": ("2026-10-31", "2026-11-01"),
        "f-unsent": ("2026-11-04", "2026-11-05"),
        "r-1": ("2026-10-20", "2026-10-21"),
    }
    moved = {record: each.campaign for record, each in found.items() if each.campaign != each.campaign_before}
    assert moved == {record: campaign for record, (_, campaign) in PLACED.items() if campaign != "c-3"}
    assert {each.campaign_before for record, each in found.items() if record in moved} == {"c-3"}


def test_the_upgrade_is_said_once_by_each_program_and_never_of_a_new_file(laptop: Replica, tmp_path: Path) -> None:
    moved = sum(campaign != "c-3" for _, campaign in PLACED.values())
    assert [tell_once(laptop, "commands") for _ in range(2)] == [(3, moved), (0, 0)]
    assert [tell_once(laptop, "workbench") for _ in range(2)] == [(3, moved), (0, 0)]
    with Replica.open(tmp_path / "new.db", create=True) as new:
        assert (changes(new), tell_once(new, "commands")) == ([], (0, 0))


def test_the_first_command_says_what_the_upgrade_changed_and_another_lists_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "profiles" / "default").mkdir(parents=True)
    old_file("laptop", tmp_path).rename(home / "profiles" / "default" / "replica.db")

    def run(*command: str) -> tuple[str, str]:
        done = warm.run("supervisor_tui", ["--home", str(home), "--lang", "en", *command])
        assert done.returncode == 0, done.stderr
        return done.stdout, done.stderr

    out, said = run("status")
    assert "3 have another day" in said
    assert "another day" not in out
    out, said = run("upgrade-notes")
    assert said == ""
    assert re.search(r"昌东镇机关支部 .*问题 f-1 .*2026-10-31 -> 2026-11-01 +第三批", out)
    assert re.search(r"瑶湖水产场党委 .*检查 i-1 .*2026-04-10 +第三批 -> 第二批", out)


async def test_the_workbench_lists_the_records_that_the_upgrade_changed(tmp_path: Path) -> None:
    path = old_file("laptop", tmp_path)
    app = WorkbenchApp(path, Replica.open(path))
    async with app.run_test(size=(140, 40)) as pilot:
        await until(pilot, lambda: "瑶湖水产场党委" in shown(app))
        await pilot.press("ctrl+w")
        await until(pilot, lambda: t("work.upgraded")[:8] in shown(app))
        await pilot.press("3")
        await until(pilot, lambda: isinstance(app.screen, UpgradedScreen) and "2026-10-31 -> 2026-11-01" in shown(app))
        assert re.search("第三批.* -> 第二批", shown(app))
        assert app.screen.listed.count == len(changes(app.replica))  # type: ignore[attr-defined]
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RecordScreen))


@pytest.mark.parametrize("command", [("status", "--json"), ("units", "--json")])
def test_the_quickest_commands_say_once_what_the_upgrade_changed(tmp_path: Path, command: tuple[str, str]) -> None:
    home = tmp_path / "home"
    (home / "profiles" / "default").mkdir(parents=True)
    old_file("laptop", tmp_path).rename(home / "profiles" / "default" / "replica.db")
    program = ["--home", str(home), "--lang", "en", *command]
    done = [warm.run("supervisor_tui", program) for _ in range(2)]
    assert [each.returncode for each in done] == [0, 0]
    assert ["3 have another day" in each.stderr for each in done] == [True, False]
    assert done[0].stdout == done[1].stdout


async def test_the_workbench_says_at_its_first_start_what_the_upgrade_changed(tmp_path: Path) -> None:
    path = old_file("laptop", tmp_path)
    for start, wanted in enumerate((True, False)):
        app = WorkbenchApp(path, Replica.open(path))
        async with app.run_test(size=(120, 40), notifications=True) as pilot:
            await until(pilot, lambda app=app: "瑶湖水产场党委" in shown(app))  # type: ignore[misc]
            if wanted:
                await until(pilot, lambda app=app: "upgrade-notes" in shown(app))  # type: ignore[misc]
            assert ("upgrade-notes" in shown(app)) is wanted, start
