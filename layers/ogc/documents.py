"""The documents of OGC API - Features, Part 1: landing, conformance, collections, OpenAPI."""

from typing import Any
from urllib.parse import urlencode

from layers.layer import Layer
from layers.models import State
from layers.selection import LARGEST

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
JSON, GEOJSON, HTML = "application/json", "application/geo+json", "text/html"
API = "application/vnd.oai.openapi+json;version=3.0"
CONFORMS = [
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions",
]
_JSON_TYPES = {"text": "string", "int": "integer", "float": "number", "bool": "boolean"}


def link(href: str, rel: str, type_: str, title: str = "") -> dict[str, str]:
    """Return one link."""
    found = {"href": href, "rel": rel, "type": type_}
    return found | ({"title": title} if title else {})


def _both(root: str, path: str, rel: str, type_: str = JSON, title: str = "") -> list[Any]:
    """Return the links of a document in JSON and HTML."""
    return [
        link(f"{root}{path}?f=json", rel, type_, title),
        link(f"{root}{path}?f=html", "alternate" if rel == "self" else rel, HTML, title),
    ]


def landing(root: str) -> dict[str, Any]:
    """Return the landing page."""
    return {
        "title": "Zhihui 指挥 · OGC API",
        "description": "城市空间框架的矢量图层 Vector layers of the city's spatial framework",
        "links": [
            *_both(root, "/", "self"),
            link(f"{root}/api", "service-desc", API, "API definition"),
            link(f"{root}/api?f=html", "service-doc", HTML, "API documentation"),
            *_both(root, "/conformance", "conformance"),
            *_both(root, "/collections", "data"),
        ],
    }


def conformance(root: str) -> dict[str, Any]:
    """Return what is implemented."""
    return {"conformsTo": CONFORMS, "links": _both(root, "/conformance", "self")}


def collections(root: str, layers: list[tuple[Layer, State | None]]) -> dict[str, Any]:
    """Return all collections."""
    return {
        "links": _both(root, "/collections", "self"),
        "collections": [collection(root, layer, state) for layer, state in layers],
    }


def collection(root: str, layer: Layer, state: State | None) -> dict[str, Any]:
    """Return one collection: a vector layer."""
    path = f"/collections/{layer.code}"
    found: dict[str, Any] = {
        "id": layer.code,
        "title": f"{layer.title_zh} {layer.title_en}",
        "description": f"{layer.source} · {layer.attribution}",
        "itemType": "feature",
        "crs": [CRS84],
        "storageCrs": CRS84,
        "links": [
            *_both(root, path, "self"),
            link(f"{root}{path}/items?f=json", "items", GEOJSON, layer.title_zh),
            link(f"{root}{path}/items?f=html", "items", HTML, layer.title_zh),
            link(
                f"{root}{path}/queryables",
                "http://www.opengis.net/def/rel/ogc/1.0/queryables",
                "application/schema+json",
            ),
        ],
    }
    bounds = state.bounds if state else None
    if bounds:
        found["extent"] = {"spatial": {"bbox": [bounds], "crs": CRS84}}
    return found


def queryables(root: str, layer: Layer) -> dict[str, Any]:
    """Return what a filter may name, as a JSON schema."""
    columns = {
        name: {"title": f"{one.zh} {one.en}", "type": _JSON_TYPES[one.type]}
        for name, one in layer.columns.items()
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{root}/collections/{layer.code}/queryables",
        "type": "object",
        "title": layer.title_zh,
        "properties": {
            "geometry": {"format": "geometry-any"},
            "fid": {"type": "integer"},
            **columns,
        },
        "additionalProperties": False,
    }


def items(
    url: str, asked: dict[str, str], features: list[dict[str, Any]], after: int | None,
    matched: int | None, stamp: str, self_type: str,
) -> dict[str, Any]:  # fmt: skip
    """Return a page of features with its links."""
    plain = {key: value for key, value in asked.items() if key != "f"}
    links = [
        link(_to(url, asked), "self", self_type),
        link(_to(url, {**plain, "f": "html" if self_type == GEOJSON else "json"}), "alternate",
             HTML if self_type == GEOJSON else GEOJSON),
        link(url.rsplit("/", 1)[0], "collection", JSON),
    ]  # fmt: skip
    if after is not None:
        links.append(link(_to(url, {**asked, "after": str(after)}), "next", self_type))
    found: dict[str, Any] = {
        "type": "FeatureCollection",
        "features": features,
        "links": links,
        "timeStamp": stamp,
        "numberReturned": len(features),
    }
    return found if matched is None else found | {"numberMatched": matched}


def _to(url: str, asked: dict[str, str]) -> str:
    return f"{url}?{urlencode(asked)}" if asked else url


def openapi(root: str, layers: list[Layer]) -> dict[str, Any]:
    """Return the API's definition, complete in itself."""
    json_answer = {"200": {"description": "OK", "content": {JSON: {"schema": {"type": "object"}}}}}
    features = {"200": {"description": "OK", "content": {GEOJSON: {"schema": {"type": "object"}}}}}
    refused = {"400": {"$ref": "#/components/responses/Problem"}}
    unknown = refused | {"404": {"$ref": "#/components/responses/Problem"}}
    form = {"$ref": "#/components/parameters/f"}

    def get(about: str, answers: dict[str, Any], *given: Any) -> dict[str, Any]:
        return {"get": {"summary": about, "parameters": [*given, form], "responses": answers}}

    paths = {
        "/": get("Landing page", json_answer | refused),
        "/api": get("This document", json_answer | refused),
        "/conformance": get("What is implemented", json_answer | refused),
        "/collections": get("All collections", json_answer | refused),
    }
    asked = [{"$ref": f"#/components/parameters/{name}"} for name in _PARAMETERS if name != "f"]
    for layer in layers:
        at = f"/collections/{layer.code}"
        fid = {"name": "fid", "in": "path", "required": True, "schema": {"type": "integer"}}
        paths |= {
            at: get(layer.title_en, json_answer | unknown),
            f"{at}/queryables": get("What a filter may name", json_answer | unknown),
            f"{at}/items": get(f"Features of {layer.title_en}", features | unknown, *asked),
            f"{at}/items/{{fid}}": get("One feature", features | unknown, fid),
        }
    return {
        "openapi": "3.0.3",
        "info": {"title": "Zhihui 指挥 OGC API - Features", "version": "1.0.0"},
        "servers": [{"url": root}],
        "paths": paths,
        "components": {"parameters": _PARAMETERS, "responses": {"Problem": _PROBLEM}},
    }


_PROBLEM = {
    "description": "Problem details (RFC 9457)",
    "content": {"application/problem+json": {"schema": {"type": "object"}}},
}


def _query(name: str, schema: dict[str, Any], about: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema, "description": about, **more}


_PARAMETERS = {
    "f": _query("f", {"type": "string", "enum": ["json", "html"]}, "form of the answer"),
    "limit": _query(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": LARGEST, "default": 10},
        "features of a page; more than the most is cut",
    ),
    "bbox": _query(
        "bbox",
        {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6},
        "west,south,east,north in degrees (CRS84)",
        style="form",
        explode=False,
    ),
    "datetime": _query("datetime", {"type": "string"}, "moment or interval (RFC 3339)"),
    "filter": _query("filter", {"type": "string"}, "CQL2 text"),
    "filter-lang": _query(
        "filter-lang", {"type": "string", "enum": ["cql2-text"]}, "language of the filter"
    ),
    "after": _query("after", {"type": "integer"}, "number that the page before ended with"),
}
