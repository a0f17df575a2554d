"""Columns of what a layer once held: as wide as all that is taken out, so that nothing is lost."""

import dataclasses

from layers.layer import Column, Layer
from layers.selection import Selection, fetch

_SORT = {"int": "number", "float": "number", "bool": "boolean"}
_OTHER = "coalesce(bool_or(jsonb_typeof(properties -> %s) NOT IN (%s, 'null')), false)"
_BROKEN = """coalesce(bool_or(CASE jsonb_typeof(properties -> %s)
    WHEN 'number' THEN (properties ->> %s)::numeric %% 1 <> 0 END), false)"""
_ASKED = "SELECT {asked} FROM {store} WHERE layer = %s AND {where}"


def fitting(chosen: Selection) -> Layer:
    """Return the layer with columns that hold what is taken out, also from before a type changed.

    A column of numbers that once held words is one of texts then.
    """
    layer = chosen.layer
    typed = [name for name, one in layer.columns.items() if one.type in _SORT]
    if not chosen.when or not typed:
        return layer
    asked = ", ".join([_OTHER] * len(typed) + [_BROKEN] * len(typed))
    values = [part for name in typed for part in (name, _SORT[layer.columns[name].type])]
    values += [name for name in typed for _ in range(2)]
    query = _ASKED.format(asked=asked, store=chosen.store, where=chosen.clause.sql)
    (row,) = fetch(query, [*values, layer.code, *chosen.clause.values])
    said = zip(typed, row[: len(typed)], row[len(typed) :], strict=True)
    wider = {name: _wider(layer.columns[name], *found) for name, *found in said}
    return dataclasses.replace(layer, columns=layer.columns | wider)


def _wider(column: Column, other: bool, broken: bool) -> Column:
    if other:
        return dataclasses.replace(column, type="text")
    return dataclasses.replace(column, type="float") if broken and column.type == "int" else column
