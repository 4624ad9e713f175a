"""What is written so that a unit takes part in a campaign: pure, over its batch and the participations it has."""

from __future__ import annotations

from sync.timeline.enrolling import Held, ended, enrolled
from sync.timeline.participation import Run, Term, participation_record

RUNS = {
    "second": Run(id="second", batch="2", starts_on="2027-09-01", ends_on="2028-01-31"),
    "third": Run(id="third", batch="3", starts_on="2027-12-01", ends_on="2028-05-31"),
}
SECOND = participation_record("u-1", "second", "2027-09-01")
THIRD = participation_record("u-1", "third", "2027-12-01")
BY_BATCH = {"campaign": "second", "from": "2027-09-01", "until": "2028-01-31"}


def test_a_unit_without_batch_is_enrolled_by_one_record() -> None:
    assert enrolled("u-1", Held(batch="9"), RUNS, Term("third", "2027-12-01")) == {
        THIRD: {"campaign": "third", "from": "2027-12-01"}
    }


def test_what_a_unit_took_part_in_by_its_batch_is_written_down_with_its_first_participation() -> None:
    written = enrolled("u-1", Held(batch="第二批"), RUNS, Term("third", "2027-12-01"))
    assert written == {SECOND: BY_BATCH, THIRD: {"campaign": "third", "from": "2027-12-01"}}


def test_a_unit_without_batch_keeps_what_had_begun_before() -> None:
    assert set(enrolled("u-1", Held(), RUNS, Term("third", "2027-12-01"))) == {SECOND, THIRD}
    assert len(enrolled("u-1", Held(), RUNS, Term("second", "2027-09-01"))) == 1


def test_a_unit_that_takes_part_so_already_is_left_as_it_is() -> None:
    held = Held(batch="2", terms={SECOND: Term("second", "2027-09-01")})
    assert enrolled("u-1", held, RUNS, Term("second", "2027-09-01")) == {}
    assert enrolled("u-1", held, RUNS, Term("second", "2027-10-01")) == {}


def test_a_term_that_meets_one_there_is_changes_that_one() -> None:
    held = Held(terms={SECOND: Term("second", "2027-09-01", "2027-10-31")})
    assert enrolled("u-1", held, RUNS, Term("second", "2027-10-01")) == {SECOND: {"until": None}}
    assert enrolled("u-1", held, RUNS, Term("second", "2027-08-01", "2027-10-31")) == {SECOND: {"from": "2027-08-01"}}


def test_a_term_after_a_gap_is_a_record_of_its_own() -> None:
    held = Held(terms={SECOND: Term("second", "2027-09-01", "2027-10-31")})
    later = participation_record("u-1", "second", "2027-12-01")
    assert enrolled("u-1", held, RUNS, Term("second", "2027-12-01")) == {
        later: {"campaign": "second", "from": "2027-12-01"}
    }


def test_a_participation_that_was_withdrawn_is_there_again() -> None:
    held = Held(batch="9", withdrawn=frozenset({THIRD}))
    assert enrolled("u-1", held, RUNS, Term("third", "2027-12-01"))[THIRD]["withdrawn"] is None


def test_an_end_changes_only_what_runs_on_that_day() -> None:
    held = Held(terms={SECOND: Term("second", "2027-09-01"), THIRD: Term("third", "2027-12-01")})
    assert ended("u-1", held, RUNS, "second", "2027-12-31") == {SECOND: {"until": "2027-12-31"}}
    assert ended("u-1", held, RUNS, "second", "2027-08-31") == {}


def test_an_end_of_what_a_unit_takes_part_in_by_its_batch_writes_it_down() -> None:
    assert ended("u-1", Held(batch="2"), RUNS, "second", "2027-12-31") == {SECOND: BY_BATCH | {"until": "2027-12-31"}}
