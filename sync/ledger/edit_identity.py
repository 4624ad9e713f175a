"""Which entries are one edit: an edit written again after a fork or a restoration keeps its identity.

An entry written again is the edit it was, so one edit may stand in several entries, its twins. Their bodies are the
same bytes, salt included, and no two edits share a body: twins are told by the digest of the body that every head
names, whichever of them are held here, as bare heads or kept apart. The **root** of an edit is its first entry. An edit
is known by the root's hash, also where the root is not held: every twin names it in `was`.

Older programs named the predecessor in `was`, not the root. Where such a predecessor is missing, the edit is known by
the earliest hash that anything held here names; where nothing says that two entries are one edit (the same words
written twice by hand), they are two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from sync.ledger.chains import AGAIN


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """One entry as the fold sees it, or, from `edits_of`, one edit with all its twins.

    `set` is None in a stub; `counts` says whether its verdict lets it have effect. `body` is the digest its head names,
    `number` its place of arrival where that is known here. `twins` are the entries of an edit that has more than one,
    or whose one entry is not its root.
    """

    ledger: str
    device: str
    seq: int
    hash: str
    kind: str
    record: str
    at: str = ""
    by: str = ""
    why: str = ""
    was: str = ""
    body: str = ""
    number: int = 0
    over: dict[str, list[str]] = {}
    set: dict[str, Any] | None = None
    counts: bool = True
    twins: tuple[Edit, ...] = ()

    @property
    def names(self) -> Iterator[str]:
        """Return every hash by which entries here name this edit."""
        yield self.hash
        for twin in self.twins:
            yield from (twin.hash, twin.was) if twin.was else (twin.hash,)

    @property
    def entries(self) -> tuple[Edit, ...]:
        """Return the entries that hold this edit."""
        return self.twins or (self,)

    @property
    def is_bare(self) -> bool:
        """Whether only heads are here of what was accepted, or is not judged yet: they prove it, and show nothing.

        The content left the laptop of its author with its unit. After a restoration perhaps nobody has it any more.
        """
        return self.set is None and self.counts


def edits_of(entries: Iterable[Edit]) -> list[Edit]:
    """The edits that entries of one record make: twins as one, `over` naming roots. Edits stay what they are."""
    held = {entry.hash: entry for entry in entries}
    if not any(entry.was for entry in held.values()):  # as nearly always
        return list(held.values())
    families: dict[str, list[Edit]] = {}
    for entry in held.values():
        families.setdefault(_family(entry, held), []).append(entry)
    edits = sorted((_one(sorted(twins, key=_place), held) for twins in families.values()), key=_counting_first)
    roots: dict[str, str] = {}
    for at, edit in enumerate(edits):
        if edit.hash in roots:  # another edit claims the same root, which is not here to show whose it is
            edit = edits[at] = msgspec.structs.replace(edit, hash=min(each.hash for each in edit.entries))
        roots |= dict.fromkeys((each.hash for each in edit.entries), edit.hash)
        roots |= {name: edit.hash for name in edit.names if name not in roots and name not in held}
    return [_over_roots(edit, roots) for edit in edits]


def _counting_first(edit: Edit) -> tuple[bool, str, str]:
    return not edit.counts, edit.hash, edit.body


def _family(entry: Edit, held: Mapping[str, Edit]) -> str:
    """Return the key that twins share: their body, or their first entry here where the body is not known."""
    if entry.body:
        return f"{entry.kind} {entry.body}"
    first = entry.hash
    while (earlier := held.get(first)) is not None and earlier.was:
        first = earlier.was
    return first


def _place(entry: Edit) -> tuple[str, int, str]:
    return entry.device, entry.seq, entry.hash


def _one(twins: Sequence[Edit], held: Mapping[str, Edit]) -> Edit:
    """Merge twins into one edit, which has effect if any of them has, in the place that is the same in every file."""
    if len(twins) == 1 and not twins[0].was:
        return twins[0]
    shown = _shown(twins)
    whole = [twin for twin in twins if twin.set is not None]
    effective = [twin for twin in whole if twin.counts]
    content = (effective or whole or twins)[0]
    return msgspec.structs.replace(
        content,
        device=shown.device,
        seq=shown.seq,
        number=shown.number,
        hash=_root(twins, effective, held),
        was="",
        over=_joined(effective or twins),
        counts=bool(effective) or (not whole and any(twin.counts for twin in twins)),
        twins=tuple(twins),
    )


def _root(twins: Sequence[Edit], effective: Sequence[Edit], held: Mapping[str, Edit]) -> str:
    """The hash of the first entry: held here, or named by those that are; what has no effect names it for no other."""
    mine = {twin.hash: twin for twin in twins}
    first = set()
    for twin in effective or twins:
        name = twin.was or twin.hash
        while (earlier := mine.get(name)) is not None and earlier.was:
            name = earlier.was
        first.add(twin.hash if name in held and name not in mine else name)
    return min(first & mine.keys() or first)


def _shown(twins: Sequence[Edit]) -> Edit:
    """The entry whose place is shown: the newest that the store itself wrote again, else the root.

    What two sides claimed the store writes again for everybody; the sides themselves only some laptops hold.
    """
    again = [twin for twin in twins if twin.device.startswith(AGAIN)]
    return max(again, key=lambda twin: (twin.number, twin.hash)) if again else min(twins, key=_root_first)


def _root_first(twin: Edit) -> tuple[bool, str, int]:
    return bool(twin.was), twin.device, twin.seq


def _joined(twins: Sequence[Edit]) -> dict[str, list[str]]:
    """Return what the twins replace; twins made by this program all name the same."""
    over = twins[0].over
    if all(twin.over == over for twin in twins):
        return over
    fields = dict.fromkeys(field for twin in twins for field in twin.over)
    return {
        field: list(dict.fromkeys(hash_ for twin in twins for hash_ in twin.over.get(field, ()))) for field in fields
    }


def _over_roots(edit: Edit, roots: Mapping[str, str]) -> Edit:
    over = {
        field: list(dict.fromkeys(roots.get(hash_, hash_) for hash_ in hashes)) for field, hashes in edit.over.items()
    }
    return edit if over == edit.over else msgspec.structs.replace(edit, over=over)
