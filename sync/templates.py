"""Inspection templates as data: what a template file (TOML) says, and which of its items apply to a unit.

A template belongs to one stage; conditions by unit category make one template serve every kind of unit. A finished
inspection keeps the template's record id, so old records keep the wording they were made with.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from sync.records import CATEGORIES

ItemKind = Literal["verdict", "number", "percentage", "choice", "text", "date"]
Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$")]


class Wording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One text in both languages."""

    zh: Annotated[str, Meta(min_length=1, max_length=400)]
    en: Annotated[str, Meta(min_length=1, max_length=400)]

    def in_(self, language: str) -> str:
        """The text in `zh` or `en`."""
        return self.en if language == "en" else self.zh


class Option(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One answer of a `choice` item."""

    id: Id
    title: Wording


class Item(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One line of a checklist.

    A `verdict` is kept as `answer.ID`, every other kind as `figure.ID`. `only` and `without` name unit categories
    (empty: all). `gate`: the next stage asks for this item to be met. `of`: the figure a percentage is taken of.
    """

    id: Id
    title: Wording
    kind: ItemKind = "verdict"
    hint: Wording | None = None
    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    required: bool = True
    gate: bool = False
    unit: Wording | None = None
    minimum: float | None = None
    maximum: float | None = None
    of: str = ""
    options: tuple[Option, ...] = ()

    def applies_to(self, category: str) -> bool:
        """Whether a unit of this category is asked this item."""
        return (not self.only or category in self.only) and category not in self.without

    @property
    def field(self) -> str:
        """The record field this item's answer is kept in."""
        return ("answer." if self.kind == "verdict" else "figure.") + self.id


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A titled run of items."""

    id: Id
    title: Wording
    items: tuple[Item, ...]


class Template(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A checklist for one stage; `name` stays the same from version to version."""

    name: Id
    version: Annotated[int, Meta(ge=1)]
    stage: Literal["study", "review", "rectify", "consolidate"]
    title: Wording
    sections: tuple[Section, ...]
    only: tuple[str, ...] = ()

    def for_category(self, category: str) -> list[tuple[Section, list[Item]]]:
        """The sections and items a unit of this category is asked, in order; sections left empty are dropped."""
        kept = [(section, [item for item in section.items if item.applies_to(category)]) for section in self.sections]
        return [(section, items) for section, items in kept if items]

    def item(self, item_id: str) -> Item | None:
        """The item of that id."""
        return next((item for section in self.sections for item in section.items if item.id == item_id), None)


class InvalidTemplate(ValueError):
    """A template that may not be kept; the text says what is wrong and where."""


def read_template(document: object) -> Template:
    """The template in a decoded TOML or JSON document; `InvalidTemplate` names everything that is wrong with it."""
    try:
        template = msgspec.convert(document, Template)
    except msgspec.ValidationError as error:
        raise InvalidTemplate(str(error)) from error
    problems = _problems(template)
    if problems:
        raise InvalidTemplate("; ".join(problems))
    return template


def write_template(template: Template) -> dict[str, object]:
    """The template as plain values for a record's `document` field."""
    document: dict[str, object] = msgspec.to_builtins(template)
    return document


def _problems(template: Template) -> list[str]:
    items = [item for section in template.sections for item in section.items]
    names = [item.id for item in items] + [section.id for section in template.sections]
    problems = [f"the id {name} stands twice" for name in sorted({n for n in names if names.count(n) > 1})]
    for item in items:
        strange = [name for name in (*item.only, *item.without) if name not in CATEGORIES]
        problems += [f"{item.id}: {name} is no unit category" for name in strange]
        if item.kind == "choice" and len(item.options) < 2:
            problems.append(f"{item.id}: a choice needs two options or more")
        if item.of and item.of not in names:
            problems.append(f"{item.id}: there is no figure {item.of} to take a percentage of")
    problems += [f"{name} is no unit category" for name in template.only if name not in CATEGORIES]
    return problems if items else [*problems, f"the stage {template.stage} has no items"]
