"""What the catalogue's pages say to people, in each language, of what programs read as codes."""

import re

Words = tuple[str, str]

# a text that says the same in Chinese and then, in small letters, in English
_PAIR = re.compile(r"(.*[\u4e00-\u9fff）])\s+([a-z][a-z0-9 ,'-]*)")
SHAPES = {"point": ("点", "Points"), "line": ("线", "Lines"), "polygon": ("面", "Areas")}
LINKS = {
    "self": ("目录记录（OGC API - Records）", "Record (OGC API - Records)"),
    "collection": ("全部目录记录", "All records"),
    "alternate": ("元数据页", "This page"),
    "describes": ("图层说明（OGC API - Features）", "Collection (OGC API - Features)"),
    "item": ("要素（OGC API - Features）", "Features (OGC API - Features)"),
    "tiles": ("瓦片（TileJSON）", "Tiles (TileJSON)"),
    "service": ("地图服务（WMS 1.3.0）", "Maps (WMS 1.3.0)"),
}
_DATUMS = {
    "EPSG:4490": ("CGCS2000 经纬度", "CGCS2000, degrees"),
    "EPSG:4326": ("WGS 84 经纬度", "WGS 84, degrees"),
}


def in_each(text: str) -> Words:
    """Return a text in Chinese and in English, where it says both one after the other."""
    pairs = [(part, _PAIR.fullmatch(part)) for part in text.split("；")]
    zh = "；".join(found[1] if found else part for part, found in pairs)
    en = "; ".join(found[2] if found else part for part, found in pairs)
    return zh or "–", en or "–"


def datum(code: str) -> Words:
    """Return what a datum is called, with its code."""
    zh, en = _DATUMS.get(code, ("", ""))
    return (f"{zh}（{code}）", f"{en} ({code})") if zh else (code, code)


def extent(bounds: list[float] | None) -> str:
    """Return a box as people read one: degrees east, degrees north."""
    if bounds is None:
        return "–"
    west, south, east, north = bounds
    return f"{west:.4f}–{east:.4f}° E, {south:.4f}–{north:.4f}° N"
