"""Where units stand at a stage's gate as of a day, by the checklists of the district, from exported entries alone."""

from __future__ import annotations

from typing import Any, NamedTuple

from tests.oracle.district import District
from tests.oracle.entries import END, Record
from tests.oracle.figures import stands

LEAST = 60.0  # percent satisfied, where the campaign does not say otherwise
MET, MENDED, ENDED = ("met", "na"), ("verified", "closed"), ("withdrawn", "void", "")


class Stand(NamedTuple):
    """What the list of a stage says of a unit."""

    place: str
    met: int
    missing: list[str]
    satisfied: float | None
    decided_on: str


def stages(district: District, campaign: str, stage: str, today: str, day: str = "") -> dict[str, Stand]:
    """Return by unit that takes part on the day how it stood at its end; without a day how it stands today."""
    as_of, on = day or END, day or today
    checklists = _checklists(district, campaign, stage)
    said = [each.now("setting.satisfied") for each in district.of_kind("campaign") if each.name == campaign]
    least = next((float(each) for each in said if each is not None), LEAST)
    found = {}
    for unit in district.units.values():
        terms = [term for term in district.terms(unit.ledger, as_of) if term.campaign == campaign]
        if district.was_there(unit, on, as_of) and any(term.holds(on) for term in terms):
            asked = _asked(checklists, str(unit.on("category", as_of) or "other"))
            found[unit.ledger] = _Unit(district, unit.ledger, (campaign, stage), as_of).stand(asked, least)
    return found


class _Unit:
    """What there is of one unit in one stage of a campaign up to a day, the newest last."""

    def __init__(self, district: District, unit: str, place: tuple[str, str], day: str) -> None:
        self.district, self.unit, self.place, self.day = district, unit, place, day
        self.visits, self.gates, self.surveys = (self._of(kind) for kind in ("inspection", "gate", "survey"))

    def stand(self, asked: list[str], least: float) -> Stand:
        """Return where the unit stands that is asked these items."""
        missing = [item for item in asked if self._verdict(item) not in MET]
        decision = str(self.gates[-1].now("decision")) if self.gates else ""
        decided_on = self.district.day_of(self.gates[-1]) if self.gates else ""
        share = _satisfied(self.surveys[-1]) if self.surveys else None
        is_open = not decision or (decision == "make_up" and self._is_made_up())
        asks = share is not None and share < least and not self._ends_mended(self.surveys[-1])
        if decision:
            is_settled = decision == "pass" or is_open
            asks = asks and is_settled and self.district.day_of(self.surveys[-1]) > decided_on
        if decision == "make_up" and not is_open:
            place = "make_up"
        elif decision == "pass" and not asks:
            place = "passed"
        elif asks:
            place = "survey_failed"
        elif not self.visits:
            place = "not_visited"
        else:
            place = "missing" if missing else "ready"
        return Stand(place, len(asked) - len(missing), missing, share, decided_on)

    def _of(self, kind: str) -> list[Record]:
        mine = [
            (self.district.day_of(each), each.name, each)
            for each in self.district.of_kind(kind)
            if each.ledger == self.unit and each.now("withdrawn") is not True
            if (self.district.campaign_of(each), str(each.now("stage"))) == self.place
        ]
        return [each for day, _, each in sorted(mine, key=lambda found: found[:2]) if day <= self.day]

    def _verdict(self, item: str) -> str:
        given = [answer for visit in self.visits if (answer := visit.now(f"answer.{item}"))]
        return str(given[-1]["verdict"]) if given else ""

    def _statuses(self, source: Record) -> list[str]:
        """Return how the follow-ups of a source stand, oldest first; those that came to nothing are left out."""
        mine = [
            (self.district.day_of(each), each.effective[0].at, each.name, stands(each, self.day))
            for each in self.district.of_kind("follow_up")
            if each.ledger == self.unit and each.now("origin") == source.name
        ]
        return [status for day, *_, status in sorted(mine) if day <= self.day and status not in ENDED]

    def _ends_mended(self, source: Record) -> bool:
        return (self._statuses(source) or [""])[-1] in MENDED

    def _is_made_up(self) -> bool:
        """Say whether what the newest gate asks for was seen done; one under way since an earlier gate is its own."""
        *earlier, newest = self.gates
        statuses = self._statuses(newest) or [
            status for gate in earlier for status in self._statuses(gate) if status not in MENDED
        ]
        return (statuses or [""])[-1] in MENDED


def _checklists(district: District, campaign: str, stage: str) -> list[dict[str, Any]]:
    """Return the newest version of every checklist of a stage, in order of names; the campaign's own before others."""
    newest: dict[tuple[str, bool], dict[str, Any]] = {}
    for each in district.of_kind("template"):
        of, document = each.now("campaign"), each.now("document")
        assert of, "the sample names the campaign of every checklist"
        if each.now("withdrawn") is True or of not in (campaign, "any"):
            continue
        key = document["name"], of == campaign
        if key not in newest or document["version"] >= newest[key]["version"]:
            newest[key] = document
    chosen = {name: newest.get((name, True)) or newest[name, False] for name, _ in newest}
    return [document for _, document in sorted(chosen.items()) if document["stage"] == stage]


def _asked(checklists: list[dict[str, Any]], category: str) -> list[str]:
    """Return the items that the gate asks of a category."""
    for document in checklists:
        if not document.get("only") or category in document["only"]:
            items = [item for section in document["sections"] for item in section["items"] if item.get("gate")]
            return [
                item["id"]
                for item in items
                if category not in item.get("without", ()) and category in (item.get("only") or [category])
            ]
    return []


def _satisfied(survey: Record) -> float | None:
    returned, satisfied, fairly = (survey.now(name) for name in ("returned", "satisfied", "fairly"))
    return 100 * (satisfied + fairly) / returned if returned else None
