"""What stays of a registered layer when a file is imported into it: what people said of it."""

import dataclasses
from typing import Any

from layers.importing.columns import Named
from layers.importing.making import Wishes
from layers.layer import Column, Layer

_SAID = ("group", "owner", "sharing", "refresh", "order", "min_zoom", "max_zoom", "thin", "site")
_NAMED = ("title_zh", "title_en", "source", "attribution")


def under_own_names(columns: Named, known: Layer | None) -> Named:
    """Return columns called as the layer has them where the titles are the same."""
    if known is None:
        return columns
    by_title = {one.zh: name for name, one in known.columns.items()}
    found = {
        field: (name if name in known.columns else by_title.get(one.zh, name), one)
        for field, (name, one) in columns.items()
    }
    return found if len(dict(found.values())) == len(columns) else columns


def kept(layer: Layer, known: Layer | None, wishes: Wishes, *, filled: bool) -> Layer:
    """Return an imported layer with what was said of it before, unless it is said anew.

    Of the columns the titles stay, types are the file's; columns that the file has not stay in a
    layer that was `filled` by none yet. A style that names a column that is gone goes with it.
    """
    if known is None or known.kind != layer.kind or known.shape != layer.shape:
        return layer
    said: dict[str, Any] = {name: getattr(known, name) for name in _SAID}
    said |= {name: getattr(known, name) for name in _NAMED if not getattr(wishes, name)}
    titled = {
        name: dataclasses.replace(one, **_words(known.columns[name], one.type))
        if name in known.columns
        else one
        for name, one in layer.columns.items()
    }
    said["columns"] = titled if filled else known.columns | titled
    named = {known.label, known.thin.by if known.thin else ""}
    for paint in known.style:
        named |= {*paint.where, paint.text, paint.text_en, *paint.colours}
    if named - {"", "n"} <= set(said["columns"]):
        said |= {"style": known.style, "label": known.label}
    else:
        del said["thin"]
    return dataclasses.replace(layer, **said)


def _words(column: Column, kind: str) -> dict[str, Any]:
    """Return what people said of a column: its titles, and its values while it holds texts."""
    return {
        "zh": column.zh,
        "en": column.en,
        "values": column.values if kind == "text" else {},
    }
