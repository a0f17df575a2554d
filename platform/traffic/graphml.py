"""Street networks as OSMnx writes them (GraphML, EPSG:4326), read into rows of the streets layer.

Pure. A street of two ways stands in such a file twice, once for each way; it is kept once.
"""

import ast
import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

import shapely
from lxml import etree
from shapely.geometry import LineString

from places import names
from traffic import speeds

_NS = "{http://graphml.graphdrawing.org/xmlns}"
_NUMBER = re.compile(r"\d+(\.\d+)?")
# the layer's classes by the words of OpenStreetMap; what is not named here is local
_CLASS = {
    "motorway": "expressway",
    "trunk": "expressway",
    "primary": "arterial",
    "secondary": "secondary",
    "tertiary": "secondary",
}

Place = tuple[float, float]
Told = dict[str, str]


@dataclasses.dataclass(frozen=True, slots=True)
class Street:
    """One street segment between two junctions, with the properties of the layer."""

    line: LineString
    properties: dict[str, object]


def read(path: Path) -> Iterator[Street]:
    """Yield the streets that are driven; raises ValueError for a file that is no such network."""
    try:
        root = etree.parse(path, etree.XMLParser(resolve_entities=False, no_network=True)).getroot()
    except (OSError, etree.XMLSyntaxError) as error:
        raise ValueError(f"{path.name} is no GraphML: {error}") from error
    keys = {key.get("id"): key.get("attr.name") for key in root.iter(f"{_NS}key")}
    places = {node.get("id"): _place(_told(node, keys)) for node in root.iter(f"{_NS}node")}
    seen: set[tuple[object, ...]] = set()
    for edge in root.iter(f"{_NS}edge"):
        told = _told(edge, keys)
        ends = edge.get("source"), edge.get("target")
        word = _first(told.get("highway", ""))
        if word in speeds.NOT_DRIVEN:
            continue
        both = told.get("oneway") != "True"
        twin = (*sorted(ends), told.get("osmid"), told.get("length"))
        if both and twin in seen:
            continue
        seen.add(twin)
        yield Street(_line(told, places[ends[0]], places[ends[1]]), _properties(told, word, both))


def _told(element: etree._Element, keys: dict[str, str]) -> Told:
    return {keys[data.get("key")]: data.text or "" for data in element.iter(f"{_NS}data")}


def _place(told: Told) -> Place:
    return float(told["x"]), float(told["y"])


def _line(told: Told, start: Place, end: Place) -> LineString:
    found = shapely.from_wkt(told["geometry"]) if "geometry" in told else LineString([start, end])
    if not isinstance(found, LineString):
        raise ValueError(f"a street is a line, not a {found.geom_type}")
    return found


def _properties(told: Told, word: str, both: bool) -> dict[str, object]:
    name = _first(told.get("name", ""))
    limit, lanes = _number(told.get("maxspeed", "")), _number(told.get("lanes", ""))
    found: dict[str, object] = {
        "class": _CLASS.get(word.removesuffix("_link"), "local"),
        "oneway": not both,
        "speed_kmh": round(limit or speeds.of_class(word).limit),
        "highway": word,
    }
    if lanes:
        found["lanes"] = round(lanes)
    if name:
        found |= {"name_zh": name, "name_en": names.proper(name)}
    return found


def _first(text: str) -> str:
    """Return a value, of several (merged streets: "['A', 'B']") the first."""
    if not text.startswith("["):
        return text
    several = ast.literal_eval(text)
    return str(several[0]) if several else ""


def _number(text: str) -> float | None:
    found = _NUMBER.search(_first(text))
    return float(found.group()) if found else None
