"""The same entries are the same lists on every laptop, in whichever order they came there; and none is a list, too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from sync.protocol.codec import Scope
from sync.replica import Replica
from sync.replica.maintenance.rebuild import rebuild
from sync.replica.projection.apply import Incoming, apply
from tests.supervisor_tui.cli.test_commands import Line
from tests.supervisor_tui.workbench import INSPECTION, ME, Pen, me, new_workbench_file
from tests.sync.laptops import entries_of

ASKED = (
    *(("history", unit, "--json") for unit in ("u-01", "u-02")),
    *(("trends", unit, "--json") for unit in ("u-01", "u-02")),
    *(("export", "unit", "--unit", unit, "--out", "-", "--format", "csv") for unit in ("u-01", "u-02")),
    ("units", "--json"),
    ("followups", "--json"),
    ("followups", "--shown", "all", "--json"),
    ("followups", "--shown", "all", "--text", "学习室", "--json"),
    ("followups", "--shown", "all", "--group", "g-1", "--json"),
    ("search", "学习", "--group", "g-1", "--json"),
    ("search", "学习", "--json"),
    ("search", "学", "--kind", "liaison_note", "--json"),
    ("search", "2026-09-10", "--json"),
    ("conflicts", "--json"),
    ("show", "r-visit-2", "--json"),
    ("next", "--json"),
    ("stages", "--stage", "study", "--json"),
    ("gaps", "--json"),
    ("hints", "--json"),
    ("campaign", "--json"),
    ("status", "--json"),
    ("export", "brief", "--out", "-", "--format", "csv", "--from", "2026-09-01", "--to", "2026-09-30"),
    ("export", "register", "--out", "-", "--format", "csv", "--all"),
    ("export", "entries", "--out", "-", "--format", "csv"),
    ("export", "entries", "--out", "-", "--format", "json"),
)


def _much_of_one_day(replica: Replica) -> None:
    """What several devices write of the same days in the same units."""
    pen = Pen(replica)
    pen.number = 1_000
    day = "2026-09-10"
    for number in range(12):
        device, by = f"d-{3 + number % 4}", f"p-{3 + number % 4}"
        for unit in ("u-01", "u-02"):
            name = f"r-{number * 7 % 12:02}-{unit}"
            note = {"noted_on": day, "mode": "visit", "content": f"学习到第{number}篇"}
            pen.write(unit, "liaison_note", f"{name}-a", note | {"next_on": "2026-09-21"}, device=device, by=by)
            visit = INSPECTION | {"visited_on": day, "summary": f"学习情况{number}", "answer.i0": {"verdict": "unmet"}}
            pen.write(unit, "inspection", f"{name}-b", visit, device=device, by=by)
            due = {"nature": "suggestion", "title": f"学习室{number}", "due_on": "2026-09-15", "status": "open"}
            pen.write(unit, "follow_up", f"{name}-c", due, device=device, by=by)
            count = {"counted_on": day, "members": number}
            pen.write(unit, "count", f"{name}-d", count, device=device, by=by)


def _as_it_came(entries: list[Incoming]) -> list[Incoming]:
    return entries


def _last_chain_first(entries: list[Incoming]) -> list[Incoming]:
    chains: dict[tuple[str, str], list[Incoming]] = {}
    for each in entries:
        chains.setdefault((each.entry.head.ledger, each.entry.head.device), []).append(each)
    return [each for chain in reversed(chains.values()) for each in chain]


def _one_by_one_from_each(entries: list[Incoming]) -> list[Incoming]:
    return sorted(entries, key=lambda each: (each.entry.head.seq, each.entry.hash))


Order = Callable[[list[Incoming]], list[Incoming]]


@pytest.fixture
def laptops(tmp_path: Path, line: Line) -> list[Line]:
    """Laptops that were given the same entries in different orders, and one that folded them anew."""
    homes: list[Line] = []
    identity, scope = me(), None
    with Replica.open(line.path) as source:
        _much_of_one_day(source)
        numbers = dict(source.connection.execute("SELECT hash, number FROM entry"))
        entries = [
            msgspec.structs.replace(each, number=numbers[bytes.fromhex(each.entry.hash[7:])])
            for each in entries_of(source)
        ]
        identity, scope = source.joined(), source.scope
    orders: tuple[Order, ...] = (_as_it_came, _last_chain_first, _one_by_one_from_each, _last_chain_first)
    for number, order in enumerate(orders):
        home = Line(tmp_path / str(number), line.capsys, line.monkeypatch)
        home.path.parent.mkdir(parents=True)
        with Replica.open(home.path, create=True) as replica:
            replica.set_identity(identity)
            assert scope is not None
            replica.set_scope(scope)
            with replica.transaction() as connection:
                apply(connection, order(entries))
            if number == len(orders) - 1:
                rebuild(replica)
        homes.append(home)
    return homes


@pytest.fixture
def line(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Line:
    """A laptop of a supervisor."""
    line = Line(tmp_path / "source", capsys, monkeypatch)
    line.path.parent.mkdir(parents=True)
    new_workbench_file(line.path).close()
    return line


def test_the_same_entries_make_the_same_lists_whatever_order_they_came_in(laptops: list[Line]) -> None:
    first, *others = laptops
    for asked in ASKED:
        said = first(*asked)
        assert (said.code, bool(said.out)) == (0, True), (asked, said)
        for other in others:
            assert other(*asked) == said, asked


def test_a_page_of_search_ends_at_the_same_place_on_every_laptop(laptops: list[Line]) -> None:
    from sync.replica.queries.search import Filters, find

    pages = []
    for laptop in laptops:
        with Replica.open(laptop.path) as replica:
            pages.append(
                [
                    *find(replica, "学习", limit=5),
                    *find(replica, "学习", Filters(kind="liaison_note"), newest=40),
                    *find(replica, "", Filters(kind="inspection"), limit=5, newest=30),
                ]
            )
    assert len(pages[0]) > 10
    assert all(page == pages[0] for page in pages)


@pytest.mark.parametrize("is_scoped", [True, False])
def test_every_reading_command_works_on_a_profile_without_records(line: Line, is_scoped: bool) -> None:
    line.path.unlink()
    with Replica.open(line.path, create=True) as replica:
        replica.set_identity(me())
        if is_scoped:
            replica.set_scope(Scope(version="1", person=ME, role="group", group="g-1"))
    asked = [each for each in ASKED if not {"u-01", "u-02", "r-visit-2"} & {*each}]
    more = (("hints",), ("next",), ("gaps",), ("stages",), ("search", "学习"), ("doctor",), ("verify",), ("rebuild",))
    for command in (*asked, *more, ("attachments", "r-1"), ("history", "u-01"), ("draw", "3"), ("drafts",)):
        done = line(*command)
        assert done.code in (0, 1, 2, 3), (command, done)
        assert "Traceback" not in done.err
