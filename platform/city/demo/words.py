"""Words that Chinese cities name their roads, rivers and parks by, and names made of them."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from places import names

_LISTS = {
    key: words.split()
    for key, words in tomllib.loads(
        Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
    ).items()
}
AVENUES, RIVERS, LAKES, PARKS = (_LISTS[key] for key in ("avenues", "rivers", "lakes", "parks"))

_ENGLISH = {
    "快速路": "Expressway", "高速公路": "Expressway", "大道": "Avenue", "大街": "Avenue",
    "辅路": "Frontage Road", "路": "Road", "街": "Street", "巷": "Lane", "公路": "Highway",
    "河": "River", "渠": "Canal", "溪": "Stream", "沟": "Brook", "水": "River",
    "湖": "Lake", "水库": "Reservoir", "公园": "Park", "园": "Garden", "游园": "Pocket Park",
}  # fmt: skip
_SIDES = {"东": "East", "西": "West", "南": "South", "北": "North", "中": "Middle"}
_ENDINGS = sorted(_ENGLISH, key=len, reverse=True)


def english(name_zh: str) -> str:
    """Return the English of a road, water or park: 农业东路 → Nongye East Road."""
    ending = next((end for end in _ENDINGS if name_zh.endswith(end)), "")
    stem = name_zh[: len(name_zh) - len(ending)]
    side = _SIDES.get(stem[-1:], "") if len(stem) > 2 else ""
    stem = stem[:-1] if side else stem
    return " ".join(word for word in (names.proper(stem), side, _ENGLISH.get(ending, "")) if word)


def shuffled(words: list[str] | tuple[str, ...], rng: np.random.Generator) -> list[str]:
    """Return the words in the generator's order."""
    return [words[index] for index in rng.permutation(len(words))]


def lanes(rng: np.random.Generator) -> Iterator[str]:
    """Yield unlike two-character names of small roads for ever: 康宁, 文昌, and then 康宁一."""
    stems = shuffled([a + b for a in _LISTS["first"] for b in _LISTS["second"] if a != b], rng)
    yield from stems
    number = 0
    while True:
        number += 1
        yield from (f"{stem}{numeral(number)}" for stem in stems)


def numeral(number: int) -> str:
    """Return a whole number from 1 to 99 in Chinese numerals."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("" if tens == 1 else digits[tens]) + "十"
    return head + (digits[ones] if ones else "")
