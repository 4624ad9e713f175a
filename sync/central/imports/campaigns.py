"""What the office imports: everything is checked first, every rejected row is named with its reason.

All or nothing, unless the caller asks for the good rows alone. Templates and campaigns are read here, the rest in
`tables`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from sync.central.admin import staff
from sync.central.imports.pipeline import Wish, import_table
from sync.central.imports.report import CannotRead, Rejected, Report
from sync.central.locale import fault_words, t
from sync.central.service.store import Edit, Store
from sync.console.named_files import read_given
from sync.ledger import ids
from sync.ledger.ids import LEDGER_DISTRICT
from sync.model import validation
from sync.model.kinds import ANY_CAMPAIGN, ANY_STAGE, CATEGORIES, STAGES
from sync.model.template_parser import BadTemplateFile, read_template_file
from sync.model.templates import Template, write_template


def import_units(store: Store, file: Path, *, partial: bool = False) -> Report:
    """Units from a table; see `tables`."""
    return import_table(store, "units", file, Wish(partial=partial))


def import_templates(
    store: Store, folder: Path, *, campaign: str = "", partial: bool = False, dry_run: bool = False
) -> Report:
    """Every `.toml` file of a folder as a template of `campaign`, else of the one that its file or stage names."""
    campaigns = {record for record, _ in staff.district_records(store, "campaign")}
    if campaign and campaign not in {*campaigns, ANY_CAMPAIGN}:
        raise CannotRead(t("templates.no_campaign", campaign=campaign, there=", ".join(sorted(campaigns))))
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise CannotRead(t("files.no_templates", folder=folder.name or folder))
    report = Report(found=len(files))
    held = dict(staff.district_records(store, "template"))
    categories, stages = named_in(store)
    edits: list[Edit] = []
    for file in files:
        try:
            template = read_template_file(_bytes(file), categories, stages)
        except BadTemplateFile as error:
            report.rejected += [
                Rejected(place=f"{file.name} {t('tables.line', row=line)}", reason=problem.words(t))
                for line, problem in error.problems
            ]
            continue
        owner = campaign or template.campaign or _campaign_of(store, template.stage)
        edit = _template_edit(template, owner, held)
        if owner and owner not in {*campaigns, ANY_CAMPAIGN}:
            there = ", ".join(sorted(campaigns))
            reason = t("templates.no_campaign", campaign=owner, there=there)
            report.rejected.append(Rejected(place=file.name, reason=reason))
        elif edit.record in held and held[edit.record].get("document") != edit.fields["document"]:
            report.rejected.append(Rejected(place=file.name, reason=t("templates.kept", version=template.version)))
        else:
            edits.append(edit)
    return _keep(store, report, edits, partial=partial, dry_run=dry_run)


def _campaign_of(store: Store, stage: str) -> str:
    """Return the campaign whose plan has this stage, or the only one there is; empty where that is not one."""
    campaigns = [record for record, _ in staff.district_records(store, "campaign")]
    plans = [fields for _, fields in staff.district_records(store, "stage_plan")]
    planned = {str(plan.get("campaign", "")) for plan in plans if plan.get("stage") == stage} & {*campaigns}
    fitting = list(planned) or campaigns
    return fitting[0] if len(fitting) == 1 else ""


def _template_edit(template: Template, campaign: str, held: dict[str, dict[str, Any]]) -> Edit:
    """A template as a record of its version's own: an inspection made with it keeps its wording.

    Two campaigns may each have a template of one name and version; the later one's record then bears its campaign.
    """
    fields = {
        "name": template.name,
        "version": template.version,
        "stage": template.stage,
        "title": msgspec.to_builtins(template.title),
        "document": write_template(template),
    }
    record = f"t.{template.name}.{template.version}"
    if campaign:
        fields["campaign"] = campaign
        if held.get(record, {}).get("campaign", campaign) != campaign:
            record = f"t.{campaign}.{template.name}.{template.version}"
    return Edit(ledger=LEDGER_DISTRICT, kind="template", record=record, fields=fields)


def named_in(store: Store) -> tuple[frozenset[str], frozenset[str]]:
    """The categories and stages there are: those that are always, and those the store's campaigns name."""
    campaigns = [fields for _, fields in staff.district_records(store, "campaign")]
    plans = [fields for _, fields in staff.district_records(store, "stage_plan")]
    categories = {name.partition(".")[2] for fields in campaigns for name in fields if name.startswith("category.")}
    return frozenset({*CATEGORIES, *categories}), frozenset(
        {*STAGES, ANY_STAGE, *(str(plan["stage"]) for plan in plans)}
    )


