"""`central-store init --sample`: campaigns and checklists that an office edits and imports as they are."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest

from tests.days import this_day
from tests.store import office


@pytest.fixture
def sample(tmp_path: Path) -> tuple[Path, Path, str]:
    """A store made with the sample written beside it: its database, the sample's folder, and what was printed."""
    database, folder = tmp_path / "central.db", tmp_path / "示例"
    said = office(database, "--lang", "zh", "init", "--district", "demo", "--name", "区", "--sample", str(folder))
    return database, folder, said


def test_the_commands_it_names_import_the_sample_as_it_is(sample: tuple[Path, Path, str]) -> None:
    database, _, said = sample
    commands = [line.split()[1:] for line in said.splitlines() if line.startswith("  central-store ")]
    kept = [office(database, *command) for command in commands]
    assert kept == ["5 of 5 kept, 0 rejected", "8 of 8 kept, 0 rejected"]


def test_the_campaign_begins_on_the_day_it_is_written(sample: tuple[Path, Path, str]) -> None:
    campaign = tomllib.loads((sample[1] / "campaign.toml").read_text(encoding="utf-8"))
    assert campaign["campaign"]["starts_on"].isoformat() == campaign["stage"][0]["starts_on"].isoformat()
    assert this_day() - campaign["campaign"]["starts_on"] <= timedelta(days=1)  # midnight may have come between


def test_both_kinds_of_campaign_go_in_side_by_side(sample: tuple[Path, Path, str]) -> None:
    database, folder, _ = sample
    for place in (folder, folder / "safety"):
        office(database, "import", "campaign", str(place / "campaign.toml"))
    office(database, "import", "templates", str(folder / "templates"), "--campaign", "c-second-batch")
    said = office(database, "import", "templates", str(folder / "safety" / "templates"), "--campaign", "c-safety-2026")
    assert said == "4 of 4 kept, 0 rejected"


def test_an_edited_sample_is_imported_as_it_was_edited(sample: tuple[Path, Path, str]) -> None:
    database, folder, _ = sample
    file = folder / "campaign.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("c-second-batch", "c-ours"), encoding="utf-8")
    office(database, "import", "campaign", str(file))
    assert office(database, "import", "templates", str(folder / "templates"), "--campaign", "c-ours").startswith("8 of")


def test_a_folder_that_holds_something_is_left_alone_and_no_store_is_made(tmp_path: Path) -> None:
    database, folder = tmp_path / "central.db", tmp_path / "full"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine", encoding="utf-8")
    said = office(database, "init", "--district", "demo", "--name", "x", "--sample", str(folder), wanted=1)
    assert "not empty" in said
    assert [each.name for each in folder.iterdir()] == ["mine.txt"]
    assert not database.exists()
