"""Text on screen: harmless, measured in cells, cut and wrapped without shifting a column."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from supervisor_tui.text import cells, fit, harmless, one_line, told_apart, wrap

ANY_TEXT = st.text(max_size=60)


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[31m红", "?[31m红"),
        ("响铃\x07", "响铃?"),
        ("\u202e倒写", "倒写"),
        ("零\u200b宽\ufeff", "零宽"),
        ("\u2066孤立\u2069", "孤立"),
        ("半个\ud800字", "半个?字"),
        ("制\t表", "制    表"),
        ("[bold]不是标记[/bold]", "[bold]不是标记[/bold]"),
        ("a" + "\u0301" * 50, "a" + "\u0301" * 2),
    ],
)
def test_hostile_text_is_made_harmless(hostile: str, shown: str) -> None:
    assert harmless(hostile) == shown


def test_line_ends_are_kept_and_one_line_makes_blanks_of_them() -> None:
    assert harmless("一\n二") == "一\n二"
    assert one_line(" 一\n\n 二 ") == "一 二"


@given(ANY_TEXT)
def test_making_text_harmless_twice_changes_nothing_more(text: str) -> None:
    assert harmless(harmless(text)) == harmless(text)


@given(ANY_TEXT, st.integers(0, 40), st.sampled_from(["left", "right"]))
def test_fitted_text_fills_its_cells_exactly(text: str, width: int, align: str) -> None:
    assert cells(fit(one_line(text), width, align)) == width


@given(st.text(alphabet="汉字。，（）abc 12-é㎡“”—·", max_size=60), st.integers(4, 40))
def test_wrapped_lines_keep_every_character_and_the_width(text: str, width: int) -> None:
    lines = wrap(text, width)

    assert all(cells(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@pytest.mark.parametrize("text", ["示例单位", "ＡＢＣ", "㎡", "é", "“引号”", "𠮷野家", "半ｶﾅ"])
def test_cells_are_counted_as_the_terminal_library_counts_them(text: str) -> None:
    assert cells(text) == cell_len(text)


def test_a_cut_text_is_marked_and_never_splits_a_wide_character() -> None:
    assert fit("示例单位有限公司", 9) == "示例单.. "
    assert fit("示例单位有限公司", 8) == "示例单.."
    assert fit("7", 4, "right") == "   7"


def test_names_that_would_look_alike_when_cut_keep_what_tells_them_apart() -> None:
    english = ["Yaohu Fishery Breeding Team Party Branch One", "Yaohu Fishery Breeding Team Party Branch Two"]
    assert told_apart(english, 24) == {english[0]: "Yaohu Fishery Breed..One", english[1]: "Yaohu Fishery Breed..Two"}
    chinese = ["瑶湖水产场养殖一队党支部", "瑶湖水产场养殖二队党支部", "瑶湖水产场养殖一队党支部", "南昌水产场党委"]
    assert told_apart(chinese, 14) == {chinese[0]: "瑶湖..一队党..", chinese[1]: "瑶湖..二队党.."}
    assert told_apart(chinese, 18) == {}  # cut at their ends they differ


@given(names=st.lists(st.text(max_size=40).map(one_line), max_size=6), width=st.integers(min_value=8, max_value=40))
def test_names_told_apart_fit_their_column(names: list[str], width: int) -> None:
    assert all(cells(shown) <= width for shown in told_apart(names, width).values())


def test_no_line_begins_with_punctuation() -> None:
    assert wrap("白天生产忙，改为晚间学习。", 10) == ["白天生产", "忙，改为晚", "间学习。"]


def test_latin_words_stay_whole_where_they_fit() -> None:
    assert wrap("use the palette", 8) == ["use the", "palette"]
