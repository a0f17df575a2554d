"""What somebody says of a layer in the console, and the layer that it makes."""

import dataclasses
import re
from typing import Any

from core.errors import Invalid
from core.shelf import BadShelf
from layers import groups
from layers.importing.making import check_code, check_past, is_day
from layers.layer import Column, Layer, Paint

DATUM = "EPSG:4490"  # of all that is stored; a file's own datum is converted at import
_ZOOMS = (8, 17)
_ORDER = {"polygon": 440, "line": 460, "point": 640}
_DRAW = {"polygon": "fill", "line": "line", "point": "circle"}
_SIZE = {"polygon": "width", "line": "width", "point": "radius"}
_HALO = {"day": "#ffffff", "night": "#0f1720"}
_COLOUR = re.compile(r"#[0-9a-f]{6}")


@dataclasses.dataclass(frozen=True, slots=True)
class Field:
    """One column as it was said."""

    name: str
    zh: str
    en: str
    type: str = "text"


@dataclasses.dataclass(frozen=True, slots=True)
class Look:
    """How all features of a layer are drawn: colours by day and night, size (pixels), opacity.

    `size` is a line's width, a point's radius, an area's outline; `label` names a column, or none.
    """

    day: str
    night: str
    size: float
    opacity: float
    label: str = ""

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn; raises Invalid."""
        for name in ("day", "night"):
            if not _COLOUR.fullmatch(getattr(self, name)):
                raise Invalid(
                    "a colour is written like #3464a8", zh="颜色格式如 #3464a8", field=name
                )


@dataclasses.dataclass(frozen=True, slots=True)
class Said:
    """All that is said of a layer; `look` None leaves a style that is more than one colour."""

    title_zh: str
    title_en: str
    group: str
    owner: str
    sharing: str | tuple[str, ...]
    source: str
    source_date: str
    refresh: str
    fields: tuple[Field, ...]
    look: Look | None


def made(code: str, shape: str, said: Said) -> Layer:
    """Return the layer that is made anew; raises Invalid."""
    check_code(code, "code")
    if shape not in _DRAW:
        raise Invalid(
            "a layer holds points, lines or areas", zh="几何类型为点、线或面", field="shape"
        )
    if said.look is None:
        raise Invalid("say how the layer is drawn", zh="请给出样式", field="day")
    new: dict[str, Any] = {
        "code": code, "kind": "vector", "shape": shape, "datum": DATUM,
        "min_zoom": _ZOOMS[0], "max_zoom": _ZOOMS[1], "order": _ORDER[shape],
    }  # fmt: skip
    return _layer(new | _about(said), said)


def changed(layer: Layer, said: Said, *, filled: bool) -> Layer:
    """Return a layer as it is said to be from now on; raises Invalid.

    The columns of a layer that holds features keep their types, and none goes away.
    """
    given = {field.name: field for field in said.fields}
    for name, column in layer.columns.items() if filled else ():
        if name not in given or given[name].type != column.type:
            raise Invalid(
                f"column {name} holds values: it keeps its type and cannot be left out",
                zh=f"字段 {name} 已有数据，不能删除或改变类型",
                field="fields",
            )
    before = {field.name: getattr(layer, field.name) for field in dataclasses.fields(layer)}
    own = {} if layer.attribution == layer.source else {"attribution": layer.attribution}
    return _layer(before | _about(said) | own, said)


def look_of(layer: Layer) -> Look | None:
    """Return how a layer is drawn if one colour says it all; None for pictures and classes."""
    shapes = [paint for paint in layer.style if paint.draw != "label"]
    labels = [paint for paint in layer.style if paint.draw == "label"]
    draws = _DRAW.get(layer.shape, "")
    if len(shapes) != 1 or len(labels) > 1 or shapes[0].draw != draws or shapes[0].where:
        return None
    day, night = shapes[0].day, shapes[0].night
    if not all(_COLOUR.fullmatch(str(one.get("colour", ""))) for one in (day, night)):
        return None
    size = day.get(_SIZE[layer.shape], 1.0)
    label = labels[0].text if labels else ""
    return Look(day["colour"], night["colour"], float(size), float(day.get("opacity", 1)), label)


def _about(said: Said) -> dict[str, Any]:
    if not (said.title_zh or said.title_en):
        raise Invalid("a layer has a title", zh="请填写名称", field="title_zh")
    if said.group not in groups.CODES:
        raise Invalid(f"there is no group {said.group!r}", zh="没有这个分组", field="group")
    if said.source_date and not is_day(said.source_date):
        raise Invalid(
            f"there is no day {said.source_date}",
            zh=f"没有 {said.source_date} 这一天",
            field="source_date",
        )
    check_past(said.source_date)
    return {
        "title_zh": said.title_zh or said.title_en,
        "title_en": said.title_en or said.title_zh,
        "group": said.group,
        "owner": said.owner,
        "sharing": said.sharing,
        "source": said.source,
        "source_date": said.source_date,
        "refresh": said.refresh,
        "attribution": said.source,
    }


def _layer(row: dict[str, Any], said: Said) -> Layer:
    if row["kind"] == "vector":
        row |= {"columns": _columns(said.fields, row.get("columns", {}))}
        if said.look is not None:
            row |= _drawn(row["shape"], said.look)
    try:
        return Layer(**row)
    except BadShelf as error:
        raise Invalid(str(error), zh=f"图层定义有误：{error}") from error


def _columns(fields: tuple[Field, ...], before: dict[str, Column]) -> dict[str, Column]:
    """Return the columns as they are said; tiles and words of values stay as they were."""
    names = [field.name for field in fields]
    twins = [name for name in names if names.count(name) > 1]
    if twins:
        raise Invalid(
            f"two columns are called {twins[0]!r}", zh=f"字段 {twins[0]} 重复", field="fields"
        )
    return {one.name: _column(one, before.get(one.name)) for one in fields}


def _column(said: Field, before: Column | None) -> Column:
    column = Column(said.zh or said.name, said.en or said.zh or said.name, said.type)
    if before is None:
        return column
    values = before.values if said.type == "text" else {}
    return dataclasses.replace(column, tile=before.tile, values=values)


def _drawn(shape: str, look: Look) -> dict[str, Any]:
    def paint(light: str, colour: str) -> dict[str, Any]:
        edge = colour if shape == "polygon" else _HALO[light]
        outline = {} if shape == "line" else {"outline": edge}
        return {"colour": colour, "opacity": look.opacity, _SIZE[shape]: look.size} | outline

    def text(light: str, colour: str) -> dict[str, Any]:
        return {"colour": colour, "halo": _HALO[light], "size": 11}

    day, night = look.day, look.night
    style = [Paint(_DRAW[shape], paint("day", day), paint("night", night))]
    if look.label:
        named = Paint("label", text("day", day), text("night", night), min_zoom=14)
        style.append(dataclasses.replace(named, text=look.label, text_en=look.label))
    return {"style": tuple(style), "label": look.label if shape == "polygon" else ""}
