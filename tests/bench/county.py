"""`county`: what every key reads over 2,000 units and five years, held against times instead of a floor.

What each screen reads is read again and again, of many units, words and filters in turn, in one process; the note says
the median and the 95th percentile. A rebuild is told in entries a second.
"""

from __future__ import annotations

import gc
import itertools
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from supervisor_tui.reports.issuing import new_brief
from supervisor_tui.rules import reading
from supervisor_tui.whose_turn import waiting
from sync.ledger.brief_contents import packed
from sync.replica import Replica, query
from sync.replica.queries.campaigns import stages_to_choose
from sync.replica.queries.follow_ups import SHOWN, Wanted
from sync.replica.queries.search import NEWEST, NO_FILTERS, Filters, find
from sync.system.uncollected import uncollected
from tests.bench.folds import in_process
from tests.bench.measure import Row, Sample, profiled

MOST_MS = 50.0
MOST_ISSUING_MS = 3_000.0
LEAST_ENTRIES = 20_000  # a second
_TODAY = "2026-09-30"
_PERIODS = (("month", "2026-09-01", _TODAY), ("month, two years ago", "2024-09-01", "2024-09-30"))
_LINES = 40  # a large screen
_HITS = 200  # what the search screen asks for
_WORDS = {
    "1 character": ("整", "党", "学", "流", "困", "支", "老", "外"),
    "2 characters": ("整改", "党员", "学习", "流动", "困难", "支部", "没有", "笔记"),
    "4 characters": ("流动党员", "学习笔记", "支部讨论", "按期办理", "整改提高", "外出党员", "困难党员", "会议记录"),
    "initials": ("h", "hf", "xy", "jt", "ycg", "nc", "rx", "cq"),
    "full pinyin": ("hua", "huafeng", "xinyuan", "changchun", "dangzhibu", "nan", "ruixiang", "gongsi"),
}
_FILTERS = {
    "kind": Filters(kind="liaison_note"),
    "dates": Filters(since="2022-03", until="2022-04"),
    "stage": Filters(stage="rectify"),
    "category": Filters(category="university"),
    "group": Filters(group="g-7"),
}


def county(file: Path, runs: int) -> Iterator[Row]:
    """The rows of the table; each view is read 20 times `runs` times."""
    times = 20 * runs
    gc.collect()
    gc.freeze()  # as the workbench does once it stands
    with Replica.open(file) as replica:
        units = [row.id for row in query.units(replica).rows(0, 500)]
        (busiest,) = replica.connection.execute(
            "SELECT ledger FROM record WHERE ledger NOT IN ('district', 'staff')"
            " GROUP BY ledger ORDER BY count(*) DESC LIMIT 1"
        ).fetchone()
        yield _row("county unit file", (_file(replica, unit) for unit in itertools.cycle(units)), times)
        yield _row("county unit file, busiest", itertools.repeat(_file(replica, busiest)), times)
        yield from _searches(replica, times)
        yield from _registers(replica, times)
        yield _row("county to-do, unchanged", itertools.repeat(lambda: waiting(replica, _TODAY)), times)
        yield _row("county to-do, changed", itertools.repeat(_changed_to_do(replica)), times)
        yield _row("county stages, changed", itertools.repeat(_changed_stages(replica)), times)
        yield _row("county hints, changed", itertools.repeat(_changed_hints(replica)), times)
        for name, since, until in _PERIODS:
            counted = itertools.repeat(_issued(replica, since, until))
            yield _row(f"county {name} to be issued", counted, runs, most_ms=MOST_ISSUING_MS)


