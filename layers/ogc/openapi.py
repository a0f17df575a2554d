"""The definition of `/ogc` in OpenAPI 3.0, complete in itself: it refers to nothing outside."""

from typing import Any

from layers.layer import Layer
from layers.ogc import schemas
from layers.ogc.documents import API, GEOJSON, HTML, JSON, SCHEMA
from layers.selection import LARGEST


def document(root: str, layers: list[Layer]) -> dict[str, Any]:
    """Return the API's definition for somebody who sees these layers."""
    paths: dict[str, Any] = {
        "/": _get("getLandingPage", "Landing page", "LandingPage"),
        "/api": _get("getApi", "This document", "Definition", API),
        "/conformance": _get("getConformance", "What is implemented", "Conformance"),
        "/collections": _get("getCollections", "All collections", "Collections"),
    }  # fmt: skip
    paths |= _of_catalogue()
    for layer in layers:
        paths |= _of_layer(layer)
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "Zhihui 指挥 OGC API",
            "version": "1.0.0",
            "description": "城市空间框架的矢量图层 Vector layers of the city's spatial framework",
        },
        "servers": [{"url": root}],
        "tags": [{"name": "capabilities"}, {"name": "data"}],
        "paths": paths,
        "components": {
            "parameters": PARAMETERS,
            "schemas": schemas.ALL,
            "responses": {"Problem": _PROBLEM},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "sessionid"},
            },
        },
        # nobody in particular may ask as well: what is open is answered
        "security": [{}, {"token": []}, {"session": []}],
    }


def _of_catalogue() -> dict[str, Any]:
    at = "/collections/catalogue"
    code = {
        "name": "recordId", "in": "path", "required": True, "schema": {"type": "string"},
        "description": "code of the layer",
    }  # fmt: skip
    asked = [{"$ref": f"#/components/parameters/{name}"} for name in ("limit", "bbox", "datetime")]
    return {
        at: _get("describe.catalogue", "About the catalogue", "Collection", lost=True),
        f"{at}/items": _get(
            "items.catalogue", "Records of the catalogue", "Features", GEOJSON, *asked, *_RECORDS,
            lost=True,
        ),
        f"{at}/items/{{recordId}}": _get(
            "item.catalogue", "One record", "Feature", GEOJSON, code, lost=True
        ),
    }  # fmt: skip


def _of_layer(layer: Layer) -> dict[str, Any]:
    at, code = f"/collections/{layer.code}", layer.code
    fid = {
        "name": "featureId", "in": "path", "required": True,
        "schema": {"type": "integer", "minimum": 0}, "description": "number of the feature",
    }  # fmt: skip
    of_page = [name for name in PARAMETERS if name != "f"]
    return {
        at: _get(f"describe.{code}", f"About {layer.title_en}", "Collection", lost=True),
        f"{at}/queryables": _get(
            f"queryables.{code}", "What a filter may name", "Queryables", SCHEMA, lost=True
        ),
        f"{at}/items": _get(
            f"items.{code}", f"Features of {layer.title_en}", "Features", GEOJSON, *of_page,
            lost=True, tag="data",
        ),
        f"{at}/items/{{featureId}}": _get(
            f"item.{code}", f"One feature of {layer.title_en}", "Feature", GEOJSON, fid, "crs",
            lost=True, tag="data",
        ),
    }  # fmt: skip


def _get(
    name: str, about: str, schema: str, type_: str = JSON, *given: Any, lost: bool = False,
    tag: str = "capabilities",
) -> dict[str, Any]:  # fmt: skip
    """Return a path item with one operation; parameters are names of ours or whole ones."""
    content = {
        type_: {"schema": {"$ref": f"#/components/schemas/{schema}"}},
        HTML: {"schema": {"type": "string"}},
    }
    refused = ("400", "401", "403", "404") if lost else ("400", "401")
    answers: dict[str, Any] = {"200": {"description": "OK", "content": content}}
    if tag == "data":
        answers["200"]["headers"] = _CONTENT_CRS
        answers["422"] = {"$ref": "#/components/responses/Problem"}
        answers["503"] = {"$ref": "#/components/responses/Problem"}
    answers |= {status: {"$ref": "#/components/responses/Problem"} for status in refused}
    parameters = [
        one if isinstance(one, dict) else {"$ref": f"#/components/parameters/{one}"}
        for one in (*given, "f")
    ]
    return {
        "get": {
            "operationId": name, "summary": about, "tags": [tag],
            "parameters": parameters, "responses": answers,
        }
    }  # fmt: skip


_CONTENT_CRS = {
    "Content-Crs": {
        "description": "reference system of the coordinates, between < and >",
        "schema": {"type": "string"},
    }
}
_PROBLEM = {
    "description": "Problem details (RFC 9457)",
    "content": {
        "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
    },
}  # fmt: skip


def _query(name: str, schema: dict[str, Any], about: str) -> dict[str, Any]:
    return {
        "name": name, "in": "query", "required": False, "schema": schema, "description": about,
        "style": "form", "explode": False,
    }  # fmt: skip


_WORDS = {"type": "array", "items": {"type": "string"}}
_RECORDS = [
    _query("q", _WORDS, "words, one of which a record must hold"),
    _query("type", _WORDS, "sorts of resources: dataset, coverage"),
    _query("ids", _WORDS, "codes of layers"),
    _query("after", {"type": "string"}, "code that the page before ended with"),
]
_URI = {"type": "string", "format": "uri"}
_FOUR_OR_SIX = {
    "type": "array",
    "items": {"type": "number"},
    "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
}
PARAMETERS = {
    one["name"]: one
    for one in (
        _query("f", {"type": "string", "enum": ["json", "html"]}, "form of the answer"),
        _query(
            "limit",
            {"type": "integer", "minimum": 1, "maximum": LARGEST, "default": 10},
            "features of a page; more than the most is cut",
        ),
        _query("bbox", _FOUR_OR_SIX, "least and greatest corner in the axis order of bbox-crs"),
        _query("bbox-crs", _URI, "reference system of bbox: one of the collection's crs"),
        _query("crs", _URI, "reference system of the answer: one of the collection's crs"),
        _query("datetime", {"type": "string"}, "moment or interval (RFC 3339)"),
        _query("filter", {"type": "string"}, "CQL2 text"),
        _query("filter-lang", {"type": "string", "enum": ["cql2-text"]}, "language of filter"),
        _query("filter-crs", _URI, "reference system of the geometries in filter"),
        _query("after", {"type": "integer"}, "number that the page before ended with"),
    )
}
