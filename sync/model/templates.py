"""Inspection templates as data: what a template file (TOML) says, and which of its items apply to a unit.

A template belongs to one stage; conditions by unit category make one template serve every kind of unit. A finished
inspection keeps the template's record id, so old records keep the wording they were made with.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta

from sync.console.catalog import SHARED, Catalog

_SHARED = Catalog(SHARED)
ItemKind = Literal["verdict", "number", "percentage", "choice", "text", "date", "attachment"]
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
    (empty: all). `gate`: the next stage asks for this item to be met. `of`: the figure a percentage is taken of; with
    `part`, another figure, it is computed and not typed, as is a number with a `sum`. An `attachment` asks for a file:
    it is answered by a field `attachment.SHA` that names the item.
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
    part: str = ""
    sum: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()

    def applies_to(self, category: str) -> bool:
        """Whether a unit of this category is asked this item."""
        return (not self.only or category in self.only) and category not in self.without

    @property
    def computed(self) -> bool:
        """Whether the figure is computed from others."""
        return bool(self.part or self.sum)

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
    """A checklist for one stage (`any`: for all of a campaign); `name` stays the same from version to version.

    `watch_days`: how long what its items find is watched after it was closed. `campaign`: the one it belongs to, `any`
    for all, where its file says so; a record keeps it in a field of its own.
    """

    name: Id
    version: Annotated[int, Meta(ge=1)]
    stage: Id
    title: Wording
    sections: tuple[Section, ...]
    only: tuple[str, ...] = ()
    watch_days: Annotated[int, Meta(ge=0, le=3660)] = 0
    campaign: Id | Literal[""] = ""

    def for_category(self, category: str) -> list[tuple[Section, list[Item]]]:
        """The sections and items a unit of this category is asked, in order; sections left empty are dropped."""
        kept = [(section, [item for item in section.items if item.applies_to(category)]) for section in self.sections]
        return [(section, items) for section, items in kept if items]

    def item(self, item_id: str) -> Item | None:
        """The item of that id."""
        return next((item for section in self.sections for item in section.items if item.id == item_id), None)


_Part = TypeVar("_Part")
_DECODERS: dict[type, msgspec.json.Decoder[Any]] = {
    wanted: msgspec.json.Decoder(wanted) for wanted in (Template, Section, Item)
}  # made at import: made at the first template, they may be made in several threads at once

Place = tuple[str | int, ...]  # of a problem in the document: ("sections", 0, "items", 3, "kind")


class Problem(msgspec.Struct, frozen=True):
    """One thing wrong with a template: where in the document, why (`CODE` of a message `template.CODE`), about what."""

    at: Place
    why: str
    what: str = ""
    values: tuple[tuple[str, str], ...] = ()

    def words(self, spoken: Callable[..., str]) -> str:
        """The problem in words; `spoken` is a catalogue's: it takes a key and the values for its blanks."""
        why = spoken(f"template.{self.why}", **dict(self.values))
        return f"{self.what}: {why}" if self.what else why

    def __str__(self) -> str:
        return self.words(partial(_SHARED.text_in, "en"))


def _problem(at: Place, why: str, what: str = "", **values: str) -> Problem:
    return Problem(at, why, what, tuple(values.items()))


class InvalidTemplate(ValueError):
    """A template that may not be kept; `problems` names everything that is wrong."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


def read_template(
    document: object, categories: frozenset[str] | None = None, stages: frozenset[str] | None = None
) -> Template:
    """The template in a decoded TOML or JSON document; raises `InvalidTemplate`.

    `categories` and `stages`: those the campaigns name, where they are known; any is good where they are not.
    """
    try:
        template = _converted(document, Template)
    except msgspec.ValidationError as error:
        raise InvalidTemplate(
            _misshapen(document, categories, stages) or [_problem((), "shape", said=str(error))]
        ) from error
    problems = problems_of(template, categories, stages)
    if problems:
        raise InvalidTemplate(problems)
    return template


def _converted(part: object, wanted: type[_Part]) -> _Part:
    """The part of a template that plain values are; raises `msgspec.ValidationError`."""
    converted: _Part = _DECODERS[wanted].decode(msgspec.json.encode(part))
    return converted


def write_template(template: Template) -> dict[str, object]:
    """The template as plain values for a record's `document` field; its campaign stands beside it."""
    document: dict[str, object] = msgspec.json.decode(msgspec.json.encode(template))
    document.pop("campaign", None)
    return document


