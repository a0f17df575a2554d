"""Search over HTTP: what somebody types into the map's field."""

import dataclasses
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from layers.search.find import Hit, find
from layers.search.matching import Place
from people import may
from people.signin import EITHER, rights
from places.label import label

router = Router(tags=["search"], auth=EITHER)
MOST = 50


class Asked(Schema):
    """What is sought, the middle of the map (WGS 84), the sources asked (none: all), how many."""

    q: str = ""
    lon: Annotated[float | None, Field(ge=-180, le=180)] = None
    lat: Annotated[float | None, Field(ge=-90, le=90)] = None
    sources: str = ""
    limit: Annotated[int, Field(ge=1, le=MOST)] = 10


@router.get("/search")
def search(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """Find places, streets, parts, units, stations and cases by name, pinyin or code.

    Best first; typing errors are forgiven where little else is found. An empty question finds
    nothing, and makes the next one quick.
    """
    may.require(rights(request), "layer.see")
    near = None
    if asked.lon is not None and asked.lat is not None:
        near = Place(asked.lon, asked.lat)
    among = [one for one in asked.sources.split(",") if one]
    hits = find(asked.q, rights(request), near=near, among=among, limit=asked.limit)
    return {"items": [_item(hit) for hit in hits]}


def _item(hit: Hit) -> dict[str, Any]:
    zh, en = label(hit.found.division) if hit.found.division else ("", "")
    told = dataclasses.asdict(hit.found) | {"division_zh": zh, "division_en": en}
    return {"source": hit.source, "match": hit.match, **told}
