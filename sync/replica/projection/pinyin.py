"""Unit names by sound: full pinyin and initials, in every reading a name may have.

Reading pypinyin's table of characters takes 10 ms, so only writers call this; its package would take 35 ms to load.

A dictionary of phrases would know that 重庆 is read chong-qing, but takes 44 MB and 85 ms, and not every name stands in
it: people find a unit by whichever reading they think of. Characters that names read in several ways are listed here.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from importlib.util import find_spec
from itertools import combinations, islice, product
from pathlib import Path

import msgspec

from sync.console.full_width import folded_in_place

_readings_of = msgspec.json.Decoder(dict[int, str])
_MOST = 8  # ways to read one name that are kept
_TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0304\u030c"))  # the signs of the four tones

# Characters of places, surnames and trades with more than one reading (tones apart), the usual one first.
_SEVERAL = """
重 zhong chong; 种 zhong chong; 长 chang zhang; 行 xing hang; 厦 xia sha; 都 du dou; 乐 le yue;
会 hui kuai; 校 xiao jiao; 单 dan shan; 曾 zeng ceng; 区 qu ou; 朝 chao zhao; 调 diao tiao; 率 lv shuai;
绿 lv lu; 参 can shen; 宿 su xiu; 弹 dan tan; 覃 qin tan; 尉 wei yu; 蔚 wei yu; 贾 jia gu; 涡 wo guo;
六 liu lu; 陆 lu liu; 柏 bai bo; 泊 bo po; 埔 pu bu; 堡 bao pu bu; 圩 wei xu; 巷 xiang hang;
弄 nong long; 番 fan pan; 藏 cang zang; 仇 chou qiu; 查 cha zha; 盖 gai ge; 解 jie xie; 秘 mi bi;
朴 pu piao; 蚌 bang beng; 阿 a e; 什 shi shen; 模 mo mu; 钥 yao yue; 浒 hu xu; 歙 she xi; 莘 shen xin;
荥 xing ying; 枞 cong zong; 铅 qian yan; 泌 mi bi; 峙 zhi shi; 乾 qian gan; 血 xue xie; 薄 bo bao;
露 lu lou; 茜 qian xi; 洞 dong tong; 牟 mu mou; 隗 wei kui; 郇 xun huan; 召 zhao shao
"""


@lru_cache(maxsize=1)
def _several() -> dict[str, tuple[str, ...]]:
    rows = (row.split() for row in _SEVERAL.split(";"))
    return {character: tuple(readings) for character, *readings in rows}


@lru_cache(maxsize=1)
def _table() -> dict[int, str]:
    """The readings of every character, with their tones, the usual one first, separated by commas."""
    package = find_spec("pypinyin")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("pypinyin")
    table = Path(package.origin).with_name("pinyin_dict.json").read_bytes()
    return _readings_of.decode(table)


@lru_cache(maxsize=65536)
def _readings(character: str) -> tuple[str, ...]:
    """How a character is read, the usual reading first; any other sign as it is, in half width and small letters."""
    if character in _several():
        return _several()[character]
    with_tone = _table().get(ord(character))
    return (folded_in_place(character) if with_tone is None else _without_tone(with_tone.partition(",")[0]),)


def _without_tone(reading: str) -> str:
    """A syllable as it is typed: lǜ -> lv."""
    letters = unicodedata.normalize("NFD", reading).translate(_TONES)
    return unicodedata.normalize("NFC", letters).replace("ü", "v")


def spelled(name: str) -> str:
    """The name in pinyin, e.g. 瑶湖水产场 -> yaohushuichanchang; other letters as they are; its other readings after
    blanks, e.g. 重庆 -> zhongqing chongqing.
    """
    return " ".join(dict.fromkeys("".join(way) for way in _ways(name)))


def initials(name: str) -> str:
    """The first letter of every character, e.g. 瑶湖水产场 -> yhscc, 重庆 -> zq cq."""
    return " ".join(dict.fromkeys("".join(syllable[0] for syllable in way if syllable) for way in _ways(name)))


def _ways(name: str) -> Iterator[tuple[str, ...]]:
    """The ways to read a name: as usual, then with one character read otherwise, then with two, and so on."""
    read = [*map(_readings, "".join(name.split()))]
    several = [place for place, readings in enumerate(read) if len(readings) > 1]
    ways = (
        tuple(otherwise.get(place, readings[0]) for place, readings in enumerate(read))
        for count in range(len(several) + 1)
        for places in combinations(several, count)
        for otherwise in _chosen(read, places)
    )
    return islice(ways, _MOST)


def _chosen(read: list[tuple[str, ...]], places: tuple[int, ...]) -> Iterator[dict[int, str]]:
    return (dict(zip(places, each, strict=True)) for each in product(*(read[place][1:] for place in places)))