def _bytes(file: Path) -> bytes:
    try:
        return read_given(file)
    except OSError as error:
        raise CannotRead(t("files.unreadable", file=file.name or file)) from error


def import_campaign(store: Store, file: Path, *, partial: bool = False, dry_run: bool = False) -> Report:
    """A campaign and its stages from a toml file: a table `campaign` (with `id`), and `stage` tables in order."""
    return keep_campaign(store, _read_toml(file), partial=partial, dry_run=dry_run)


def keep_campaign(store: Store, document: dict[str, Any], *, partial: bool = False, dry_run: bool = False) -> Report:
    """A campaign and its stages from a document that has been read."""
    campaign, stages = document.get("campaign"), document.get("stage", [])
    if not isinstance(campaign, dict) or not isinstance(stages, list) or not stages:
        raise CannotRead(t("files.no_campaign"))
    campaign_id = str(campaign.get("id", "")) or ids.new_id()
    report = Report(found=1 + len(stages))
    families = validation.KINDS["campaign"].members
    plain = {name: value for name, value in campaign.items() if name != "id" and name not in families}
    dotted = {
        f"{family}.{name}": value for family in families for name, value in dict(campaign.get(family, {})).items()
    }
    fields = plain | dotted
    wanted = [(t("field.campaign"), Edit(ledger=LEDGER_DISTRICT, kind="campaign", record=campaign_id, fields=fields))]
    for number, stage in enumerate(stages, start=1):
        plan = {**stage, "campaign": campaign_id} if isinstance(stage, dict) else {}
        record = f"{campaign_id}.{plan.get('stage', number)}"
        wanted.append(
            (
                t("files.stage", number=number),
                Edit(ledger=LEDGER_DISTRICT, kind="stage_plan", record=record, fields=plan),
            )
        )
    edits = []
    for place, edit in wanted:
        tidy = validation.tidy(edit.kind, {name: _plain(value) for name, value in edit.fields.items()})
        faults = validation.check(edit.kind, tidy, new=True, role=validation.STORE, known_only=True)
        if faults:
            report.rejected.append(Rejected(place=place, reason="; ".join(map(fault_words, faults))))
        else:
            edits.append(msgspec.structs.replace(edit, fields=tidy))
    return _keep(store, report, edits, partial=partial, dry_run=dry_run)


def _plain(value: Any) -> Any:
    """A value of a toml file as JSON has it (toml has dates of its own)."""
    return value.isoformat() if hasattr(value, "isoformat") else value


def _read_toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(read_given(file).decode("utf-8"))
    except OSError as error:
        raise CannotRead(t("files.unreadable", file=file.name or file)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CannotRead(t("files.no_toml", file=file.name, error=error)) from error


def _keep(store: Store, report: Report, edits: Iterable[Edit], *, partial: bool, dry_run: bool) -> Report:
    if partial or not report.rejected:
        kept = list(edits)
        if not dry_run:
            report.changed = staff.put_imported(store, kept)
        report.kept = len(kept)
    return report


def imported(store: Store, what: str, file: Path, wish: Wish) -> Report:
    """Import what a file holds: `templates` and `campaign` from toml, everything else from a table."""
    if what == "templates":
        return import_templates(store, file, campaign=wish.campaign, partial=wish.partial, dry_run=wish.dry_run)
    if what == "campaign":
        return import_campaign(store, file, partial=wish.partial, dry_run=wish.dry_run)
    return import_table(store, what, file, wish)
