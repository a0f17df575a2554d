"""What becomes of layers, told on the feed: open consoles look again, and the log says who did it.

Everybody on the staff hears the feed. Of a layer that is kept to some roles it says only that one
of these changed; who may see it finds it in the catalogue.
"""

from typing import Any

from feed.log import Happening, record
from layers.layer import Layer

TOPIC = "layer"
RESTRICTED = "restricted"  # what all layers together are called that are kept to some roles


def public(layer: Layer) -> dict[str, Any]:
    """Return what the feed says of a layer."""
    if is_restricted(layer):
        return {"id": RESTRICTED}
    return {
        "id": layer.code,
        "title_zh": layer.title_zh,
        "title_en": layer.title_en,
        "kind": layer.kind,
        "group": layer.group,
        "sharing": layer.sharing,
    }


def is_restricted(layer: Layer) -> bool:
    """Say whether a layer is kept to some roles."""
    return isinstance(layer.sharing, tuple)


def tell(layer: Layer, kind: str, actor: str, **did: Any) -> None:
    """Note in the caller's transaction what became of a layer.

    `kind` is made, changed, filled, pictured, unpictured or removed; `did` says more of it.
    """
    now = public(layer)
    if is_restricted(layer):
        kind, did = "changed", {}
    body = {"now": now, "did": did} | ({"gone": True} if kind == "removed" else {})
    record(Happening(TOPIC, kind, TOPIC, now["id"], actor, body))


def tell_changed(before: Layer, after: Layer, actor: str, fields: list[str]) -> None:
    """Note that something else is said of a layer; it may have gone out of sight by that."""
    if is_restricted(after) and not is_restricted(before):
        tell(before, "removed", actor)
    tell(after, "changed", actor, fields=fields)
