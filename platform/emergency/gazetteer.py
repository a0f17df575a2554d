"""Places by what people call them: names of the gazetteer, things and streets."""

from typing import Any

from layers.search import find as searching
from people.may import Rights

LIMIT = 12
_STREETS = "layer/streets"
_AMONG = ("place", "thing", _STREETS)


def find(words: str, rights: Rights, limit: int = LIMIT) -> list[dict[str, Any]]:
    """Return places by name (Chinese, pinyin or English) or a station's code, best first."""
    hits = searching.find(words, rights, among=_AMONG, limit=limit)
    return [
        {
            "name_zh": hit.found.name_zh,
            "name_en": hit.found.name_en,
            "kind": "street" if hit.source == _STREETS else hit.found.kind,
            "lon": hit.found.lon,
            "lat": hit.found.lat,
        }
        for hit in hits
        if hit.found.lon is not None
    ]
