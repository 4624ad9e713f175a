"""Read exported entries, and say what the fields of a record held at the end of a day."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from tests.oracle.zone import Zones

BEGINNING = ""  # before every day
END = "9999-12-31"

NEXT = {
    "open": {"in_progress", "reported", "withdrawn"},
    "in_progress": {"reported", "open", "withdrawn"},
    "reported": {"verified", "returned", "in_progress", "withdrawn"},
    "returned": {"in_progress", "reported", "withdrawn"},
    "verified": {"closed", "returned"},
    "closed": {"open"},
    "withdrawn": {"open"},
}

NEEDED = {  # what a record begins with, of kinds to which fields are added later
    "unit": ("name", "category"),
    "follow_up": ("nature", "title", "due_on", "status"),
    "participation": ("campaign", "from"),
    "group": ("name",),
    "person": ("name", "role"),
    "assignment": ("unit",),
    "campaign": ("title", "batch", "starts_on"),
}


class Entry:
    """One entry: what its head and body say, and whether it is accepted and here as a whole."""

    def __init__(self, line: dict[str, Any]) -> None:
        head = json.loads(line["head"])
        self.hash = "sha256:" + hashlib.sha256(line["head"].encode()).hexdigest()
        self.ledger, self.record, self.kind = head["ledger"], head["record"], head["kind"]
        self.device, self.seq, self.over = head["device"], head["seq"], head.get("over", {})
        self.was, self.digest = head.get("was", ""), head["body"]
        body = line.get("body")
        if body is not None:
            assert head["body"] == "sha256:" + hashlib.sha256(body.encode()).hexdigest()
        said: dict[str, Any] = json.loads(body) if body is not None else {"set": {}, "by": "", "at": ""}
        self.set, self.by, self.at = said["set"], said["by"], said["at"]
        self.counts = body is not None and not line.get("apart")


def edits(entries: list[Entry]) -> list[Entry]:
    """Return the edits that entries make: one that was written again after a fork is the edit it was.

    It goes by the hash of its first entry, which every other names in `was`, and counts if any of its entries does.
    """
    written: dict[str, list[Entry]] = {}
    for entry in entries:
        written.setdefault(entry.digest, []).append(entry)
    first = {each.hash: again.was for same in written.values() for again in same if again.was for each in same}
    found = []
    for same in written.values():
        edit = next((entry for entry in same if entry.counts), same[0])
        if edit.hash in first:
            edit.hash, edit.device, edit.seq = first[edit.hash], "", 0
        found.append(edit)
    for edit in found:
        edit.over = {name: [first.get(hash_, hash_) for hash_ in seen] for name, seen in edit.over.items()}
    return found


def read_entries(lines: Iterable[bytes]) -> list[Entry]:
    """Return the entries of an exported file."""
    document = json.loads(b"".join(lines))
    return [Entry(line) for line in document["entries"]]


Granted = dict[tuple[str, str], list[tuple[Any, ...]]]


class Record:
    """All entries of one record, in the order in which values that know nothing of each other are taken."""

    def __init__(
        self, entries: list[Entry], zones: Zones, governed_from: str = "", granted: Granted | None = None
    ) -> None:
        self._granted = granted or {}
        self.entries = sorted(edits(entries), key=lambda entry: (entry.at, entry.device, entry.seq, entry.hash))
        self._by_hash = {entry.hash: entry for entry in self.entries}
        self._zones = zones
        self._governed_from = governed_from
        opening = [entry for entry in self.entries if entry.counts and not entry.over]
        opening.sort(key=lambda entry: not all(name in entry.set for name in NEEDED.get(entry.kind, ())))
        self.is_governed = bool(opening) and opening[0].kind == "follow_up" and self._is_after(opening[0])
        self._counted = {entry.hash for entry in self.entries if entry.counts}
        for entry in self._causally():
            if entry.counts and not self._is_valid(entry, opening):
                entry.counts = False
        self.effective = [entry for entry in self.entries if entry.counts]
        first = opening[:1] or self.effective[:1]
        self._opener = opening[0] if opening else None
        self.kind = first[0].kind if first else ""
        self.author = first[0].by if first else ""
        self.name = self.entries[0].record
        self.ledger = self.entries[0].ledger
        self.opened_on = zones.day_of((opening[0] if opening and opening[0].counts else first[0]).at) if first else ""

    def _is_after(self, entry: Entry) -> bool:
        return bool(self._governed_from) and self._zones.day_of(entry.at) > self._governed_from

    def _causally(self) -> Iterator[Entry]:
        waiting, done = list(self.entries), set[str]()
        while waiting:
            ready = next((each for each in waiting if not self._waits(each, {w.hash for w in waiting})), waiting[0])
            waiting.remove(ready)
            done.add(ready.hash)
            yield ready

    @staticmethod
    def _waits(entry: Entry, waiting: set[str]) -> bool:
        return any(not waiting.isdisjoint(entry.over.get(name, ())) for name in ("status", "due_on", "withdrawn"))

    def _is_valid(self, entry: Entry, opening: list[Entry]) -> bool:
        """Say whether an edit keeps the rules across entries: one kind, and steps that may follow each other."""
        if opening and entry.kind != opening[0].kind:
            return False
        if entry.kind == "request" and opening and entry is not opening[0]:
            return bool(entry.by == opening[0].by and entry.set == {"withdrawn": True})
        if entry.kind != "follow_up":
            return True
        if self.is_governed and entry is not opening[0] and not self._may_be_done_alone(entry, opening[0]):
            return False
        if "status" not in entry.set:
            return True
        status = entry.set["status"]
        if "status" not in entry.over:
            return status in ("open", "in_progress")
        seen = self._seen(entry, "status", lambda each: each.counts)
        if not seen or self._restores(entry, seen):
            return True
        return any(
            status == each.set["status"]
            or (
                status in NEXT[each.set["status"]]
                and not (status == "verified" and entry.by == each.by)
                and not (status == "closed" and self.is_governed and entry.by in self._reporters(each))
            )
            for each in seen
        )

    def _restores(self, entry: Entry, seen: list[Entry]) -> bool:
        """Say whether a step takes back its author's own, to how the follow-up stood before that."""
        if entry.set.get("correction") is not True or any(each.by != entry.by for each in seen):
            return False
        before = [earlier for each in seen for earlier in self._seen(each, "status", lambda found: found.counts)]
        return any(earlier.set["status"] == entry.set["status"] for earlier in before)

    def _reporters(self, verified: Entry) -> set[str]:
        seen = self._seen(verified, "status", lambda each: each.counts)
        return {each.by for each in seen if each.set["status"] == "reported"}

    def _may_be_done_alone(self, entry: Entry, opener: Entry) -> bool:
        """Say whether an edit of a governed follow-up needs no ruling of the office, or names one."""
        if entry.by == "store" or self._is_granted(entry, opener):
            return True

        def before(field: str) -> list[Any]:
            return [each.set[field] for each in self._seen(entry, field, lambda each: each.counts)]

        day = max(str(entry.set.get("on") or ""), self._zones.day_of(entry.at))
        if entry.set.get("status") == "withdrawn" and "withdrawn" not in before("status"):
            return False
        if entry.set.get("withdrawn") is True and True not in before("withdrawn"):
            following = date.fromisoformat(self._zones.day_of(opener.at)) + timedelta(days=1)
            return entry.by == opener.by and day <= following.isoformat()
        if "due_on" not in entry.set or entry.set["due_on"] in before("due_on"):
            return True
        seen = self._seen(entry, "due_on", lambda each: each.counts)
        return "due_on" in entry.over and all(each is opener and day <= each.set["due_on"] for each in seen)

    def _is_granted(self, entry: Entry, opener: Entry) -> bool:
        """Say whether the office's word that an edit names lets it do just this: a review once, or a closing."""
        named = entry.set.get("ruling")
        if not named:
            return False
        changed = {name: entry.set[name] for name in ("status", "due_on", "withdrawn") if name in entry.set}
        if named == entry.ledger:
            by = self._granted.get((named, named), [])
            return (entry.by,) in by and [*changed] == ["status"] and changed["status"] in ("withdrawn", "closed")
        if (entry.ledger, named) not in self._granted:
            handed_over = "carried_from" in opener.set
            if changed == {"withdrawn": True}:
                return handed_over and entry.set.get("correction") is True
            return handed_over and entry.by == opener.by and [*changed] == ["due_on"]
        first = next(each for each in self.entries if each.hash in self._counted and each.set.get("ruling") == named)
        return entry is first and (entry.by, self.entries[0].record, changed) in self._granted[entry.ledger, named]

    def _seen(self, entry: Entry, field: str, is_there: Any) -> list[Entry]:
        """Return the values of a field that an edit replaced; through those that are not there, what they replaced."""
        found, waiting, met = [], list(entry.over.get(field, ())), set[str]()
        while waiting:
            hash_ = waiting.pop()
            if hash_ in met or hash_ not in self._by_hash:
                continue
            met.add(hash_)
            each = self._by_hash[hash_]
            if is_there(each):
                found.append(each)
            else:
                waiting += each.over.get(field, ())
        return [each for each in found if field in each.set]

    def _live(self, field: str, there: list[Entry]) -> list[Entry]:
        setting = [entry for entry in there if field in entry.set]
        hashes = {entry.hash for entry in there}
        replaced = {
            each.hash for entry in setting for each in self._seen(entry, field, lambda seen: seen.hash in hashes)
        }
        return [entry for entry in setting if entry.hash not in replaced]

    def _value(self, field: str, there: list[Entry], day: str = BEGINNING) -> Any:
        live = self._live(field, there)
        if not live or (self.kind == "assignment" and (live[0].set.get("until") or END) < day):
            return None
        return live[0].set[field]

    def steps(self) -> list[Entry]:
        """Return the steps that led to how a follow-up stands now, the first one first, but for those taken back."""
        found: list[Entry] = []
        following = self._live("status", self.effective)
        while following and (step := self._taken(following[0])) not in found:
            found.insert(0, step)
            following = self._before(step)
        return found

    def _before(self, step: Entry) -> list[Entry]:
        seen = self._seen(step, "status", lambda each: each.counts)
        return [entry for entry in self.effective if entry in seen]

    def _taken(self, step: Entry) -> Entry:
        """Return the step itself, or the one that it restores by taking back its author's own."""
        back = self._before(step)
        if step.set.get("correction") is not True or any(each.by != step.by for each in back):
            return step
        restored = [each for taken in back for each in self._before(taken) if each.set["status"] == step.set["status"]]
        return self._taken(restored[0]) if restored else step

    def now(self, field: str) -> Any:
        """Return what a field holds with everything that was ever said: how facts are read."""
        return self._value(field, self.effective)

    def fields(self) -> set[str]:
        """Return the names of all fields that were ever set."""
        return {name for entry in self.effective for name in entry.set}

    def holds_from(self, entry: Entry, field: str) -> str:
        """Return the day from which an edit's value of a state holds."""
        is_duty = self.kind == "assignment"
        is_handed_over = field != "due_on" and any("carried_from" in each.set for each in self.effective)
        if entry is self._opener and not is_duty and not is_handed_over:
            return BEGINNING
        if entry.set.get("correction") is True:
            corrected = self._seen(entry, field, lambda each: each.counts)
            if corrected:
                return min(self.holds_from(each, field) for each in corrected)
        return str(entry.set.get("from" if is_duty else "on") or self._zones.day_of(entry.at))

    def on(self, field: str, day: str) -> Any:
        """Return what a state held at the end of a day."""
        return self._value(
            field, [e for e in self.effective if field in e.set and self.holds_from(e, field) <= day], day
        )

    def corrected(self, day_field: str, states: set[str]) -> list[tuple[str, list[str]]]:
        """Return the days on which facts of this record were changed, and the days it was dated just before each.

        `states`: the fields of which a later value is no correction; what is added to a set is none either.
        """
        found = []
        for entry in self.effective:
            facts = [
                name
                for name in entry.set
                if name not in states and name.partition(".")[0] not in ("attachment", "inspector", "present")
            ]
            if facts and entry is not self._opener:
                before = self._seen(entry, day_field, lambda each: each.counts) if day_field in entry.set else []
                found.append((self._zones.day_of(entry.at), [str(each.set[day_field]) for each in before]))
        return found

    def is_taken_back_with_its_opening(self) -> bool:
        """Say whether the withdrawal is a correction: what was opened by mistake was never there."""
        return any(each.set.get("withdrawn") is True and each.set.get("correction") is True for each in self.effective)

    def changes(self, field: str, until: str = END) -> list[tuple[str, Any]]:
        """Return (first day, value) of everything a state held up to a day."""
        days = sorted({BEGINNING} | {self.holds_from(e, field) for e in self.effective if field in e.set})
        found: list[tuple[str, Any]] = []
        for day in days:
            value = self.on(field, day)
            if day <= until and (not found or found[-1][1] != value):
                found.append((day, value))
        return found


