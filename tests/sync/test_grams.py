"""Tokens of many texts at a time are those of each text alone, whatever is written in them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sync.replica.grams import grams, grams_of, grams_together

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
