"""The groups that layers stand in, from above to below on the map, titles in both languages."""

from typing import NamedTuple


class Group(NamedTuple):
    """A group of layers: the word in a layer's `group`, and what people call it."""

    code: str
    title_zh: str
    title_en: str


IMPORTED, ANALYSES, IMAGERY = "imported", "analyses", "imagery"
GROUPS = (
    Group(IMPORTED, "导入的图层", "Imported layers"),
    Group(ANALYSES, "分析结果", "Analyses"),
    Group("emergency", "应急", "Emergency"),
    Group("environment", "环境", "Environment"),
    Group("transport", "交通", "Transport"),
    Group("management", "城市管理", "City management"),
    Group("base", "基础地理", "Base map"),
    Group(IMAGERY, "影像与地形", "Imagery and terrain"),
)
OTHER = Group("other", "其他", "Other")  # a word that a city's own files made up
CODES = tuple(group.code for group in GROUPS)


def told() -> list[dict[str, str]]:
    """Return the groups as JSON, the uppermost first."""
    return [group._asdict() for group in (*GROUPS, OTHER)]
