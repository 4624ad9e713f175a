"""Units, templates and campaigns from files: everything is checked first, every rejected row is named with its reason.

All or nothing, unless the caller asks for the good rows alone.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec

from sync import ids, records
from sync.central import admin
from sync.central.store import Edit, Store
from sync.ids import COMMON_LEDGERS, LEDGER_DISTRICT
from sync.ledger import UNREADABLE
from sync.templates import InvalidTemplate, read_template, write_template

_FLAGS = {"1": True, "true": True, "yes": True, "是": True, "0": False, "false": False, "no": False, "否": False}


class Rejected(msgspec.Struct, frozen=True, kw_only=True):
    """A row or file that may not be kept: where it stands, and why."""

    place: str
    reason: str


class Report(msgspec.Struct, kw_only=True):
    """What an import found and kept."""

    found: int = 0
    kept: int = 0
    rejected: list[Rejected] = []


class CannotRead(Exception):
    """A file that is not what it should be; the text is one plain sentence."""


def import_units(store: Store, file: Path, *, partial: bool = False) -> Report:
    """Units from csv or json: columns are the fields of a unit, with `id` (may be empty) beside them."""
    rows = _read_rows(file)
    report = Report(found=len(rows))
    edits: list[Edit] = []
    taken: set[str] = set()
    known = admin.unit_records(store).keys() | {str(row.get("id") or "").strip() for _, row in rows}
    by_name = {str(row.get("name", "")).strip(): str(row.get("id", "")).strip() for _, row in rows}
    for place, row in rows:
        unit = str(row.get("id") or "").strip() or ids.new_id()
        fields = _unit_fields(row, by_name)
        faults = [str(fault) for fault in records.check("unit", fields, new=True, role=records.STORE, known_only=True)]
        if unit in taken or unit in COMMON_LEDGERS or not ids.is_plain_id(unit):
            faults.append(f"id: {unit} is taken or cannot be an id")
        if (parent := fields.get("parent")) and (parent not in known or parent == unit):
            faults.append(f"parent: {parent} is no other unit")
        if faults:
            report.rejected.append(Rejected(place=place, reason="; ".join(faults)))
            continue
        taken.add(unit)
        edits.append(Edit(ledger=unit, kind="unit", record=unit, fields=fields))
    return _keep(store, report, edits, partial=partial)


def _unit_fields(row: dict[str, Any], by_name: dict[str, str]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in row.items():
        if name == "id" or value is None or value == "":
            continue
        fields[name] = _FLAGS.get(str(value).strip().lower(), value) if name.startswith("weak.") else value
    fields = records.tidy("unit", fields)
    if parent := fields.get("parent"):
        fields["parent"] = by_name.get(str(parent)) or parent
    return fields


def _read_rows(file: Path) -> list[tuple[str, dict[str, Any]]]:
    """The rows of a csv or json file, each with its place."""
    suffix = file.suffix.lower()
    try:
        if suffix == ".json":
            rows = msgspec.json.decode(file.read_bytes(), type=list[dict[str, Any]])
            return [(f"row {number}", row) for number, row in enumerate(rows, start=1)]
        if suffix == ".csv":
            with file.open(encoding="utf-8-sig", newline="") as lines:
                reader = csv.DictReader(lines)
                return [(f"line {reader.line_num}", _named(row)) for row in reader]
    except OSError as error:
        raise CannotRead(f"{file.name} cannot be read.") from error
    except (*UNREADABLE, csv.Error, ValueError) as error:
        raise CannotRead(f"{file.name} is not readable as {suffix[1:]} in UTF-8.") from error
    raise CannotRead(f"{file.name}: units are read from .csv or .json; save a workbook as csv first.")


def _named(row: dict[Any, Any]) -> dict[str, Any]:
    """A csv row; cells without a heading show as a field of their own, so that they are reported."""
    return {str(name).strip() if name is not None else "a cell without heading": value for name, value in row.items()}


def import_templates(store: Store, folder: Path, *, partial: bool = False) -> Report:
    """Every `.toml` file of a folder as a template."""
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise CannotRead(f"There are no .toml files in {folder.name}.")
    report = Report(found=len(files))
    edits: list[Edit] = []
    for file in files:
        try:
            template = read_template(_read_toml(file))
        except (CannotRead, InvalidTemplate) as error:
            report.rejected.append(Rejected(place=file.name, reason=str(error)))
            continue
        fields = {
            "name": template.name,
            "version": template.version,
            "stage": template.stage,
            "title": msgspec.to_builtins(template.title),
            "document": write_template(template),
        }
        record = f"t.{template.name}.{template.version}"
        edits.append(Edit(ledger=LEDGER_DISTRICT, kind="template", record=record, fields=fields))
    return _keep(store, report, edits, partial=partial)


def import_campaign(store: Store, file: Path, *, partial: bool = False) -> Report:
    """A campaign and its stages from a toml file: a table `campaign` (with `id`), and `stage` tables in order."""
    return keep_campaign(store, _read_toml(file), partial=partial)


def keep_campaign(store: Store, document: dict[str, Any], *, partial: bool = False) -> Report:
    """A campaign and its stages from a document that has been read."""
    campaign, stages = document.get("campaign"), document.get("stage", [])
    if not isinstance(campaign, dict) or not isinstance(stages, list) or not stages:
        raise CannotRead("A campaign needs a table [campaign] and one [[stage]] or more.")
    campaign_id = str(campaign.get("id", "")) or ids.new_id()
    report = Report(found=1 + len(stages))
    settings = {f"setting.{name}": value for name, value in dict(campaign.get("setting", {})).items()}
    fields = {name: value for name, value in campaign.items() if name not in ("id", "setting")} | settings
    wanted = [("campaign", Edit(ledger=LEDGER_DISTRICT, kind="campaign", record=campaign_id, fields=fields))]
    for number, stage in enumerate(stages, start=1):
        plan = {**stage, "campaign": campaign_id} if isinstance(stage, dict) else {}
        record = f"{campaign_id}.{plan.get('stage', number)}"
        wanted.append((f"stage {number}", Edit(ledger=LEDGER_DISTRICT, kind="stage_plan", record=record, fields=plan)))
    edits = []
    for place, edit in wanted:
        tidy = records.tidy(edit.kind, {name: _plain(value) for name, value in edit.fields.items()})
        faults = records.check(edit.kind, tidy, new=True, role=records.STORE, known_only=True)
        if faults:
            report.rejected.append(Rejected(place=place, reason="; ".join(map(str, faults))))
        else:
            edits.append(msgspec.structs.replace(edit, fields=tidy))
    return _keep(store, report, edits, partial=partial)


def _plain(value: Any) -> Any:
    """A value of a toml file as JSON has it (toml has dates of its own)."""
    return value.isoformat() if hasattr(value, "isoformat") else value


def _read_toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise CannotRead(f"{file.name} cannot be read.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CannotRead(f"not readable as toml: {error}") from error


def _keep(store: Store, report: Report, edits: Iterable[Edit], *, partial: bool) -> Report:
    if partial or not report.rejected:
        kept = list(edits)
        admin.put(store, kept)
        report.kept = len(kept)
    return report


Importer = Callable[..., Report]
IMPORTERS: dict[str, Importer] = {
    "units": import_units,
    "templates": import_templates,
    "campaign": import_campaign,
}
