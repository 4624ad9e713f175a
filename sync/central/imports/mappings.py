"""What the office has said that headings and words mean: remembered with an import that was kept, listed, forgotten.

Kept by import (`units`: heading -> field) and, for words in cells, by what they are words for (`category`, `stage`).
"""

from __future__ import annotations

from collections.abc import Mapping

from sync.central.imports.synonyms import plain
from sync.central.service.store import Store
from sync.central.storage import statements

Said = tuple[str, str, str]  # import or list, heading or word, what it means


def said_before(store: Store, what: str) -> dict[str, str]:
    """What headings of such files, or words of such a list, mean by what the office said."""
    rows = store.engine.read(lambda session: session.rows(statements.HEADINGS, (store.district.id, what)))
    return dict(rows)


def remember(store: Store, what: str, said: Mapping[str, str]) -> None:
    """Keep what was said for the next file."""
    rows = [(store.district.id, what, heading, field) for heading, field in said.items()]
    if rows:
        store.engine.transact(lambda session: session.many(statements.PUT_HEADING, rows))


def everything(store: Store, what: str = "") -> list[Said]:
    """All that is remembered, or that of one import or list, in a fixed order."""
    rows = store.engine.read(lambda session: session.rows(statements.ALL_HEADINGS, (store.district.id,)))
    return [(kind, heading, field) for kind, heading, field in rows if what in ("", kind)]


def forget(store: Store, headings: list[str], what: str = "") -> list[Said]:
    """Forget these headings or words (of one import or list, or of all); what was forgotten."""
    wanted = {plain(heading) for heading in headings}
    gone = [each for each in everything(store, what) if plain(each[1]) in wanted]
    rows = [(store.district.id, kind, heading) for kind, heading, _ in gone]
    if rows:
        store.engine.transact(lambda session: session.many(statements.FORGET_HEADING, rows))
    return gone
