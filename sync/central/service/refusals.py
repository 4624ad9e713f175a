"""Refusals a command meets: English to whoever reads them as text, and in the language spoken by `message_of`."""

from __future__ import annotations

from sync.central.locale import english, has, language, t
from sync.central.service.district import Denied
from sync.central.storage.engine import StorageFault


class Refusal(Denied):
    """What a command may not do: `key` and its values have words in both languages, `str()` is the English ones."""

    def __init__(self, code: str, key: str, /, **values: object) -> None:
        super().__init__(code, english(key, **values))
        self.key = key
        self.values = values


def message_of(error: Exception) -> str:
    """A refusal or fault in the language spoken; one known by its code alone says its own English sentence."""
    if isinstance(error, Refusal):
        return t(error.key, **error.values)
    if isinstance(error, StorageFault):
        return t(error.key, **error.values)
    key = f"denied.{getattr(error, 'code', '')}"
    return t(key) if language() == "zh" and has(key) else str(error)
