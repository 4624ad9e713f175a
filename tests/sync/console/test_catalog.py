"""The engine of both programs' messages, and the files it reads: keys, placeholders, plural forms, another language."""

from __future__ import annotations

import json
import re
import string
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import supervisor_tui.locale
import sync.central.locale
from sync.console.catalog import SHARED, Catalog
from sync.console.language import LANGUAGES

if TYPE_CHECKING:
    from sync.console.catalog import Message

FOLDERS = [SHARED, supervisor_tui.locale.FOLDER, sync.central.locale.FOLDER]

SOURCES = [Path(supervisor_tui.__file__).parent, Path(sync.__file__).parent]
FAMILIES = re.compile(  # of these the code joins the family to the member, or a member to its ending, at run time
    r"(category|stage)\.|step\.([a-z]+\.)?[a-z_]+$|reviews\.(choose|ask)_|(sync\.phase_|weight\.)|office\.[a-z_]+_later$"
)


def _placeholders(message: Message) -> set[str]:
    forms = [message] if isinstance(message, str) else message.values()
    return {name for form in forms for _, name, _, _ in string.Formatter().parse(form) if name}


def _write(folder: Path, language: str, texts: dict[str, Message]) -> None:
    folder.mkdir(exist_ok=True)
    (folder / f"{language}.json").write_text(json.dumps(texts), encoding="utf-8")


@pytest.mark.parametrize("folder", FOLDERS)
def test_all_languages_of_a_folder_have_the_same_keys_in_the_same_order_with_the_same_placeholders(folder: str) -> None:
    first, *others = [Catalog(folder).texts(language) for language in LANGUAGES]
    for other in others:
        assert [*other] == [*first]
        assert not [key for key in first if _placeholders(first[key]) != _placeholders(other[key])]


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_key_stands_twice_in_a_file_and_its_form_is_the_one_of_the_program(folder: str) -> None:
    for file in Path(folder).glob("*.json"):
        text = file.read_text(encoding="utf-8")
        pairs = json.loads(text, object_pairs_hook=list)
        assert len({key for key, _ in pairs}) == len(pairs), file
        assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n", file


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_key_is_unused(folder: str) -> None:
    text = "\n".join(file.read_text(encoding="utf-8") for root in SOURCES for file in root.rglob("*.py"))
    whole = set(re.findall(r"[\"']([a-z_]+\.[A-Za-z_. 0-9]+)[\"']", text))
    heads = tuple(set(re.findall(r"[\"']([a-z_]+\.[a-z_.]*)\{", text)))
    keys = Catalog(folder).texts("zh")
    assert not [key for key in keys if key not in whole and not key.startswith(heads) and not FAMILIES.match(key)]


def test_every_language_beside_english_has_the_sentences_of_help_too() -> None:
    wanted = {f"{name}.json" for name in LANGUAGES} | {f"help.{name}.json" for name in LANGUAGES if name != "en"}
    for folder in FOLDERS:
        assert {file.name for file in Path(folder).glob("*.json")} == wanted


def test_a_text_that_depends_on_a_number_has_a_form_for_one_and_a_form_for_others(tmp_path: Path) -> None:
    _write(tmp_path, "en", {"units": {"one": "{count} unit", "other": "{count} units"}})
    catalog = Catalog(str(tmp_path))
    said = [catalog.text_in("en", "units", count=count) for count in (0, 1, 2)]
    assert said == ["0 units", "1 unit", "2 units"]


def test_another_language_is_a_file_and_a_name(tmp_path: Path) -> None:
    for language in (*LANGUAGES, "fr"):
        _write(tmp_path, language, {"kind.unit": f"unit in {language}"})
    catalog = Catalog(str(tmp_path), languages=(*LANGUAGES, "fr"))
    catalog.set_language("fr")
    assert catalog.t("kind.unit") == "unit in fr"
    assert catalog.words() == {"kind.unit": ("unit in zh", "unit in en", "unit in fr")}


def test_a_later_folder_goes_before_an_earlier_one(tmp_path: Path) -> None:
    _write(tmp_path / "shared", "zh", {"a": "shared", "b": "shared"})
    _write(tmp_path / "own", "zh", {"b": "own"})
    catalog = Catalog(str(tmp_path / "shared"), str(tmp_path / "own"))
    assert (catalog.t("a"), catalog.t("b"), catalog.t("c")) == ("shared", "own", "c")


def test_a_text_learned_goes_before_all_others_in_the_language_set(tmp_path: Path) -> None:
    _write(tmp_path, "zh", {"stage.study": "file"})
    catalog = Catalog(str(tmp_path))
    catalog.learn({"stage.study": ("动员", "Mobilising")})
    assert (catalog.t("stage.study"), catalog.has("stage.study")) == ("动员", True)
    catalog.set_language("en")
    assert catalog.t("stage.study") == "Mobilising"


def test_placeholders_may_have_any_name_and_a_text_without_values_is_not_formatted(tmp_path: Path) -> None:
    _write(tmp_path, "zh", {"a": "{self} {key} {language}"})
    catalog = Catalog(str(tmp_path))
    assert catalog.t("a", self=1, key=2, language=3) == "1 2 3"
    assert catalog.t("a") == "{self} {key} {language}"
