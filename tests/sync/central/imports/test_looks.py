"""What cells look like, whatever their headings say: personal numbers, lost digits, names; each rule on its edge."""

from __future__ import annotations

import pytest

from sync.central.imports import synonyms
from sync.central.imports.files.sheets import RoundedNumber
from sync.central.imports.looks import has_lost_digits, hidden_digits, is_personal_number
from sync.central.imports.names import is_doubtful, names_in, unpadded


@pytest.mark.parametrize(
    ("text", "is_one", "as_code"),
    [
        ("13800000000", True, True),
        ("138 0000 0000", True, True),
        ("138-0000-0000", True, True),
        ("1380 000 0000", True, True),
        ("8613800000000", True, True),
        ("+86-13800000000", True, True),
        ("１３８００００００００", True, True),
        ("王某13800000000", True, True),
        ("12800000000", False, False),  # no mobile number begins so
        ("1380000000", False, False),  # ten digits
        ("138000000000", False, False),  # twelve
        ("x13800000000", False, False),
        (".13800000000", False, False),
        ("13800000000x", False, False),
        ("360102198001011234", True, True),
        ("36010219800101123X", True, True),
        ("360102 20010101 123x", True, True),
        ("360102198013011234", False, False),  # a 13th month
        ("360102198001321234", False, False),  # a 32nd day
        ("360102180001011234", False, False),  # the 19th century
        ("060102198001011234", False, False),
        ("360102800101123", True, False),  # the old form, of fifteen digits: a code may be so
        ("360102801301123", False, False),
        ("0791-88000000", True, False),
        ("(0791)88000000", True, False),
        ("079188000000", True, False),
        ("01088000000", True, False),
        ("02288000000", True, False),
        ("0791 8800", False, False),  # four digits
        ("0191-88000000", False, False),  # no such area
        ("单位电话88000", True, False),
        ("单位电话：88000", True, False),
        ("tel. 88000", True, False),
        ("单位电话8800", False, False),
        ("前0791-88000000后", True, False),
        ("前079188000000后", False, False),
        ("0791-88000000-123", True, False),
        ("赣发〔2026〕123号", False, False),
        ("第一督导组", False, False),
        ("", False, False),
    ],
)
def test_a_telephone_or_identity_number_is_known_by_its_look(text: str, is_one: bool, as_code: bool) -> None:
    assert (is_personal_number(text), is_personal_number(text, code=True)) == (is_one, as_code)


def test_the_digits_of_a_number_are_covered() -> None:
    assert hidden_digits("王某 138-0000") == "王某 ***-****"


@pytest.mark.parametrize(
    ("cell", "lost"),
    [
        (RoundedNumber(1e17), True),
        (1e17, False),  # a reader of workbooks says where digits are lost
        (123, False),
        ("9.13601E+17", True),
        (" 9e+5 ", True),
        ("９．１Ｅ＋１７", True),
        ("E+17", False),
        ("9.1E-17", False),
        ("9E+17甲", False),
        ("9E+1234", False),
        ("9E+17".rjust(40), True),
        ("9E+17".rjust(41), False),
        (None, False),
    ],
)
def test_a_number_that_was_rounded_has_lost_digits(cell: object, lost: bool) -> None:
    assert has_lost_digits(cell) is lost


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        (None, []),
        ("", []),
        ("张  伟、李小明", ["张伟", "李小明"]),
        ("赵甲，钱乙；孙丙;李丁,周戊\n吴己", ["赵甲", "钱乙", "孙丙", "李丁", "周戊", "吴己"]),
        ("赵甲\u2028钱乙", ["赵甲", "钱乙"]),
        ("组长：赵甲、钱乙（副组长）", ["赵甲", "钱乙"]),
        ("组长: 赵甲 ( 组员 )", ["赵甲"]),
        ("赵甲(二组)、四川：钱乙", ["赵甲(二组)", "四川：钱乙"]),  # neither is a duty
        ("赵甲、无、/", ["赵甲"]),
        ("组长：", []),
        ("组长：" + "甲" * 77, ["甲" * 77]),
        ("组长：" + "甲" * 78, ["组长：" + "甲" * 78]),  # too long to be a name in any case
        (7, ["7"]),
    ],
)
def test_the_names_in_a_cell_are_parted_at_signs(cell: object, names: list[str]) -> None:
    assert names_in(cell) == names


@pytest.mark.parametrize(
    ("name", "spoken"),
    [
        ("张  伟", "张伟"),
        ("王 小 明", "王小明"),
        ("欧阳 锋", "欧阳锋"),
        ("欧阳 小 明", "欧阳小明"),
        ("王小甲 李小乙", "王小甲 李小乙"),  # six characters
        ("王甲 李乙", "王甲 李乙"),  # two names
        ("王小甲乙 丙", "王小甲乙 丙"),  # five
        ("John  Smith", "John Smith"),
        ("J S", "J S"),
        ("张伟", "张伟"),
        ("", ""),
    ],
)
def test_a_padded_name_of_up_to_four_characters_is_one_word(name: str, spoken: str) -> None:
    assert unpadded(name) == spoken


@pytest.mark.parametrize(
    ("name", "doubtful"),
    [
        ("张伟", False),
        ("阿不都·买买提", False),
        ("John Smith", False),
        ("王小甲 李小乙", True),
        ("赵甲/钱乙", True),
        ("赵甲等3人", True),
        ("赵甲：组长", True),
        ("赵甲？", True),
        ("甲" * 40, False),
        ("甲" * 41, True),
    ],
)
def test_what_may_be_several_names_or_none_is_doubtful(name: str, doubtful: bool) -> None:
    assert is_doubtful(name) is doubtful


@pytest.mark.parametrize(
    ("heading", "personal"),
    [
        ("手机号", True),
        ("负责人联系电话", True),
        ("联系方式（手机）", True),
        ("身份证（号码）", True),
        ("电话会议", False),
        ("党员数", False),
    ],
)
def test_a_heading_that_ends_like_a_personal_one_is_personal(heading: str, personal: bool) -> None:
    assert synonyms.is_personal(heading) is personal


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ("members", "members"),
        (" members ", "members"),
        ("党员数", "members"),
        ("党 员 数：", "members"),
        ("-", "-"),
        ("天气", "天气"),
        ("序号", "-"),
    ],
)
def test_a_field_is_called_by_its_own_name_or_a_word_for_it(said: str, field: str) -> None:
    assert synonyms.field_called("units", said) == field
