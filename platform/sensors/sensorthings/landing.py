"""The service's root: its collections, and the requirement classes that it meets (clause 9.2.1)."""

import urllib.parse
from typing import Any

from django.conf import settings

from sensors.sensorthings.schema import COLLECTIONS

_ROOT = "http://www.opengis.net/spec/iot_sensing/1.1/req/"
_MET = (
    "datamodel/thing/properties",
    "datamodel/thing/relations",
    "datamodel/location/properties",
    "datamodel/location/relations",
    "datamodel/historical-location/properties",
    "datamodel/historical-location/relations",
    "datamodel/datastream/properties",
    "datamodel/datastream/relations",
    "datamodel/sensor/properties",
    "datamodel/sensor/relations",
    "datamodel/observed-property/properties",
    "datamodel/observed-property/relations",
    "datamodel/feature-of-interest/properties",
    "datamodel/feature-of-interest/relations",
    "datamodel/observation/relations",
    "datamodel/entity-control-information/common-control-information",
    "resource-path/resource-path-to-entities",
    "request-data/status-code",
    "request-data/query-status-code",
    "request-data/order",
    "request-data/expand",
    "request-data/select",
    "request-data/orderby",
    "request-data/top",
    "request-data/skip",
    "request-data/count",
    "request-data/filter",
    "request-data/built-in-filter-operations",
    "request-data/built-in-query-functions",
    "request-data/pagination",
    "create-update-delete/create-entity",
    "create-update-delete/link-to-existing-entities",
    "create-update-delete/historical-location-auto-creation",
    "data-array/data-array",
)
_BY_MQTT = _ROOT + "create-observations-via-mqtt/observations-creation"


def document(base: str) -> dict[str, Any]:
    """Return the root document: what is claimed is met whole.

    What is there in part (deep insert, updates, deletes) stands in docs/sensorthings.md instead.
    """
    settings_of: dict[str, Any] = {"conformance": [_ROOT + name for name in _MET]}
    if settings.MQTT_URL:
        broker = urllib.parse.urlsplit(settings.MQTT_URL)
        port = broker.port or (8883 if broker.scheme == "mqtts" else 1883)
        settings_of["conformance"].append(_BY_MQTT)
        settings_of[_BY_MQTT] = {"endpoints": [f"{broker.scheme}://{broker.hostname}:{port}"]}
    return {
        "value": [{"name": name, "url": f"{base}/{name}"} for name in COLLECTIONS],
        "serverSettings": settings_of,
    }
