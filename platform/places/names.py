"""English names of Chinese places by pinyin: 花园路街道 → Huayuanlu Subdistrict."""

import re

from pypinyin import lazy_pinyin

_PEOPLES = {
    "回族": "Hui", "满族": "Manchu", "蒙古族": "Mongol", "土家族": "Tujia", "苗族": "Miao",
    "侗族": "Dong", "壮族": "Zhuang", "瑶族": "Yao", "藏族": "Tibetan", "彝族": "Yi",
    "畲族": "She", "黎族": "Li", "白族": "Bai", "傣族": "Dai", "羌族": "Qiang",
    "布依族": "Buyei", "朝鲜族": "Korean", "哈萨克族": "Kazakh", "维吾尔族": "Uygur",
}  # fmt: skip

# The longest ending that fits decides; 市 alone adds nothing: 郑州市 is Zhengzhou.
_ENDINGS = {
    "社区居民委员会": "Community", "社区居民居委会": "Community", "社区居委会": "Community",
    "居民委员会": "Community", "居委会": "Community", "社区": "Community",
    "村民委员会": "Village", "村委会": "Village", "村": "Village",
    "街道办事处": "Subdistrict", "街道": "Subdistrict", "地区": "Area",
    "自治县": "Autonomous County", "自治州": "Autonomous Prefecture", "自治旗": "Autonomous Banner",
    "镇": "Town", "乡": "Township", "县": "County", "旗": "Banner", "新区": "New Area",
    "经济技术开发区": "Economic and Technological Development Zone",
    "高新技术产业开发区": "High-tech Industrial Development Zone",
    "经济综合实验区": "Economy Zone", "开发区": "Development Zone", "管委会": "Committee",
    "林场": "Forest Farm", "农场": "Farm", "区": "District", "市": "",
}  # fmt: skip
_BY_LENGTH = sorted(_ENDINGS, key=len, reverse=True)
_VOWEL = re.compile(r"^[aoe]")


def pinyin(text: str) -> str:
    """Return the syllables joined in lower case, without tones: 西安 → xian."""
    return "".join(lazy_pinyin(text)).lower().replace(" ", "")


def proper(text: str) -> str:
    """Return a proper name in pinyin, with the apostrophe that keeps syllables apart: Xi'an."""
    parts = [part.lower() for part in lazy_pinyin(text)]
    joined = "".join(
        f"'{part}" if index and _VOWEL.match(part) else part for index, part in enumerate(parts)
    )
    return joined[:1].upper() + joined[1:]


def english(name_zh: str) -> str:
    """Return a division's English name: pinyin in title case and what it is."""
    ending = next((end for end in _BY_LENGTH if name_zh.endswith(end)), "")
    stem = name_zh[: len(name_zh) - len(ending)]
    if not stem:
        return proper(name_zh)
    peoples = []
    for people, word in _PEOPLES.items():
        if people in stem and stem != people:
            stem = stem.replace(people, "")
            peoples.append(word)
    return " ".join(word for word in (proper(stem), *peoples, _ENDINGS.get(ending, "")) if word)
