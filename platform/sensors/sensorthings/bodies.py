"""What a client sends to create or change an entity: members by type, links to others, inline ones.

Nothing is written here. Every complaint names the member by its path: Datastreams[0].Sensor.name.
"""

import dataclasses
import datetime
import json
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from django.contrib.gis.gdal import GDALException
from django.contrib.gis.geos import GEOSException, GEOSGeometry

from core.errors import Invalid
from sensors.sensorthings.schema import ENTITIES, Entity

_DEEPEST = 5  # entities inside one another
_GEOJSON = ("application/geo+json", "application/vnd.geo+json")


@dataclasses.dataclass(frozen=True, slots=True)
class Member:
    """One member: the model's field, how it is read, and whether it must be there."""

    field: str
    read: Callable[[Any, str], Any]
    required: bool = False
    empty: Any = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Reference:
    """An entity that exists already: {"@iot.id": 3}."""

    id: int
    path: str


@dataclasses.dataclass(frozen=True, slots=True)
class Body:
    """A new or changed entity: values by the model's fields, links by navigation property."""

    entity: Entity
    values: Mapping[str, Any]
    links: Mapping[str, tuple["Body | Reference", ...]]
    path: str = ""

    def wrong(self, member: str, why: str, zh: str) -> Invalid:
        """Return a complaint about one of the members."""
        return _wrong(f"{self.path}.{member}".lstrip("."), why, zh)


def _wrong(path: str, why: str, zh: str = "内容有误") -> Invalid:
    return Invalid(f"{path or 'the body'}: {why}", zh=zh, field=path)


def _text(longest: int) -> Callable[[Any, str], str]:
    def read(value: Any, path: str) -> str:
        if not isinstance(value, str) or len(value) > longest or "\x00" in value:
            raise _wrong(path, f"must be text of at most {longest} characters", "应为文本")
        return value

    return read


def _name(value: Any, path: str) -> str:
    text = _text(120)(value, path).strip()
    if not text:
        raise _wrong(path, "must not be empty", "不能为空")
    return text


def _object(value: Any, path: str) -> dict[str, Any]:
    if not isinstance(value, dict) or "\\u0000" in json.dumps(value):
        raise _wrong(path, "must be a JSON object", "应为 JSON 对象")
    return value


def _time(value: Any, path: str) -> datetime.datetime:
    try:
        moment = msgspec.convert(value, datetime.datetime)
    except msgspec.ValidationError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise _wrong(path, "must be an ISO 8601 time with an offset", "应为带时区的 ISO 8601 时间")
    return moment


def _encoding(value: Any, path: str) -> str:
    if value not in _GEOJSON:
        raise _wrong(path, f"must be {_GEOJSON[0]}", f"应为 {_GEOJSON[0]}")
    return _GEOJSON[0]


def geometry(value: Mapping[str, Any], path: str = "location") -> GEOSGeometry:
    """Read GeoJSON, a geometry or a Feature (EPSG:4326, longitude first); raises Invalid."""
    inner = value.get("geometry") if value.get("type") == "Feature" else value
    try:
        shape = GEOSGeometry(json.dumps(inner), srid=4326)
        west, south, east, north = shape.extent
    except (GEOSException, GDALException, ValueError, TypeError, OverflowError) as error:
        raise _wrong(path, "must be a GeoJSON geometry or Feature", "应为 GeoJSON") from error
    if shape.empty or not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise _wrong(path, "lies beyond the degrees of EPSG:4326, longitude first", "坐标超出范围")
    return shape


def _geojson(value: Any, path: str) -> dict[str, Any]:
    geometry(_object(value, path), path)
    return _object(value, path)


def _unit(value: Any, path: str) -> dict[str, str]:
    given = _object(value, path)
    if set(given) - {"name", "symbol", "definition"}:
        raise _wrong(path, "has name, symbol and definition", "仅含 name、symbol、definition")
    longest = {"name": 60, "symbol": 20, "definition": 200}
    return {
        name: _text(most)(given.get(name) or "", f"{path}.{name}") for name, most in longest.items()
    }


