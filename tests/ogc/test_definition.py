"""The definition of /ogc, judged by others: it is whole, self-contained and says what is so."""

from collections.abc import Callable
from typing import Any

import jsonschema
import ogcapi_registry
import openapi_spec_validator
import pytest

from .conftest import CLIENT

Read = Callable[..., Any]


def test_openapi_spec_validator_finds_nothing(read: Read) -> None:
    openapi_spec_validator.validate(read("/api"))


def test_ogcapi_registry_finds_nothing(read: Read) -> None:
    declared = [
        ogcapi_registry.ConformanceClass(uri=uri) for uri in read("/conformance")["conformsTo"]
    ]
    found = ogcapi_registry.validate_ogc_api(read("/api"), declared)
    # it takes the catalogue of records for a collection of features
    assert not [one for one in found.errors if "/collections/catalogue" not in one["path"]]
    report = ogcapi_registry.validate_conformance(declared)
    # it does not know CQL2's and Common's own classes
    assert not [uri for uri in report.unrecognised if "ogcapi-features" in uri]


def test_queryables_are_json_schemas(read: Read) -> None:
    for one in read("/collections")["collections"]:
        if one["itemType"] != "feature":
            continue
        body = read(f"/collections/{one['id']}/queryables")
        jsonschema.Draft202012Validator.check_schema(body)


@pytest.mark.parametrize("path", ["/api/v1/openapi.json", "/ogc/api"])
def test_definitions_refer_to_nothing_outside(city: None, path: str) -> None:
    body = CLIENT.get(path).json()

    def refs(node: Any) -> list[str]:
        if isinstance(node, dict):
            own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
            return own + [ref for one in node.values() for ref in refs(one)]
        return [ref for one in node for ref in refs(one)] if isinstance(node, list) else []

    found = refs(body)
    assert found and all(ref.startswith("#/components/") for ref in found)
    openapi_spec_validator.validate(body)
