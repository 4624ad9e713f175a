"""`supervisor-tui form`: a template tried before it goes out. Nothing is kept and nothing is sent."""

from __future__ import annotations

import argparse
import sys

from supervisor_tui.cli.commands import DONE, WRONG_USAGE
from supervisor_tui.cli.options.lookup import open_replica, unit_id
from supervisor_tui.cli.options.outcome import Refusal, profile_path
from supervisor_tui.cli.options.output import print_line
from supervisor_tui.locale import has, language, t
from sync.console.named_files import given_path, read_given
from sync.model.kinds import ANY_STAGE
from sync.model.template_parser import BadTemplateFile, read_template_file
from sync.model.templates import Item, Template
from sync.replica import Replica, query

_MOST_BYTES = 1024 * 1024


def form(options: argparse.Namespace) -> int:
    """Open the form of a template's file for a unit; with `--check`, say what it would ask."""
    if not profile_path(options).exists() and options.check and not options.unit:
        template = _read(options.file, None, None)
        print_line(_title(template))
        return DONE
    with open_replica(options) as replica:
        categories, stages = frozenset(query.categories(replica)), frozenset({*query.stages(replica), ANY_STAGE})
        template = _read(options.file, categories, stages)
        unit = unit_id(replica, options.unit) if options.unit else ""
        if options.check:
            _print(template, _category(replica, unit))
            return DONE
        if not unit:
            raise Refusal(t("cli.form_wants_unit"), WRONG_USAGE)
        return _open(replica, unit, template)


def _read(file: str, categories: frozenset[str] | None, stages: frozenset[str] | None) -> Template:
    path = given_path(file)
    try:
        data = read_given(path, _MOST_BYTES + 1)
    except OSError as error:
        raise Refusal(t("cli.no_such_file", file=file)) from error
    if len(data) > _MOST_BYTES:
        raise Refusal(t("cli.file_too_large"))
    try:
        return read_template_file(data, categories, stages)
    except BadTemplateFile as error:
        raise Refusal(
            "\n".join(f"{path.name} {t('cli.line', line=line)}: {why.words(t)}" for line, why in error.problems)
        ) from error


def _category(replica: Replica, unit: str) -> str:
    card = query.unit(replica, unit) if unit else None
    return card.category if card else ""


def _open(replica: Replica, unit: str, template: Template) -> int:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Refusal(t("cli.form_no_terminal"), WRONG_USAGE)
    from supervisor_tui.screens.entry.template_preview import TrialApp

    TrialApp(replica, unit, template).run_to_its_end()
    return DONE


def _title(template: Template) -> str:
    stage = t(f"stage.{template.stage}") if has(f"stage.{template.stage}") else template.stage
    return f"{template.title.in_(language())}  {template.name} {template.version}  {stage}"


def _print(template: Template, category: str) -> None:
    """The sections and items, for one category or all."""
    print_line(_title(template))
    sections = template.for_category(category) if category else [(each, list(each.items)) for each in template.sections]
    for section, items in sections:
        print_line(f"\n{section.title.in_(language())}")
        for item in items:
            print_line(f"  {item.title.in_(language())}  {_kind(item)}")


def _kind(item: Item) -> str:
    """What kind of answer an item wants, in short."""
    said = [t(f"item.{item.kind}")]
    if item.kind == "choice":
        said.append(" / ".join(option.title.in_(language()) for option in item.options))
    if item.minimum is not None or item.maximum is not None:
        low, high = ("" if each is None else f"{each:g}" for each in (item.minimum, item.maximum))
        said.append(f"{low}..{high}")
    said += [t(f"item.{word}") for word, holds in (("gate", item.gate), ("computed", item.computed)) if holds]
    said += [] if item.required or item.computed else [t("item.optional")]
    return f"[{', '.join(said)}]"
