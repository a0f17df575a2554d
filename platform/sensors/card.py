"""What every list says of a thing first: who it is, where it stands, in both languages."""

from typing import Any

from places.label import label
from sensors.models import Thing


def card(thing: Thing) -> dict[str, Any]:
    """Return a thing's identity and place; lon/lat in degrees, EPSG:4326, None if it moves."""
    place_zh, place_en = label(thing.scope)
    return {
        "id": thing.pk,
        "code": thing.code,
        "name_zh": thing.name,
        "name_en": thing.name_en or thing.name,
        "kind": thing.kind,
        "lon": thing.geom.x if thing.geom else None,
        "lat": thing.geom.y if thing.geom else None,
        "scope": thing.scope,
        "place_zh": place_zh,
        "place_en": place_en,
        "simulated": thing.simulated,
    }