def _misshapen(document: object, categories: frozenset[str] | None, stages: frozenset[str] | None) -> list[Problem]:
    """Every part of a document that has not the shape of a template's, and what the rest of it says that cannot be."""
    if not isinstance(document, dict):
        return []
    sections = document.get("sections")
    found, mended = _shape({**document, "sections": []}, Template, (), "")
    kept = []
    for number, section in enumerate(sections if isinstance(sections, list) else []):
        wrong, whole = _misshapen_section(section, ("sections", number))
        found += wrong
        kept.append(whole)
    if not isinstance(sections, list):
        found.append(Problem(("sections",), "sections_list"))
    try:
        template = _converted({**mended, "sections": kept} if isinstance(mended, dict) else mended, Template)
    except msgspec.ValidationError:
        return found  # a part is nothing that could be mended
    named = {problem.at for problem in found}
    unclear = {problem.at[:-1] for problem in found if len(problem.at) > 1 and problem.at[-1] in _MEANING}
    return found + [
        problem
        for problem in problems_of(template, categories, stages)
        if problem.at and problem.at not in named and (problem.at[-1] == "id" or problem.at[:-1] not in unclear)
    ]


_MEANING = frozenset({"id", "kind", "options", "minimum", "maximum", "of", "part", "sum"})  # an item's sense hangs on


def _misshapen_section(section: object, place: Place) -> tuple[list[Problem], object]:
    items = section.get("items") if isinstance(section, dict) else None
    found, mended = _shape(
        {**section, "items": []} if isinstance(section, dict) else section, Section, place, _name(section)
    )
    kept = []
    for each, item in enumerate(items if isinstance(items, list) else []):
        wrong, whole = _shape(item, Item, (*place, "items", each), _name(item))
        found += wrong
        kept.append(whole)
    if not isinstance(items, list):
        found.append(Problem((*place, "items"), "items_list", _name(section)))
    return found, {**mended, "items": kept} if isinstance(mended, dict) else mended


def _name(part: object) -> str:
    return str(part.get("id", "")) if isinstance(part, dict) else ""


_KEY = re.compile(r"`\$\.?([A-Za-z_]+)|field `([A-Za-z_-]+)`")


def _shape(part: object, wanted: type, place: Place, name: str) -> tuple[list[Problem], object]:
    """Everything wrong with one part, and the part without it: a fault found is taken out, the rest looked at again."""
    found: list[Problem] = []
    while True:
        try:
            _converted(part, wanted)
        except msgspec.ValidationError as error:
            why = str(error)
            named = _KEY.findall(why)
            key = next((path for path, _ in named if path), "") or next((field for _, field in named), "")
            found.append(_misshape((*place, key), why, name))
            if not isinstance(part, dict) or ("missing required" not in why and key not in part):
                return found, part
            part = {each: value for each, value in part.items() if each != key}
            if "missing required" in why or key in _NEEDED.get(wanted, ()):
                part[key] = _STAND_IN.get(key, "x")
        else:
            return found, part


_SHAPES = (
    ("no_key", re.compile(r"Object missing required field `(?P<key>[^`]*)`")),
    ("unknown_key", re.compile(r"Object contains unknown field `(?P<key>[^`]*)`")),
    ("type", re.compile(r"Expected `(?P<wanted>[^`]*)`, got `(?P<got>[^`]*)`")),
    ("pattern", re.compile(r"Expected `str` matching regex .*")),
    ("limit", re.compile(r"Expected (?P<wanted>`.*)")),
    ("choice", re.compile(r"Invalid enum value (?P<value>.*)")),
)
_AT = re.compile(r" - at `\$\.?(.*?)`$")


def _misshape(place: Place, why: str, what: str) -> Problem:
    """What msgspec says of a value that has not the shape wanted, as a problem of ours."""
    path = f" ({at[1]})" if (at := _AT.search(why)) and at[1] else ""
    bare = _AT.sub("", why)
    for code, shape in _SHAPES:
        if match := shape.fullmatch(bare):
            return _problem(place, code, what, **match.groupdict(), path=path)
    return _problem(place, "shape", what, said=bare + path)


