"""Text on screen: harmless, measured in cells, cut and wrapped without shifting a column."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from supervisor_tui.terminal.text import (
    cells,
    file_words,
    fit,
    harmless,
    head,
    one_line,
    size_words,
    told_apart,
    without_floods,
    without_what_acts,
    wrap,
)

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


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1 KB"),
        (1536, "2 KB"),
        (1024 * 1024 - 1, "1024 KB"),
        (1024 * 1024, "1.0 MB"),
        (20 * 1024 * 1024 + 60_000, "20.1 MB"),
    ],
)
def test_a_size_is_said_in_the_unit_it_fills(size: int, said: str) -> None:
    assert size_words(size) == said


def test_a_file_is_named_with_its_size_where_it_is_known() -> None:
    assert file_words({"name": "方案\n.pdf", "size": 2048}) == "方案 .pdf  2 KB"
    assert file_words({"name": "方案.pdf", "size": "2048"}) == file_words({"name": "方案.pdf"}) == "方案.pdf"
    assert file_words({"size": 3}) == "  3 B"


@pytest.mark.parametrize("marks", [0, 1, 2, 3, 4])
def test_a_letter_carries_two_marks_and_the_next_letter_two_of_its_own(marks: int) -> None:
    flood = "\u0301" * marks
    kept = "\u0301" * min(marks, 2)
    assert without_floods("a" + flood + "b" + flood) == "a" + kept + "b" + kept
    assert without_floods(flood) == kept


@pytest.mark.parametrize("character", ["\U0001fffe", "\U0001ffff", "\U000efffe", "\U0010ffff"])
def test_the_last_two_places_of_a_plane_are_no_characters(character: str) -> None:
    assert harmless(f"甲{character}乙") == "甲?乙"
    assert without_floods(f"甲{character}") == "甲?"


@pytest.mark.parametrize("character", ["\U0001fffd", "\U00020000", "\U0001f600", "𠮷", "\ue000", "\uf8ff"])
def test_other_characters_of_high_planes_and_of_private_use_stay(character: str) -> None:
    assert harmless(f"甲{character}乙") == f"甲{character}乙"


def test_a_text_to_be_edited_loses_what_acts_and_shows_no_sign_in_its_place() -> None:
    assert without_what_acts("一\x1b[31m红\x07\n\u202e二\u200b" + "\u0301" * 5) == "一[31m红\n二\u0301\u0301"
    assert without_what_acts("制\t表") == "制表"


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (0, ""),
        (1, "."),
        (2, ".."),
        (3, ".. "),
        (4, "示.."),
        (5, "示.. "),
        (7, "示例.. "),
        (8, "示例单位"),
        (9, "示例单位 "),
    ],
)
def test_a_text_is_cut_only_where_it_does_not_fit(width: int, shown: str) -> None:
    assert fit("示例单位", width) == shown


def test_a_text_that_does_not_fit_is_cut_at_its_end_on_the_right_as_well() -> None:
    assert fit("示例单位", 7, "right") == " 示例.."
    assert fit("示例单位", 8, "right") == "示例单位"


@pytest.mark.parametrize(("width", "beginning"), [(0, ""), (1, ""), (2, "示"), (3, "示a"), (4, "示ab"), (9, "示ab")])
def test_as_much_of_a_beginning_is_taken_as_fits(width: int, beginning: str) -> None:
    assert head("示ab", width) == beginning


def test_a_mark_takes_no_cell_and_stays_with_its_letter() -> None:
    assert cells("e\u0301e\u20dd") == 2
    assert head("e\u0301b", 1) == "e\u0301"


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, [""]),
        ("一\n\n二", 10, ["一", "", "二"]),
        ("一二三四五", 4, ["一二", "三四", "五"]),
        ("一二三四", 8, ["一二三四"]),
        ("abcdefgh ij", 4, ["abcd", "efgh", "ij"]),
        ("ab  cd", 4, ["ab", "cd"]),
        ("一二, 三", 4, ["一", "二,", "三"]),
        ("一", 1, ["一"]),
        ("一二。。", 4, ["一", "二。", "。"]),
        ("一二。”", 6, ["一", "二。”"]),
        ("一二三abc，", 9, ["一二三", "abc，"]),
        ("abcdef，", 6, ["abcde", "f，"]),
        ("一 abcdefgh ij", 4, ["一", "abcd", "efgh", "ij"]),
        ("   ", 2, [""]),
        ("a\tb", 20, ["a    b"]),
    ],
)
def test_a_text_is_wrapped_where_people_would_break_it(text: str, width: int, lines: list[str]) -> None:
    assert wrap(text, width) == lines


@pytest.mark.parametrize(
    ("names", "width", "shown"),
    [
        (["aaaaaaaaaaaaX", "aaaaaaaaaaaaY"], 13, {}),  # they fit
        (["aaaaaaaaaaaaX", "aaaaaaaaaaaaY"], 12, {"aaaaaaaaaaaaX": "aaaaaaaaa..X", "aaaaaaaaaaaaY": "aaaaaaaaa..Y"}),
        (["aaaaaaaaaaaaX", "bbbbbbbbbbbbY"], 12, {}),  # their beginnings differ
        (["aaaaaaaaaaaaX"], 12, {}),
        (["aaaaaaaaaaaaX", "aaaaaaaaaaaaX"], 12, {}),
        (["aaaaaaaaaa", "aaaaaaaaaaaa"], 8, {"aaaaaaaaaa": "aaaaaa..", "aaaaaaaaaaaa": "aaaa..aa"}),
    ],
)
def test_names_are_shortened_in_the_middle_only_where_they_would_look_alike(
    names: list[str], width: int, shown: dict[str, str]
) -> None:
    assert told_apart(names, width) == shown


def test_a_mark_stays_on_its_letter_however_narrow_the_column() -> None:
    assert set(told_apart(["a\u0301bc", "a\u0302bc"], 2).values()) == {".."}


def test_a_third_of_a_column_is_kept_for_the_beginning_of_names_told_apart() -> None:
    assert told_apart(["a" * 12 + "Xbcdefg", "a" * 12 + "Ybcdefg"], 12)["a" * 12 + "Xbcdefg"] == "aaaa..Xbcd.."
