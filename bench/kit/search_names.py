"""A million made-up names of Chinese places: some words common, most rare."""

from collections.abc import Iterator

import numpy as np

COUNT = 1_000_000
WEST, SOUTH, EAST, NORTH = 113.3, 34.5, 114.0, 35.0
_ENDS = """
路 街 巷 大道 小区 花园 社区 村 大厦 广场 公园 学校 小学 中学 幼儿园 医院 卫生院 诊所 药店 超市
便利店 酒店 宾馆 饭店 餐厅 银行 加油站 停车场 派出所 居委会 地铁站 公交站 工业园 市场 公司 工厂
修理部 理发店 茶馆 书店
"""
_STEMS = """
中原 金水 花园 人民 建设 解放 文化 东风 经三 黄河 嵩山 桐柏 航海 长江 淮河 郑州 河南 新华 和平 友谊
幸福 光明 胜利 红旗 东方 南阳 北京 上海 西城 龙湖
"""
ENDS, STEMS = _ENDS.split(), _STEMS.split()


def made(rng: np.random.Generator) -> Iterator[tuple[int, str, float, float]]:
    """Yield number, name, longitude and latitude: a common stem or none, own characters, an end."""
    rank = np.arange(1, 2501)
    chars = rng.permutation(np.array(_common()))[:2500]
    drawn = chars[rng.choice(2500, size=(COUNT, 3), p=(1 / rank) / (1 / rank).sum())]
    sizes = rng.choice([1, 2, 3], size=COUNT, p=[0.1, 0.6, 0.3])
    stems = rng.choice([*STEMS, *[""] * len(STEMS)], size=COUNT)
    ends = rng.choice(ENDS, size=COUNT)
    lons, lats = rng.uniform(WEST, EAST, COUNT), rng.uniform(SOUTH, NORTH, COUNT)
    columns = (stems, drawn, sizes, ends, lons, lats)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    for number, (stem, own, size, end, lon, lat) in enumerate(rows, start=1):
        yield number, f"{stem}{''.join(own[:size])}{end}", lon, lat


def _common() -> list[str]:
    """Return the 3,755 characters of GB 2312's first level."""
    codes = [bytes((high, low)) for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF)]
    return [code.decode("gb2312") for code in codes[:3755]]
