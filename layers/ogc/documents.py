"""The documents of OGC API - Features: landing, conformance, collections, queryables."""

from typing import Any

from layers import crs, filtering
from layers.crs import CRS84
from layers.layer import Layer
from layers.models import State

JSON, GEOJSON, HTML = "application/json", "application/geo+json", "text/html"
API = "application/vnd.oai.openapi+json;version=3.0"
CATALOGUE = "http://www.opengis.net/def/rel/ogc/1.0/ogc-catalog"
QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
SCHEMA = "application/schema+json"
_SPEC = "http://www.opengis.net/spec/"
_CLASSES = {
    "ogcapi-common-1/1.0": ("core",),
    "ogcapi-features-1/1.0": ("core", "oas30", "html", "geojson"),
    "ogcapi-features-2/1.0": ("crs",),
    "ogcapi-features-3/1.0": ("queryables", "filter", "features-filter"),
    "cql2/1.0": (
        "cql2-text", "basic-cql2", "advanced-comparison-operators", "case-insensitive-comparison",
        "basic-spatial-functions", "basic-spatial-functions-plus", "spatial-functions",
        "property-property", "arithmetic",
    ),
}  # fmt: skip
CONFORMS = [f"{_SPEC}{spec}/conf/{name}" for spec, names in _CLASSES.items() for name in names]
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
            *_both(root, "/collections/catalogue", CATALOGUE, title="图层目录 Catalogue of layers"),
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
        "crs": [one.uri for one in crs.of(state.bounds if state else None)],
        "storageCrs": CRS84.uri,
        "links": [
            *_both(root, path, "self"),
            link(f"{root}{path}/items?f=json", "items", GEOJSON, layer.title_zh),
            link(f"{root}{path}/items?f=html", "items", HTML, layer.title_zh),
            link(f"{root}{path}/queryables", QUERYABLES, SCHEMA, "可查询字段 Queryables"),
        ],
    }
    bounds = state.bounds if state else None
    if bounds:
        found["extent"] = {"spatial": {"bbox": [bounds], "crs": CRS84.uri}}
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
            "geometry": {"title": "几何 Geometry", "format": "geometry-any"},
            "fid": {"title": "要素编号 Feature number", "type": "integer"},
            filtering.SINCE: {
                "title": "自何时有效 Valid from",
                "type": "string",
                "format": "date-time",
            },
            **columns,
        },
        "additionalProperties": False,
    }
