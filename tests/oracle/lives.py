"""A random life of a district, edit by edit: whatever offices, groups and officers do, in an order nobody planned.

People write on laptops of their own, over what each has seen, and sync when it comes to it. The seed decides all.
"""

from __future__ import annotations

import random
from copy import deepcopy
from datetime import UTC, datetime, time
from typing import Any

from sync.ledger.chains import Entry
from sync.ledger.ids import assignment_record
from sync.model.days import plus
from sync.model.workflow import NEXT_STEPS, OPENING
from sync.replica.projection.apply import Incoming
from sync.timeline.participation import participation_record
from tests.oracle.closings import Closings
from tests.oracle.laptop import Key, Laptop

FIRST = "2024-01-01"
NEW = ("farm", "non_public", "weak_enterprise", "new_social", "other")
BATCHES = ("", "1", "2", "第二批", "第三批")
GROUPS, OFFICERS = ("g-1", "g-2", "g-3"), ("p-l1", "p-l2", "p-l3")
PEOPLE = {"office": "p-office", "first": "p-1", "second": "p-2", "officer": "p-l1"}
STAGES = ("study", "review", "consolidate")
CHAIN = ("first", "deputy", "contact_point", "direct", "business")
FLAGS = ("weak.incomplete", "weak.head", "weak.subordination")
TITLE = {"zh": "活动", "en": "campaign"}
DAY_FIELD = {"inspection": "visited_on", "liaison_note": "noted_on", "count": "counted_on", "survey": "held_on"}
DAY_FIELD |= {"gate": "decided_on"}
ITEMS, VERDICTS = ("answer.a", "answer.b", "answer.c"), ("met", "partly", "unmet", "na")


