"""Words that Chinese cities name their roads, rivers and parks by, and names made of them."""

from collections.abc import Iterator

import numpy as np

from places import names

AVENUES = (
    "人民 建设 解放 文化 花园 农业 东风 中原 中山 和平 友谊 胜利 劳动 青年 幸福 光明 朝阳 团结 "
    "长江 黄河 淮河 嵩山 泰山 华山 桐柏 伏牛 大学 科学 工人 健康 航海 陇海 金水 红旗 新华 前进 "
    "北京 上海 天津 南京 杭州 广州 武汉 西安 成都 昆明 沈阳 长春 哈尔滨 济南 合肥 福州 南昌 长沙 "
    "迎宾 滨河 学院 体育 商务 创业 科技 工业 物流 航空 会展 博物 图书 银杏 梧桐 桂花 海棠 牡丹"
).split()

_FIRST = "安 康 祥 瑞 德 文 明 兴 永 长 福 和 仁 义 正 广 通 达 景 秀 春 丰 嘉 宏 顺 平".split()
_SECOND = "宁 泰 和 化 昌 盛 华 庆 乐 顺 源 济 民 园 苑 林 泉 桥 阳 云 山 河 塘 里 居 业".split()

RIVERS = (
    "清源河 金沙河 贾渠 熊溪 玉带河 七星河 十八里河 潮水河 索溪 枯水河 东风渠 须水河 "
    "双桥河 石佛沟 白沙河 魏河 龙泉河 柳林沟 杨金渠 惠民渠 红星渠 南水渠 大石沟 小清河 沙颍沟 凤鸣河 "
    "莲溪 青龙河 乌江沟 丹水 浣溪 凌河 月牙河 姚家河 望京渠 马渡河 黄家沟 石门河 洛水沟 瓦亭河"
).split()
LAKES = "如意湖 龙子湖 象湖 雁鸣湖 西流湖 青云湖 镜湖 月湖 白鹭湖 天鹅湖 凤湖 翠湖".split()
PARKS = (
    "人民公园 碧水公园 紫荆公园 文化公园 月季公园 雕塑公园 森林公园 绿博园 植物园 儿童公园 "
    "滨河公园 体育公园 双秀公园 经纬公园 青年公园 劳动公园 世纪公园 湿地公园 花溪公园 银河公园"
).split()

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
    """Yield unlike two-character names of small roads for ever: 康宁, 文昌, … then 康宁一, …"""
    stems = shuffled([a + b for a in _FIRST for b in _SECOND if a != b], rng)
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