_NAMED = {
    "name": Member("name", _name, required=True),
    "description": Member("description", _text(10_000)),
    "properties": Member("properties", _object, empty={}),
}
_SHAPED = {
    **_NAMED,
    "encodingType": Member("encoding_type", _encoding, required=True),
}
MEMBERS: dict[str, dict[str, Member]] = {
    "Thing": _NAMED,
    "Location": {**_SHAPED, "location": Member("location", _geojson, required=True)},
    "HistoricalLocation": {"time": Member("time", _time, required=True)},
    "Datastream": {
        **_NAMED,
        "observationType": Member("observation_type", _text(120), required=True),
        "unitOfMeasurement": Member("unit", _unit, required=True),
    },
    "Sensor": {
        **_NAMED,
        "encodingType": Member("encoding_type", _text(60), required=True),
        "metadata": Member("metadata", _text(100_000), required=True),
    },
    "ObservedProperty": {**_NAMED, "definition": Member("definition", _text(200), required=True)},
    "FeatureOfInterest": {**_SHAPED, "feature": Member("feature", _geojson, required=True)},
}
# what the service says and nobody sets: a client may send back what it has read
_TOLD = {"Datastream": {"phenomenonTime", "resultTime", "observedArea"}}


def decode(content: bytes) -> dict[str, Any]:
    """Return the JSON object of a request's body; raises Invalid."""
    try:
        given = msgspec.json.decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise _wrong("", str(error), "不是有效的 JSON") from error
    if not isinstance(given, dict):
        raise _wrong("", "must be a JSON object", "应为 JSON 对象")
    return given


def create(entity: Entity, given: Mapping[str, Any], path: str = "", depth: int = 0) -> Body:
    """Read an entity to be made, with all that is inside it."""
    if depth > _DEEPEST:
        raise _wrong(path, "too deeply nested", "嵌套过深")
    values = _values(entity, given, path)
    _complete(entity, values, path)
    links = {
        name: tuple(_linked(entity, name, given[name], path, depth))
        for name in entity.links
        if given.get(name) is not None
    }
    return Body(entity, values, links, path)


def change(entity: Entity, given: Mapping[str, Any], *, whole: bool = False) -> Body:
    """Read a PATCH: the members that change, and references; inline entities are refused.

    With `whole` (PUT) what is not given gets its empty value, and what is needed must be there.
    """
    links = {}
    for name in entity.links:
        if name not in given:
            continue
        links[name] = tuple(_linked(entity, name, given[name], "", None))
    values = _values(entity, given, "")
    if whole:
        _complete(entity, values, "")
    return Body(entity, values, links)


def _complete(entity: Entity, values: dict[str, Any], path: str) -> None:
    for name, member in MEMBERS[entity.name].items():
        if member.field not in values:
            if member.required:
                raise _wrong(f"{path}.{name}".lstrip("."), "is missing", f"缺少 {name}")
            values[member.field] = member.empty


def _values(entity: Entity, given: Mapping[str, Any], path: str) -> dict[str, Any]:
    members = MEMBERS[entity.name]
    values = {}
    for name, value in given.items():
        here = f"{path}.{name}".lstrip(".")
        if name in members:
            values[members[name].field] = members[name].read(value, here)
        elif not ("@iot." in name or name in entity.links or name in _TOLD.get(entity.name, ())):
            raise _wrong(here, f"{entity.name} has no such property", f"没有属性 {name}")
    return values


def _linked(
    entity: Entity, name: str, given: Any, path: str, depth: int | None
) -> list["Body | Reference"]:
    link = entity.links[name]
    here = f"{path}.{name}".lstrip(".")
    if link.target == "Observation":
        raise Invalid(
            f"{here}: readings are not made inside other entities",
            zh="观测值不能内嵌新建",
            field=here,
            remedy="post them to Datastreams(id)/Observations or CreateObservations",
        )
    if isinstance(given, list) is not link.many:
        raise _wrong(here, "must be a list" if link.many else "must be one object", "结构有误")
    items = given if link.many else [given]
    places = [f"{here}[{place}]" if link.many else here for place in range(len(items))]
    target = ENTITIES[link.target]
    return [_one(target, *pair, depth) for pair in zip(items, places, strict=True)]


def _one(target: Entity, given: Any, path: str, depth: int | None) -> "Body | Reference":
    """Read a reference, or an inline entity where `depth` says that one may stand here."""
    if not isinstance(given, dict):
        raise _wrong(path, "must be an object", "应为对象")
    if set(given) != {"@iot.id"}:
        if depth is None:
            raise _wrong(path, "cannot be made here: refer to it by @iot.id", "不能内嵌新建")
        return create(target, given, path, depth + 1)
    identity = given["@iot.id"]
    if isinstance(identity, str) and identity.isascii() and identity.isdigit():
        identity = int(identity)
    if isinstance(identity, bool) or not isinstance(identity, int) or not 0 < identity < 1 << 62:
        raise _wrong(f"{path}.@iot.id", "must be a whole number", "编号无效")
    return Reference(identity, path)
