"""The days of a layer in WMTS capabilities.

MapProxy takes a dimension's name there from the path's template alone, and fails without. Ours is
asked for by query (`TIME=`); a path, which has no place for it, shows the newest.
"""

from collections.abc import Callable
from typing import Any

from mapproxy.service.wmts import Capabilities, RestfulCapabilities

_own = {kind: kind.template_context for kind in (Capabilities, RestfulCapabilities)}


def _named(own: Callable[[Any], dict[str, Any]]) -> Callable[[Any], dict[str, Any]]:
    def context(capabilities: Any) -> dict[str, Any]:
        names = {name: name for layer in capabilities.layers for name in layer.dimensions or ()}
        found = own(capabilities)
        return found | {"dimension_keys": names | found.get("dimension_keys", {})}

    return context


def plug_in() -> None:
    """Let capabilities name the dimensions that layers have."""
    for kind, own in _own.items():
        kind.template_context = _named(own)