_WORDS = {"zh": "x", "en": "x"}
_STAND_IN: dict[str, object] = {"title": _WORDS, "sections": [], "items": [], "version": 1}
_NEEDED: dict[type, tuple[str, ...]] = {
    Template: ("name", "version", "stage", "title", "sections"),
    Section: ("id", "title", "items"),
    Item: ("id", "title"),
}


def problems_of(
    template: Template, categories: frozenset[str] | None = None, stages: frozenset[str] | None = None
) -> list[Problem]:
    """Everything a template of the right shape says that cannot be; `categories` and `stages` where they are known."""
    items = [
        (("sections", number, "items", each), item)
        for number, section in enumerate(template.sections)
        for each, item in enumerate(section.items)
    ]
    problems = _twice(template)
    figures = {item.id: item for _, item in items if item.kind in ("number", "percentage")}
    for place, item in items:
        problems += [
            _problem((*place, key), why, item.id, **of) for key, why, of in _wrong_item(item, figures, categories)
        ]
    if categories is not None:
        problems += [_problem(("only",), "category", name=name) for name in template.only if name not in categories]
    if stages is not None and template.stage not in stages:
        problems.append(_problem(("stage",), "stage", name=template.stage))
    return problems if items else [*problems, _problem((), "empty", name=template.stage)]


def _twice(template: Template) -> list[Problem]:
    seen: set[str] = set()
    problems = []
    for number, section in enumerate(template.sections):
        ids: list[tuple[Place, str]] = [(("sections", number, "id"), section.id)]
        ids += [(("sections", number, "items", each, "id"), item.id) for each, item in enumerate(section.items)]
        problems += [_problem(place, "twice", name=name) for place, name in ids if _again(name, seen)]
    return problems


def _again(name: str, seen: set[str]) -> bool:
    again = name in seen
    seen.add(name)
    return again


def _wrong_item(
    item: Item, figures: dict[str, Item], categories: frozenset[str] | None
) -> list[tuple[str, str, dict[str, str]]]:
    """What one item says that cannot be: the key, why, and the values of its words."""
    wrong: list[tuple[str, str, dict[str, str]]] = []
    if categories is not None:
        for key, names in (("only", item.only), ("without", item.without)):
            wrong += [(key, "category", {"name": name}) for name in names if name not in categories]
        if item.gate and item.kind != "verdict":  # said before it goes out; what was kept so stays readable
            wrong.append(("gate", "gate", {}))
    if item.kind == "choice" and len({option.id for option in item.options}) < 2:
        wrong.append(("options", "options", {}))
    if item.kind != "choice" and item.options:
        wrong.append(("options", "no_options", {}))
    if item.minimum is not None and item.maximum is not None and item.minimum > item.maximum:
        wrong.append(("minimum", "minimum", {}))
    for key, name in (("of", item.of), ("part", item.part), *(("sum", each) for each in item.sum)):
        if name and name not in figures:
            wrong.append((key, "no_figure", {"name": name}))
        elif name and (name == item.id or figures[name].computed):
            wrong.append((key, "computed", {"name": name}))
    if item.part and not (item.of and item.kind == "percentage"):
        wrong.append(("part", "part", {}))
    if item.sum and item.kind != "number":
        wrong.append(("sum", "sum", {}))
    return wrong


def computed_figures(template: Template, fields: Mapping[str, Any]) -> dict[str, float | None]:
    """Every figure the template computes, by field; None while what it is computed from is not there."""
    computed = (item for section in template.sections for item in section.items if item.computed)
    return {item.field: _computed(item, fields) for item in computed}


def _computed(item: Item, fields: Mapping[str, Any]) -> float | None:
    values = [fields.get(f"figure.{name}") for name in (item.sum or (item.part, item.of))]
    numbers = [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
    if len(numbers) < len(values):
        return None
    if item.sum:
        return sum(numbers)
    return round(100 * numbers[0] / numbers[1], 1) if numbers[1] else None
