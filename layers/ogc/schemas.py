"""JSON schemas (OpenAPI 3.0's dialect) of all that `/ogc` answers."""

from typing import Any

Schema = dict[str, Any]


def _text() -> Schema:
    return {"type": "string"}


def _list(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def _object(required: str, **properties: Schema) -> Schema:
    return {"type": "object", "required": required.split(), "properties": properties}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


_LINKS = _list(_ref("Link"))
_NUMBERS = _list({"type": "number"})
_COUNT = {"type": "integer", "minimum": 0}
_GEOMETRY = {
    "type": "object",
    "required": ["type"],
    "properties": {
        "type": {
            "type": "string",
            "enum": [
                "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon",
                "GeometryCollection",
            ],
        },
        "coordinates": _list({}),
        "geometries": _list({"type": "object"}),
    },
}  # fmt: skip
_EXTENT = _object(
    "spatial",
    spatial=_object("bbox", bbox=_list({**_NUMBERS, "minItems": 4, "maxItems": 6}), crs=_text()),
)

ALL: dict[str, Schema] = {
    "Link": _object("href rel", href=_text(), rel=_text(), type=_text(), title=_text()),
    "LandingPage": _object("links", title=_text(), description=_text(), links=_LINKS),
    "Definition": {"type": "object", "required": ["openapi", "info", "paths"]},
    "Conformance": _object("conformsTo", conformsTo=_list(_text()), links=_LINKS),
    "Collections": _object(
        "links collections", links=_LINKS, collections=_list(_ref("Collection"))
    ),
    "Collection": _object(
        "id links",
        id=_text(), title=_text(), description=_text(), links=_LINKS, extent=_EXTENT,
        itemType=_text(), crs=_list(_text()), storageCrs=_text(),
    ),
    "Queryables": _object(
        "$schema $id type properties",
        **{"$schema": _text(), "$id": _text(), "type": _text(), "properties": {"type": "object"}},
    ),
    "Features": _object(
        "type features",
        type={"type": "string", "enum": ["FeatureCollection"]},
        features=_list(_ref("Feature")), links=_LINKS,
        timeStamp={"type": "string", "format": "date-time"},
        numberMatched=_COUNT, numberReturned=_COUNT,
    ),
    "Feature": _object(
        "type geometry properties",
        type={"type": "string", "enum": ["Feature"]},
        id={"oneOf": [{"type": "integer"}, {"type": "string"}]},
        geometry={"nullable": True, "allOf": [_ref("Geometry")]},
        properties={"type": "object", "nullable": True},
        links=_LINKS,
    ),
    "Geometry": _GEOMETRY,
    "Problem": _object(
        "type title status detail",
        type=_text(), title=_text(), status={"type": "integer"}, detail=_text(), detail_zh=_text(),
        field=_text(), remedy=_text(),
    ),
}  # fmt: skip