def records(entries: list[Entry], zones: Zones, governed_from: str = "") -> list[Record]:
    """Return the records that entries make; those of which nothing has effect are left out."""
    sorted_: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        sorted_.setdefault((entry.ledger, entry.record), []).append(entry)
    first = [Record(each, zones) for each in sorted_.values() if each[0].kind != "follow_up"]
    granted = _granted([record for record in first if record.effective])
    others = [each for each in sorted_.values() if each[0].kind == "follow_up"]
    made = [*first, *(Record(each, zones, governed_from, granted) for each in others)]
    return [record for record in made if record.effective]


def _granted(made: list[Record]) -> Granted:
    """Return by ledger and record what the office's word allows: by whom, of which follow-up, and to change what."""
    found: Granted = {}
    known = {(record.ledger, record.name): record for record in made}
    for (ledger, name), record in known.items():
        if record.kind == "unit" and ledger == name:
            found[ledger, name] = [(each.by,) for each in record.effective if each.set.get("closed_on")]
        if record.kind != "review" or record.now("verdict") != "accepted" or record.now("withdrawn") is True:
            continue
        request = known.get((ledger, str(record.now("target"))))
        if request is None or request.kind != "request" or request.author == record.author:
            continue
        done = {
            "put_off": {"due_on": request.now("due_on")},
            "give_up": {"status": "withdrawn"},
            "withdraw": {"withdrawn": True},
        }
        found[ledger, name] = [(record.author, request.now("target"), done[request.now("asks")])]
    return found
