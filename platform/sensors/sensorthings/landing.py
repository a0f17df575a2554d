"""The service's root: its collections, and the requirement classes that it meets (clause 9.2.1)."""

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
    "create-update-delete/deep-insert",
    "create-update-delete/deep-insert-status-code",
    "create-update-delete/historical-location-auto-creation",
    "data-array/data-array",
)
_MQTT = (
    "create-observations-via-mqtt/observations-creation",
    "receive-updates-via-mqtt/receive-updates",
)


def document(base: str) -> dict[str, Any]:
    """Return the root document.

    Not claimed: batch requests, MultiDatastreams, JSON Patch; updates and deletes are claimed by
    docs/sensorthings.md in their own words, because readings are corrected and kept, not altered.
    """
    conformance: list[str] = [_ROOT + name for name in _MET]
    more: dict[str, Any] = {}
    if settings.MQTT_URL:
        conformance += [_ROOT + name for name in _MQTT]
        more = {_ROOT + name: {"endpoints": []} for name in _MQTT}
    return {
        "value": [{"name": name, "url": f"{base}/{name}"} for name in COLLECTIONS],
        "serverSettings": {
            "conformance": conformance,
            **more,
        },
    }
