"""Tokens of many texts at a time are those of each text alone, whatever is written in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.replica.projection.bigrams import grams, grams_of, grams_together, query

_ODD = (
    "整改学习 ,，。、_\n\x00\x1cAbÉ9２々ー〇ｱﾞ①²½ﬁ…㎡Σςİß𠀀😀"
    "\u0301\u200b\u203f\u3000\u3400\u4dbf\u4dc0\u9fff\uf900\ufffd\uffff"
)
_texts = st.text(st.sampled_from(_ODD) | st.characters(exclude_categories=["Cs"]))


@given(st.lists(_texts))
def test_many_texts_have_the_tokens_each_has_alone(texts: list[str]) -> None:
    assert [tokens.split() for tokens in grams_of(texts)] == [grams(text).split() for text in texts]


def test_pairs_words_and_numbers_stand_apart() -> None:
    texts = ["整改，3名党员\n外出QQ群", "", "。", "学"]
    assert grams_of(texts) == ["整改 改 3 名党 党员 员 外出 出 qq 群", "", "", "学"]


def test_one_text_of_another_script_spoils_no_other() -> None:
    assert [tokens.split() for tokens in grams_of(["整改 😀 Ω", "学习ok"])] == [
        ["整改", "改", "ω"],
        ["学习", "习", "ok"],
    ]


def test_usual_texts_are_taken_all_at_once() -> None:
    texts = ["整改，3名党员\n外出QQ群。", "", " 学习笔记（2026）：按期办理 ", "「支部」？“很好”……", ""]
    assert grams_together(texts) == grams_of(texts)
    assert grams_together(["整改 😀 Ω"]) is None


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", ""),
        ("。、_", ""),
        ("学", "学"),
        ("学习", "学习 习"),
        ("学习 笔记", "学习 习 笔记 记"),
        ("３名Party成员", "3 名 party 成员 员"),
        ("第2阶段a1", "第 2 阶段 段 a1"),
        ("a_b", "a b"),
        ("\u3400\u4dbf\u4dc0", "\u3400\u4dbf \u4dbf"),  # the last is a sign of the Book of Changes
        ("\u9fff", "\u9fff"),
        ("\U00020000学", "\U00020000学 学"),
    ],
)
def test_a_text_becomes_pairs_and_words(text: str, tokens: str) -> None:
    assert grams(text) == tokens


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("", ""),
        (" 。 _ ", ""),
        ("学", '"学" *'),
        ("学习", '"学习"'),
        ("学习笔", '"学习 习笔"'),
        ("ABC", '"abc" *'),
        ("学习 abc", '"学习" AND "abc" *'),
        ("学习，abc", '"学习 习 abc" *'),
        ("abc学", '"abc 学" *'),
        ("3名党员", '"3 名党 党员"'),
        ("学习 。", '"学习"'),
        ('a"b', '"a b" *'),
    ],
)
def test_what_is_typed_is_asked_part_by_part(typed: str, asked: str) -> None:
    assert query(typed) == asked


@pytest.mark.parametrize(
    "sign", ["\u0100", "\u2100", "\u2460", "\u2700", "\u4d00", "\u4dff", "\ua000", "\uff66", "😀", "Ω"]
)
def test_a_text_with_a_sign_that_may_be_a_letter_is_looked_at_alone(sign: str) -> None:
    together = grams_together([f"学习{sign}"])
    assert together is None or together[0].split() == grams(f"学习{sign}").split()
    assert grams_of([f"学习{sign}"])[0].split() == grams(f"学习{sign}").split()


@pytest.mark.parametrize(
    "sign", ["\u2014", "\u201c", "\u2211", "\u2500", "\u25a0", "\u2605", "\u3042", "\u3005", "\u34ff", "\u9fa5"]
)
def test_the_signs_of_usual_texts_are_taken_all_at_once(sign: str) -> None:
    text = f"学习{sign}好"
    assert grams_together([text, "甲"]) == [grams(text), "甲"]


def test_no_texts_have_no_tokens() -> None:
    assert grams_of([]) == []
    assert grams_together([]) is None
