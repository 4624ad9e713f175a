"""The sample campaigns as files an office edits and imports as they are: campaigns, their stages and checklists."""

from __future__ import annotations

import re
import shutil
import tomllib
from datetime import date, timedelta
from pathlib import Path

import msgspec

from sync.central.service.refusals import Refusal
from sync.system.private_files import private_folder

CAMPAIGN, TEMPLATES, OTHERS = "campaign.toml", "templates", ("safety",)
_DAY = re.compile(r'"D([+-]\d+)?"')  # a day counted from the sample's own one
_ABOUT_DAYS = re.compile(r"\A#.*\n")  # the first line says how days are counted there


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What was written: the campaign's file and id, and the folder of its checklists."""

    campaign: Path
    id: str
    templates: Path


def empty_folder(folder: Path) -> None:
    """Make the folder, or refuse one that holds something."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refusal("bad_request", "sample.not_empty", folder=folder.name or str(folder))
    private_folder(folder)


def write_sample(folder: Path, today: date) -> Written:
    """Write the sample into an empty folder, its campaign beginning today; beside it a campaign of another kind."""
    source = _source()
    text = _with_days((source / CAMPAIGN).read_text(encoding="utf-8"), today)
    (folder / CAMPAIGN).write_text(text, encoding="utf-8")
    shutil.copytree(source / TEMPLATES, folder / TEMPLATES)
    for other in OTHERS:
        (folder / other).mkdir()
        shutil.copyfile(source / other / CAMPAIGN, folder / other / CAMPAIGN)
        shutil.copytree(source / other / TEMPLATES, folder / other / TEMPLATES)
    campaign = str(tomllib.loads(text)["campaign"]["id"])
    return Written(campaign=folder / CAMPAIGN, id=campaign, templates=folder / TEMPLATES)


def _source() -> Path:
    """The folder of the sample: inside the package in a wheel, `fixtures` beside it in a checkout."""
    packed = Path(__file__).parents[1] / "sample"
    return packed if packed.is_dir() else Path(__file__).parents[3] / "fixtures"


def _with_days(text: str, today: date) -> str:
    """The campaign's text with plain days, its first one today."""
    days = [int(found[1] or 0) for found in _DAY.finditer(text)]
    begins = today - timedelta(days=min(days, default=0))

    def plain(found: re.Match[str]) -> str:
        return (begins + timedelta(days=int(found[1] or 0))).isoformat()

    return _DAY.sub(plain, _ABOUT_DAYS.sub("", text))