def rebuilt(file: Path, copy: Path, runs: int) -> Row:
    """A rebuild of a copy of the file, in a process of its own."""
    with Replica.open(file) as replica:
        (entries,) = replica.connection.execute("SELECT count(*) FROM entry").fetchone()
        replica.connection.execute("VACUUM INTO ?", (str(copy),))
    samples = [in_process("rebuild", copy) for _ in range(max(1, runs // 3))]
    for sample in samples:
        sample.notes = {"entries": entries, "entries/s": round(entries / sample.wall)}
    return Row(name="county rebuild", ours=samples, most_ms=round(1000 * entries / LEAST_ENTRIES))


def _file(replica: Replica, unit: str) -> Callable[[], object]:
    """What a unit's file reads when it opens."""

    def read() -> None:
        card = query.unit(replica, unit, _TODAY)
        stages_to_choose(replica)
        if card is not None:
            reading.unit_gap(replica, card)
        query.history(replica, unit).rows(0, _LINES)

    return read


def _changed_to_do(replica: Replica) -> Callable[[], object]:
    """To-do after something else was written: everything is ranked again."""

    def read() -> None:
        replica.set_setting("bench", str(time.monotonic_ns()))
        waiting(replica, _TODAY)

    return read


def _changed_stages(replica: Replica) -> Callable[[], object]:
    """The office's view of every unit's place after something else was written, twenty visits a unit in the stage."""

    def read() -> None:
        replica.set_setting("bench", str(time.monotonic_ns()))
        reading.standings(replica, query.campaign(replica), "study")

    return read


def _changed_hints(replica: Replica) -> Callable[[], object]:
    """The office's list of hints after something else was written: the newest inspections are looked at again."""

    def read() -> None:
        replica.set_setting("bench", str(time.monotonic_ns()))
        reading.hinted(replica)

    return read


def _issued(replica: Replica, since: str, until: str) -> Callable[[], object]:
    """What a brief over all campaigns says, and the bytes of its attachment; nothing is written."""

    def read() -> None:
        with uncollected():
            new = new_brief(replica, "", since, until)
            packed(new.breakdowns, new.behind)

    return read


def _searches(replica: Replica, times: int) -> Iterator[Row]:
    for name, words in _WORDS.items():
        yield _row(f"county search, {name}", (_search(replica, word) for word in itertools.cycle(words)), times)
        for filtered, filters in _FILTERS.items() if name == "1 character" else ():
            reads = (_search(replica, word, filters) for word in itertools.cycle(words))
            yield _row(f"county search, {name}, {filtered}", reads, times)
    rare = (_search(replica, "按期办理", filters) for filters in itertools.cycle(_FILTERS.values()))
    yield _row("county search, filters", rare, times)
    yield _row(
        "county search, filters alone",
        (_search(replica, "", each) for each in itertools.cycle(_FILTERS.values())),
        times,
    )


def _search(replica: Replica, text: str, filters: Filters = NO_FILTERS) -> Callable[[], object]:
    return lambda: find(replica, text, filters, limit=_HITS, newest=NEWEST)


def _registers(replica: Replica, times: int) -> Iterator[Row]:
    """The register as it opens, then with each of its filters."""
    wanted = {
        **{f"shown {shown}": Wanted(shown=shown) for shown in SHOWN},
        "nature": Wanted(nature="difficulty"),
        "category": Wanted(category="university"),
        "group": Wanted(group="g-7"),
        "text": Wanted(text="笔记"),
        "unit's text": Wanted(text="华丰"),
        "all, text": Wanted(shown="all", text="笔记"),
        "all, category": Wanted(shown="all", category="university", nature="problem"),
        "closed, group": Wanted(shown="closed", group="g-7"),
    }
    for name, each in wanted.items():
        yield _row(f"county register, {name}", itertools.repeat(_register(replica, each)), times)


def _register(replica: Replica, wanted: Wanted) -> Callable[[], object]:
    def read() -> None:
        query.follow_ups(replica, wanted, today=_TODAY).rows(0, _LINES)
        for shown in ("overdue", "soon", "reported", "watch"):
            query.follow_ups(replica, Wanted(shown=shown), today=_TODAY)

    return read


def _row(name: str, reads: Iterable[Callable[[], object]], times: int, *, most_ms: float = MOST_MS) -> Row:
    """So many reads, one after another, the first ones included: nothing is warmed up."""
    samples = []
    with profiled():
        for read in itertools.islice(reads, times):
            begun, before = time.perf_counter(), time.process_time()
            read()
            samples.append(Sample(wall=time.perf_counter() - begun, cpu=time.process_time() - before))
    busy = sorted(sample.cpu for sample in samples)
    samples[-1].notes = {"CPU 95 %": round(1000 * busy[int(len(busy) * 0.95)], 1)}
    return Row(name=name, ours=samples, most_ms=most_ms)
