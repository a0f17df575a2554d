"""The days of a layer in WMTS: by query as `TIME=`, by path between layer and grid.

MapProxy knows one template of paths for all layers, and asks `default` in the place of a day of
those that have none. Here such layers keep the shorter path, and where no day stands in a path the
newest is meant.
"""

import re
from collections.abc import Callable
from typing import Any

from mapproxy.service.wmts import Capabilities, RestfulCapabilities, format_resource_template

from tiles.service.child import NEWEST

TIME = "time"
_WITHOUT = re.compile(r"(/wmts/[\w.:-]+)((?:/[\w.:-]+){3}/-?\d+\.\w+)")

_own = {kind: kind.template_context for kind in (Capabilities, RestfulCapabilities)}


def path(asked: str) -> str:
    """Return a path as MapProxy's template has it: without a day the newest is meant."""
    match = _WITHOUT.fullmatch(asked)
    return f"{match[1]}/{NEWEST}{match[2]}" if match else asked


def _template(layer: Any, template: str, service: Any) -> str:
    """Return the template of a layer's paths; one without days has no place for one."""
    if TIME not in (layer.dimensions or ()):
        template = template.replace("/{time}", "")
    return str(format_resource_template(layer, template, service))


def _named(own: Callable[[Any], dict[str, Any]]) -> Callable[[Any], dict[str, Any]]:
    def context(capabilities: Any) -> dict[str, Any]:
        names = {name: name for layer in capabilities.layers for name in layer.dimensions or ()}
        found = own(capabilities) | {"format_resource_template": _template}
        return found | {"dimension_keys": names | found.get("dimension_keys", {})}

    return context


def plug_in() -> None:
    """Let capabilities name the dimensions that layers have."""
    for kind, own in _own.items():
        kind.template_context = _named(own)
