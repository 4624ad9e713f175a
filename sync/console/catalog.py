"""Look up messages by key in JSON files, one a language: the one engine of both programs' catalogues.

A file `LANGUAGE.json` maps keys to texts with `{placeholders}`; a text that depends on a number is an object with the
forms `one` and `other`, chosen by the value of `count`. A file is read when a text of it is first asked for.
"""

from __future__ import annotations

import json
from functools import lru_cache

from sync.console.language import LANGUAGES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    Message = str | dict[str, str]

SHARED = f"{__file__.removesuffix('catalog.py')}locale"  # texts both programs use
_DEFAULT = LANGUAGES[0]


@lru_cache(maxsize=32)
def read_texts(folder: str, name: str) -> dict[str, Message]:
    """Return the texts of `FOLDER/NAME.json`; raise `OSError` or `ValueError`."""
    with open(f"{folder}/{name}.json", encoding="utf-8") as file:  # noqa: PTH123 - `--help` has no time for pathlib
        texts: dict[str, Message] = json.load(file)
    return texts


class Catalog:
    """The messages of one program: the files of some folders, the later before the earlier, and the language set."""

    def __init__(self, *folders: str, languages: tuple[str, ...] = LANGUAGES) -> None:
        self._folders = folders
        self._languages = languages
        self._tables: dict[str, dict[str, Message]] = {}
        self._learned: dict[str, tuple[str, str]] = {}
        self.language = _DEFAULT

    def t(self, key: str, /, **values: object) -> str:
        """Return the text for a key in the language set; an unknown key stands for itself."""
        if pair := self._learned.get(key):
            return _formatted(pair[self.language != _DEFAULT], values)
        return self.text_in(self.language, key, **values)

    def text_in(self, language: str, key: str, /, **values: object) -> str:
        """Return the text for a key in one language; an unknown key stands for itself."""
        message = self.texts(language).get(key)
        return key if message is None else _formatted(message, values)

    def has(self, key: str) -> bool:
        """Return whether there is a text for a key."""
        return key in self._learned or key in self.texts(self.language)

    def texts(self, language: str) -> dict[str, Message]:
        """Return every key with its text in one language."""
        if language not in self._tables:
            merged: dict[str, Message] = {}
            for folder in self._folders:
                merged |= read_texts(folder, language)
            self._tables[language] = merged
        return self._tables[language]

    def words(self) -> dict[str, tuple[str, ...]]:
        """Return every key with its texts in all languages, in the order of `LANGUAGES`, all forms of each."""
        tables = [self.texts(language) for language in self._languages]
        return {key: tuple(_all_forms(table[key]) for table in tables) for key in tables[0]}

    def learn(self, pairs: Mapping[str, tuple[str, str]]) -> None:
        """Use these texts (中文, English) before all others: what a district itself calls its stages and categories."""
        self._learned = dict(pairs)

    def set_language(self, wanted: str) -> None:
        """Use one of the languages from now on; an unknown one changes nothing."""
        if wanted in self._languages:
            self.language = wanted


def _all_forms(message: Message) -> str:
    return message if isinstance(message, str) else "\n".join(message.values())


def _formatted(message: Message, values: dict[str, object]) -> str:
    if isinstance(message, dict):
        message = message.get("one" if values.get("count") == 1 else "other", message["other"])
    return message.format(**values) if values else message