class Life:
    """A district that lives. `arrived` is what the office's store holds, in the order in which it came.

    An `orderly` life writes everything on its day, corrects nothing and syncs at once: what it has reported of a past
    period stays. Any other does what people do.
    """

    def __init__(self, seed: int, *, orderly: bool = False) -> None:
        self.chance = random.Random(seed)
        self.figure = random.Random(f"{seed}/figures")  # of its own, so that lives stay what they were
        self.closings = Closings(random.Random(f"{seed}/closings"), self._write, self._name)
        self.orderly = orderly
        self.day = FIRST
        self.arrived: list[Incoming] = []
        self.laptops = {who: Laptop(f"d-{who}", person) for who, person in PEOPLE.items()}
        self._held: dict[tuple[str, str, int], str] = {}
        self.units: list[str] = []
        self.campaigns: list[str] = []
        self._made = 0
        self._begin()

    # --- what is always there ----------------------------------------------------------------------------------------

    def _begin(self) -> None:
        office = self.laptops["office"]
        for group in GROUPS:
            self._write(office, ("staff", group), "group", {"name": group})
        for person in OFFICERS:
            self._write(office, ("staff", person), "person", {"name": person, "role": "liaison"})
        if self.chance.random() < 0.7:
            since = self.chance.choice(("0001-01-01", FIRST, plus(FIRST, 60)))
            self._write(office, ("district", "district"), "district", {"governed_from": since})
        self._campaign("2023-11-01", 240, "1")
        self._campaign("2024-03-01", 300, "2")
        for _ in range(4):
            self._new_unit()
        self.sync(*PEOPLE)

    def _write(self, laptop: Laptop, key: Key, kind: str, fields: dict[str, Any]) -> None:
        hour = self.chance.choice((0, 2, 9, 15, 16, 23))
        moment = datetime.combine(datetime.fromisoformat(self.day), time(hour, self.chance.randrange(60)), UTC)
        at = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        laptop.writes(key, kind, fields, at, self.chance)

    def _name(self, kind: str) -> str:
        self._made += 1
        return f"{kind}-{self._made}"

    def _campaign(self, starts_on: str, days: int, batch: str) -> None:
        office, name = self.laptops["office"], self._name("c")
        ends_on = plus(starts_on, days)
        marks: dict[str, Any] = {f"liaison.{self.chance.choice(NEW)}": True}
        marks |= {f"production.{self.chance.choice(NEW)}": True}
        marks |= {"total.members": 500, "total.organisations": 40} if self.figure.random() < 0.5 else {}
        marks |= {"office.discipline": True} if self.figure.random() < 0.5 else {}
        ends = {"ends_on": ends_on} if self.chance.random() < 0.8 else {}
        fields = {"title": TITLE, "batch": batch, "starts_on": starts_on, **marks, **ends}
        self._write(office, ("district", name), "campaign", fields)
        for place, stage in enumerate(STAGES):
            first, last = plus(starts_on, place * days // 3), plus(starts_on, (place + 1) * days // 3)
            plan = {"campaign": name, "stage": stage, "title": TITLE, "starts_on": first, "ends_on": last}
            self._write(office, ("district", f"{name}.{stage}"), "stage_plan", plan)
        self.campaigns.append(name)

    def _new_unit(self) -> None:
        office, unit = self.laptops["office"], self._name("u")
        fields: dict[str, Any] = {"name": unit, "category": self.chance.choice(NEW)}
        if batch := self.chance.choice(BATCHES):
            fields["batch"] = batch
        self._write(office, (unit, unit), "unit", fields)
        if self.units and self.orderly:  # what comes later says from when it takes part
            self._enrol(unit, self.day)
        elif self.chance.random() < 0.4:
            self._enrol(unit, plus(self.day, self.chance.randint(-60, 60)))
        self.units.append(unit)
        assigned = {"unit": unit, "group": self.chance.choice(GROUPS), "from": self._stated()}
        self._write(office, ("staff", assignment_record(unit)), "assignment", assigned)

    def _enrol(self, unit: str, since: str) -> None:
        campaign = self.chance.choice(self.campaigns)
        fields = {"campaign": campaign, "from": since}
        if not self.orderly and self.chance.random() < 0.3:
            fields["until"] = plus(since, self.chance.randint(0, 200))
        key = (unit, participation_record(unit, campaign, since))
        if self.laptops["office"].fold(key) is None:
            self._write(self.laptops["office"], key, "participation", fields)

    # --- days --------------------------------------------------------------------------------------------------------

    def _stated(self) -> str:
        """Return a day that somebody states: today, or in a life without order some other."""
        away = 0 if self.orderly else self.chance.choice((0, 0, 0, -1, -7, -40, 5))
        return plus(self.day, away)

    def _dated(self) -> dict[str, Any]:
        """Return what an edit of a state says of its own day."""
        if self.orderly:
            return {"on": self.day}
        return self.chance.choice(({}, {}, {"on": self._stated()}, {"correction": True}))

    # --- acts --------------------------------------------------------------------------------------------------------

    def live(self, acts: int) -> None:
        """Let so many things happen."""
        for _ in range(acts):
            self.day = plus(self.day, self.chance.choice((0, 0, 1, 2, 5, 13)))
            if self.chance.random() < 0.65:
                self._field_work(self.laptops[self.chance.choice(tuple(self.laptops))])
            else:
                self._office_work()
            if self.orderly:
                self.sync(*PEOPLE)
                continue
            if self.chance.random() < 0.15:
                self.sync(self.chance.choice(tuple(self.laptops)))
            if self.chance.random() < 0.02:
                self._copies(self.chance.choice(tuple(PEOPLE)))

    def _copies(self, who: str) -> None:
        """Let a laptop's file be copied, and both go on as the one device that they are."""
        self.laptops[f"{who}-{len(self.laptops)}"] = deepcopy(self.laptops[who])

    def sync(self, *who: str) -> None:
        """Let people send what they have, and then have what has arrived; a few entries are kept apart."""
        for each in who:
            laptop = self.laptops[each]
            self._heed_copies(laptop)
            for entry in laptop.unsent:
                if _place(entry) in self._held:
                    continue
                self._held[_place(entry)] = entry.hash
                can_be_apart = not self.orderly and entry.head.kind in (*DAY_FIELD, "follow_up", "participation")
                code = "not_allowed" if can_be_apart and self.chance.random() < 0.03 else ""
                self.arrived.append(Incoming(entry=entry, number=len(self.arrived) + 1, code=code))
            laptop.unsent.clear()
            for incoming in self.arrived[laptop.position :]:
                laptop.sees(incoming.entry, incoming.code)
            laptop.position = len(self.arrived)

    def _heed_copies(self, laptop: Laptop) -> None:
        """Let a laptop go on as a new device where a copy of it has sent something else in the place of its own."""
        theirs = [entry for entry in laptop.unsent if self._held.get(_place(entry), entry.hash) != entry.hash]
        if theirs:
            if self.chance.random() < 0.5:  # else it has not heard that its copy sent what both had
                laptop.unsent[:] = [each for each in laptop.unsent if each in theirs or _place(each) not in self._held]
            laptop.goes_on_as(f"d-{len(self.arrived)}")

    def _seen(self, laptop: Laptop, *kinds: str) -> list[Key]:
        return sorted(key for key, edits in laptop.seen.items() if edits[0].kind in kinds)

    def _unit(self, laptop: Laptop) -> str | None:
        seen = [ledger_ for ledger_, _ in self._seen(laptop, "unit")]
        return self.chance.choice(seen) if seen else None

    def _field_work(self, laptop: Laptop) -> None:
        usual = (self._records, self._records, self._opens, self._steps, self._steps, self._corrects)
        self.chance.choice((*usual, self._decides, self._asks, self._takes_back))(laptop)

    def _decides(self, laptop: Laptop) -> None:
        """Decide at the gate of any stage, in any order, with a reason; make-up mostly has a day."""
        unit = self._unit(laptop)
        if unit is None:
            return
        decision = self.chance.choice(("pass", "make_up"))
        fields = {"stage": self.chance.choice(STAGES), "decision": decision, "why": "x", "decided_on": self._stated()}
        if decision == "make_up" and self.chance.random() < 0.8:
            fields["due_on"] = plus(self.day, self.chance.randint(-10, 40))
        self._write(laptop, (unit, self._name("g")), "gate", {**fields, **self._in_campaign()})

    def _in_campaign(self) -> dict[str, Any]:
        return {"campaign": self.chance.choice(self.campaigns)} if self.chance.random() < 0.5 else {}

    def _records(self, laptop: Laptop) -> None:
        unit = self._unit(laptop)
        if unit is None:
            return
        kind = self.chance.choice(("inspection", "inspection", "liaison_note", "count", "survey"))
        stage = self.chance.choice(STAGES)
        own: dict[str, dict[str, Any]] = {
            "inspection": {"stage": stage, "template": "t", "group": "g-1", "summary": "x", **self._answers()},
            "liaison_note": {"mode": "phone", "content": "x"},
            "count": self._counted(),
            "survey": {**self._ballots(), **self.chance.choice(({}, {"stage": stage}))},
        }
        fields = {DAY_FIELD[kind]: self._stated(), **own[kind], **self._in_campaign()}
        if kind == "inspection" and self.figure.random() < 0.5:
            fields |= {"figure.coverage": self.figure.choice((0, 50, 92.5, 100)), "effect_on_work": "没有耽误"}
        if kind in ("inspection", "liaison_note") and self.chance.random() < 0.3:
            fields["good_practice"] = self.chance.choice(("好", "  "))
        self._write(laptop, (unit, self._name("r")), kind, fields)

    def _answers(self) -> dict[str, Any]:
        """Return verdicts on some of the items."""
        asked = self.chance.sample(ITEMS, self.chance.randint(0, len(ITEMS)))
        return {item: {"verdict": self.chance.choice(VERDICTS)} for item in asked}

    def _counted(self) -> dict[str, Any]:
        """Return a count of members; at times of nothing, or of some of it."""
        if self.figure.random() < 0.2:
            return {}
        members = self.figure.randint(0, 30)
        parts = {name: self.figure.randint(0, members) for name in ("exempt", "out_of_contact", "to_train", "trained")}
        some = {name: value for name, value in parts.items() if self.figure.random() < 0.7}
        return {"organisations": 1, "members": members, **some}

    def _ballots(self) -> dict[str, Any]:
        """Return what a survey counted; at times no ballot came back."""
        satisfied, fairly, unsatisfied = (self.chance.choice((0, 0, 3, 10)) for _ in range(3))
        returned = satisfied + fairly + unsatisfied
        judged = {"satisfied": satisfied, "fairly": fairly, "unsatisfied": unsatisfied}
        return {"given_out": returned + 5, "returned": returned, **judged}

    def _opens(self, laptop: Laptop) -> None:
        unit = self._unit(laptop)
        if unit is None:
            return
        fields: dict[str, Any] = {
            "nature": self.chance.choice(("problem", "difficulty", "suggestion")),
            "title": "x",
            "due_on": plus(self.day, self.chance.randint(-2, 40)),
            "status": self.chance.choice(OPENING),
            **self._in_campaign(),
        }
        if not self.orderly and self.chance.random() < 0.2:
            fields["opened_on"] = self._stated()
        if self.figure.random() < 0.6:
            fields["class"] = self.figure.choice(("discipline", "own"))
        if self.chance.random() < 0.4:
            fields["origin"] = f"{unit}#{self.chance.choice(FLAGS)}"
        self._write(laptop, (unit, self._name("f")), "follow_up", fields)

    def _steps(self, laptop: Laptop) -> None:
        """Take a follow-up on, or put it off; at times by a step that may not be taken."""
        found = self._seen(laptop, "follow_up")
        folded = laptop.fold(self.chance.choice(found)) if found else None
        if folded is None or "status" not in folded.fields:
            return
        if self.chance.random() < 0.2:
            fields: dict[str, Any] = {"due_on": plus(self.day, self.chance.randint(1, 60))}
        else:
            allowed = NEXT_STEPS[folded.fields["status"]]
            steps = allowed if self.orderly or self.chance.random() < 0.9 else tuple(NEXT_STEPS)
            fields = {"status": self.chance.choice(steps)}
        self._write(laptop, (folded.ledger, folded.record), "follow_up", {**fields, **self._dated()})

    def _asks(self, laptop: Laptop) -> None:
        """Ask to put off, give up or withdraw a follow-up."""
        found = self._seen(laptop, "follow_up")
        if not found:
            return
        unit, target = self.chance.choice(found)
        # Where the district does not govern it, a withdrawal holds from the beginning: it is no act of its own day.
        asks = self.chance.choice(("put_off", "give_up") if self.orderly else ("put_off", "give_up", "withdraw"))
        until = {"due_on": plus(self.day, self.chance.randint(1, 60))} if asks == "put_off" else {}
        fields = {"target": target, "asks": asks, "why": "x", **until}
        self._write(laptop, (unit, self._name("q")), "request", fields)

    def _takes_back(self, laptop: Laptop) -> None:
        """Take a request back, at times another's."""
        if found := self._seen(laptop, "request"):
            self._write(laptop, self.chance.choice(found), "request", {"withdrawn": True})

    def _rules(self) -> None:
        """Rule on a request, and do what it asks; at times on what nobody asked, or without having accepted it."""
        office = self.laptops["office"]
        found = self._seen(office, "request")
        request = office.fold(self.chance.choice(found)) if found else None
        if request is None or "asks" not in request.fields:
            return
        unit, review = request.ledger, self._name("r")
        verdict = "accepted" if self.chance.random() < 0.8 else "returned"
        self._write(office, (unit, review), "review", {"target": request.record, "verdict": verdict})
        if verdict == "returned" and self.chance.random() < 0.7:
            return
        target = str(request.fields["target"])
        done: dict[str, dict[str, Any]] = {
            "put_off": {"due_on": request.fields.get("due_on", self.day)},
            "give_up": {"status": "withdrawn"},
            "withdraw": {"withdrawn": True},
        }
        asks = request.fields["asks"]
        if not self.orderly and self.chance.random() < 0.1:
            asks = self.chance.choice(tuple(done))
        self._write(office, (unit, target), "follow_up", {**done[asks], "ruling": review})

    def _corrects(self, laptop: Laptop) -> None:
        """Correct a fact, or withdraw it."""
        found = [] if self.orderly else self._seen(laptop, *DAY_FIELD, "follow_up")
        folded = laptop.fold(self.chance.choice(found)) if found else None
        if folded is None:
            return
        changes: list[dict[str, Any]] = [{"withdrawn": True}, {"withdrawn": None}, self._in_campaign()]
        if folded.kind == "follow_up":
            changes += [{"nature": "difficulty"}, {"opened_on": self._stated()}]
        else:
            changes.append({DAY_FIELD[folded.kind]: self._stated()})
        if folded.kind == "gate":
            changes += [{"stage": self.chance.choice(STAGES)}, {"decision": self.chance.choice(("pass", "make_up"))}]
            changes.append({"due_on": self.chance.choice((None, self.day))})
        if folded.kind == "inspection":
            changes.append(self._answers())
            changes += [
                self._answers(),
                {"stage": self.chance.choice(STAGES)},
                {"good_practice": self.chance.choice((None, "好"))},
            ]
        if fields := self.chance.choice(changes):
            if folded.kind == "inspection" and self.figure.random() < 0.3:
                fields = fields | {"figure.coverage": self.figure.choice((None, 70)), "effect_on_work": None}
            self._write(laptop, (folded.ledger, folded.record), folded.kind, fields)

    # --- the office --------------------------------------------------------------------------------------------------

    def _office_work(self) -> None:
        acts = (self._new_unit, self._changes_unit, self._changes_unit, self._closes, self._takes_part, self._assigns)
        closings = (self._merges, self._merges, self._parts_again)
        self.chance.choice(
            (*acts, *closings, self._takes_part, self._assigns, self._staff, self._calendar, self._rules, self._rules)
        )()

    def _changes_unit(self) -> None:
        unit = self.chance.choice(self.units)
        changes: list[dict[str, Any]] = [
            {"category": self.chance.choice(NEW)},
            {f"chain.{self.chance.choice(CHAIN)}": self.chance.choice((None, "书记"))},
            {self.chance.choice(FLAGS): self.chance.choice((True, True, None))},
            {"parent": self.chance.choice(self.units)},
        ]
        if not self.orderly:
            changes += [{"batch": self.chance.choice(BATCHES)}, {"withdrawn": self.chance.choice((True, None))}]
        self._write(self.laptops["office"], (unit, unit), "unit", {**self.chance.choice(changes), **self._dated()})

    def _closes(self) -> None:
        unit = self.chance.choice(self.units)
        on = self._stated()
        closing = {"closed_on": on, "closed_why": "merged", **({"on": on} if self.chance.random() < 0.5 else {})}
        fields = self.chance.choice((closing, closing, {"closed_on": None, "closed_why": None, **self._dated()}))
        self._write(self.laptops["office"], (unit, unit), "unit", fields)

    def _merges(self) -> None:
        """Close a unit with all that is open of it, as the office does in one act."""
        on = self.day if self.orderly else self.chance.choice((self.day, plus(self.day, -3), plus(self.day, -30)))
        self.closings.close(self.laptops["office"], self.units, on)

    def _parts_again(self) -> None:
        """Take such a closing back, which was a mistake then: no act of a life in which everything is written once."""
        if not self.orderly:
            self.closings.take_back(self.laptops["office"], self.units)

    def _takes_part(self) -> None:
        office = self.laptops["office"]
        found = self._seen(office, "participation")
        if not found or self.chance.random() < 0.4:
            unit = self.chance.choice(self.units)
            # By the batch until then: what takes part by it is written down by whoever enrols, which is not done here.
            if not self.orderly or any(ledger_ == unit for ledger_, _ in found):
                self._enrol(unit, self._stated())
            return
        key = self.chance.choice(found)
        folded = office.fold(key)
        if self.orderly and (folded is None or folded.fields.get("until", self.day) < self.day):
            return
        changes: list[dict[str, Any]] = [{"until": self.chance.choice((self.day, plus(self.day, 30)))}]
        if not self.orderly:
            changes += [{"until": self._stated()}, {"until": None}, {"withdrawn": self.chance.choice((True, None))}]
            changes += [{"from": self._stated()}]
        fields = {**self.chance.choice(changes), **self._dated()}
        self._write(office, key, "participation", fields)

    def _assigns(self) -> None:
        unit = self.chance.choice(self.units)
        whose = self.chance.choice(
            ({"group": self.chance.choice((*GROUPS, None))}, {"liaison": self.chance.choice((*OFFICERS, None))})
        )
        fields: dict[str, Any] = {"unit": unit, **whose}
        if self.orderly or self.chance.random() < 0.6:
            fields["from"] = self._stated()
            if not self.orderly and self.chance.random() < 0.4:
                fields["until"] = plus(fields["from"], self.chance.choice((0, 10, 90)))
        elif self.chance.random() < 0.3:
            fields["correction"] = True
        self._write(self.laptops["office"], ("staff", assignment_record(unit)), "assignment", fields)

    def _staff(self) -> None:
        office = self.laptops["office"]
        if self.chance.random() < 0.3:
            fields = {"closed_on": self.chance.choice((self._stated(), None)), **self._dated()}
            self._write(office, ("staff", self.chance.choice(GROUPS)), "group", fields)
            return
        changes: tuple[dict[str, Any], ...] = (
            {"left": True, "left_on": self._stated()},
            {"left_on": self._stated()},
            {"left": None, "left_on": None},
            {"role": self.chance.choice(("viewer", "liaison"))},
        )
        fields = {**self.chance.choice(changes), **self._dated()}
        self._write(office, ("staff", self.chance.choice(OFFICERS)), "person", fields)

    def _calendar(self) -> None:
        """Let a campaign come, or change; or the time zone."""
        office, what = self.laptops["office"], self.chance.random()
        if what < 0.4:
            self._campaign(plus(self.day, self.chance.randint(1, 60)), self.chance.randint(30, 300), "3")
        elif what < 0.7:
            since = plus(self.day, 1) if self.orderly else self._stated()
            zone = self.chance.choice(("Europe/Berlin", "Asia/Shanghai", "America/New_York", "Asia/Urumqi"))
            self._write(office, ("district", "district"), "district", {f"time_zone.{since}": zone})
        elif not self.orderly:
            campaign = self.chance.choice(self.campaigns)
            shorter = plus(self.day, self.chance.randint(-60, 60))
            fields = self.chance.choice(
                ({"ends_on": shorter}, {"batch": "2"}, {"withdrawn": True}, {"starts_on": shorter})
            )
            self._write(office, ("district", campaign), "campaign", fields)


def _place(entry: Entry) -> tuple[str, str, int]:
    return entry.head.ledger, entry.head.device, entry.head.seq
