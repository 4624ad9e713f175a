"""Unit names by sound: every character as pypinyin itself reads it, and names in their readings."""

from __future__ import annotations

from pypinyin import lazy_pinyin
from pypinyin.pinyin_dict import pinyin_dict

from sync.replica.projection import pinyin


def test_every_character_is_read_as_pypinyin_reads_it() -> None:
    ours = {code: pinyin.spelled(chr(code)).split()[0] for code in pinyin_dict if chr(code) not in pinyin._several()}
    theirs = {code: "".join(lazy_pinyin(chr(code))) for code in ours}

    assert len(ours) > 40_000
    assert ours == theirs


def test_other_signs_stay_as_they_are_in_small_letters() -> None:
    assert pinyin.spelled("No.3 Ä 队") == "no.3ädui"


def test_a_name_is_found_by_each_of_its_readings() -> None:
    assert pinyin.spelled("重庆绿湖") == "zhongqinglvhu chongqinglvhu zhongqingluhu chongqingluhu"
    assert pinyin.initials("重庆") == "zq cq"


def test_of_many_ways_to_read_a_name_eight_are_kept() -> None:
    assert len(pinyin.spelled("重种长").split()) == 8
    assert len(pinyin.spelled("重种长行").split()) == 8
