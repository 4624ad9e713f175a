"""Review by the office, over a real store: returned with a comment, corrected with the answer, accepted."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.client.session import exchange
from sync.replica import Replica
from sync.replica.editing import edits, reviews
from sync.replica.editing.edits import Refused
from tests.store import District

NOTE = {"noted_on": "2026-09-12", "mode": "visit", "content": "单位党员学习笔记已检查"}


@pytest.fixture
def laptops(live: District, tmp_path: Path) -> tuple[Replica, Replica]:
    """The office's laptop and an author's, both in step with the store."""
    pair = live.laptop(tmp_path / "office.db", "director"), live.laptop(tmp_path / "wang.db", "wang")
    for replica in pair:
        exchange(replica)
    return pair


def _in_step(*replicas: Replica) -> None:
    for replica in (*replicas, *replicas):
        exchange(replica)


def test_a_returned_record_waits_for_its_author_until_it_is_corrected(laptops: tuple[Replica, Replica]) -> None:
    office, author = laptops
    record = edits.create(author, "liaison_note", "u-2", NOTE).record
    _in_step(author, office)
    assert [row.record for row in reviews.to_review(office)] == [record]
    reviews.review(office, record, reviews.RETURNED, "请写明检查了几本笔记")
    assert reviews.to_review(office) == []
    _in_step(office, author)
    (waiting,) = reviews.returned_to(author, author.joined().person)
    assert waiting.review is not None
    assert (waiting.record, waiting.review.comment) == (record, "请写明检查了几本笔记")

    edits.correct(author, record, {"content": "检查笔记 12 本, 齐全 11 本"}, "按审阅意见补正")
    assert reviews.returned_to(author, author.joined().person) == []
    _in_step(author, office)
    (corrected,) = reviews.to_review(office)
    assert (corrected.record, corrected.corrected) == (record, True)

    reviews.review(office, record, reviews.ACCEPTED, "")
    _in_step(office, author)
    assert reviews.to_review(office) == []
    assert reviews.returned_to(author, author.joined().person) == []
    said = [each.verdict for each in reviews.of_record(author, "u-2", record)]
    assert said == [reviews.ACCEPTED, reviews.RETURNED]


def test_only_what_stands_is_reviewed_and_a_return_says_why(laptops: tuple[Replica, Replica]) -> None:
    office, author = laptops
    record = edits.create(author, "liaison_note", "u-2", NOTE).record
    _in_step(author, office)
    for verdict, target, code in (
        (reviews.RETURNED, record, "comment_needed"),
        (reviews.ACCEPTED, "r-none", "not_found"),
        (reviews.ACCEPTED, "u-2", "not_reviewed"),
    ):
        with pytest.raises(Refused) as refused:
            reviews.review(office, target, verdict, "")
        assert refused.value.code == code


def test_a_review_written_by_anybody_else_is_kept_apart(laptops: tuple[Replica, Replica]) -> None:
    _, author = laptops
    record = edits.create(author, "liaison_note", "u-2", NOTE).record
    with pytest.raises(Exception, match="not_yours"):
        reviews.review(author, record, reviews.ACCEPTED, "")
