"""Fixtures every room may use."""

from __future__ import annotations

import gc
import itertools
import os
import re
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import Phase, settings

from supervisor_tui.locale import learn
from sync.central.locale import set_language
from tests.days import seconds_left
from tests.store import District, new_district, serving

# How much hypothesis tries, by HYPOTHESIS_PROFILE: dev (new examples each time), ci (the same ones each time), deep
# (by hand) or few (the same few ones, a failing one not made smaller: for `tests.mutation`). None has a deadline: an
# example takes longer when the machine is busy.
settings.register_profile("dev", deadline=None)
settings.register_profile("ci", settings.get_profile("ci"), deadline=None)
settings.register_profile("deep", deadline=None, max_examples=2_000)
_ONCE = (Phase.explicit, Phase.generate)
settings.register_profile("few", settings.get_profile("ci"), max_examples=25, phases=_ONCE)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev"))


# What is set where the tests run is nothing to them: proxies, certificates, a locale, a profile, a terminal's size.
_SET_ELSEWHERE = re.compile(
    r"(?i).*_proxy|SSL_CERT_(FILE|DIR)|(SUPERVISOR_TUI|CENTRAL_STORE|TEXTUAL(?!_SNAPSHOT)|XDG|LC)_.*|LANG(UAGE)?"
    r"|COLUMNS|LINES|NO_COLOR|PYTHONIOENCODING"
)

# What Python compiled is kept, even where the environment asks that it is not, then apart from the sources: else every
# process that a test starts compiles the program and its libraries again, and every run the tests.
if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
    sys.dont_write_bytecode = False
    sys.pycache_prefix = os.environ["PYTHONPYCACHEPREFIX"] = str(Path(__file__).parents[1] / ".pytest_cache" / "code")

# Tests' files lie in memory where the system has a folder there with room: none is worth waiting for a disk.
# With PYTEST_DEBUG_TEMPROOT=/tmp they lie on a disk.
_IN_MEMORY, _ROOM = Path("/dev/shm"), 4 * 2**30
if os.access(_IN_MEMORY, os.W_OK) and shutil.disk_usage(_IN_MEMORY).free > _ROOM:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_IN_MEMORY))

_LONGEST_WAITED = 20.0  # seconds: few tests take longer


def pytest_xdist_auto_num_workers() -> int:
    """Three processes for two cores: a third of the time of a test of the workbench goes by in waiting."""
    return (os.cpu_count() or 1) * 3 // 2 or 1


def pytest_runtest_setup() -> None:
    """Begin no test in the last seconds of the day: it and the program it tests would mean two days by today.

    For the same reason a test asks `tests.days` for the day when it runs, never while its module is imported. What an
    earlier test's campaigns called their stages is forgotten.
    """
    learn({})
    if (left := seconds_left()) < _LONGEST_WAITED:
        time.sleep(left)


_NUMBERS = itertools.count()


@pytest.fixture
def tmp_path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder of a name no other test has had, since the program remembers keys and certificates by it.

    Removed with the test, unless that failed.
    """
    failed = request.session.testsfailed
    name = re.sub(r"\W", "_", request.node.name)[:30]
    folder = tmp_path_factory.mktemp(f"{name}-{next(_NUMBERS)}", numbered=False)
    yield folder
    if request.session.testsfailed == failed:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def bare_environment() -> Iterator[None]:
    """The same environment for every test, and for every process one starts, wherever the suite runs."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [each for each in os.environ if _SET_ELSEWHERE.fullmatch(each)]:
            patch.delenv(name)
        patch.setenv("LANG", "C.UTF-8")
        yield


@pytest.fixture(scope="session", autouse=True)
def office_speaks_english(bare_environment: None) -> Iterator[None]:
    """The office's commands speak English, in this process and in every one that is started, unless a test says not."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CENTRAL_STORE_LANG", "en")
        yield


@pytest.fixture
def in_china(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine whose clocks show the district's time."""
    monkeypatch.setenv("TZ", "CST-8")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture(autouse=True)
def office_goes_on_in_english() -> None:
    """What a test switched is switched back."""
    set_language("en")


@pytest.fixture(autouse=True)
def collector_walks_everything() -> Iterator[None]:
    """The workbench keeps what stands at its start from the collector; here many tests share one process."""
    yield
    gc.unfreeze()
    gc.enable()


@pytest.fixture(scope="session")
def district_made_once(tmp_path_factory: pytest.TempPathFactory) -> District:
    """A district set up once; tests work on copies of its database."""
    return new_district(tmp_path_factory.mktemp("district"))


@pytest.fixture
def district(district_made_once: District, tmp_path: Path) -> District:
    """A district of the test's own, with no store process yet."""
    database = tmp_path / "store" / "central.db"
    database.parent.mkdir()
    for file in district_made_once.database.parent.glob("central.db*"):
        shutil.copy(file, database.parent / file.name)
    return msgspec.structs.replace(district_made_once, database=database)


@pytest.fixture
def live(district: District) -> Iterator[District]:
    """A district with its store process running."""
    with serving(district.database) as address:
        district.address = address
        yield district
