"""The messages of the workbench and its commands, and the language set.

`t("unit.last_visit")` returns the text in the language set; values in braces are filled in. The texts stand in
`LANGUAGE.json` beside this file, those of `--help` in `help.LANGUAGE.json`; what both
programs use stands in `sync/console/locale`.
"""

from __future__ import annotations

from sync.console.catalog import SHARED, Catalog
from sync.console.language import LANGUAGES as LANGUAGES
from sync.console.language import from_locale as from_locale

FOLDER = __path__[0]
_catalog = Catalog(SHARED, FOLDER)

t = _catalog.t
has = _catalog.has
words = _catalog.words
learn = _catalog.learn
set_language = _catalog.set_language


def language() -> str:
    """Return the language set: `zh` or `en`."""
    return _catalog.language
