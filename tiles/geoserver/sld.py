"""A layer's day style as SLD 1.0, in the order that the OGC schema wants."""

from typing import Any
from xml.etree import ElementTree as ET

from layers.layer import Layer, Paint

SLD, OGC = "http://www.opengis.net/sld", "http://www.opengis.net/ogc"
_SCALE_0 = 559082264.0287178  # denominator of the web map's zoom 0 at 0.28 mm a pixel
_FONT = "Noto Sans CJK SC"
Element = ET.Element


def document(layer: Layer) -> bytes:
    """Return the layer's style as an SLD file; a raster is drawn as it is."""
    for prefix, space in (("sld", SLD), ("ogc", OGC)):
        ET.register_namespace(prefix, space)
    root = ET.Element(f"{{{SLD}}}StyledLayerDescriptor", {"version": "1.0.0"})
    named = _add(root, "NamedLayer")
    _add(named, "Name", layer.code)
    style = _add(named, "UserStyle")
    _add(style, "Name", layer.code)
    _add(style, "Title", f"{layer.title_zh} {layer.title_en}")
    for paint in layer.paints:
        _rule(_add(_add(style, "FeatureTypeStyle"), "Rule"), layer.shape, paint)
    if not layer.is_vector:
        _add(_add(_add(style, "FeatureTypeStyle"), "Rule"), "RasterSymbolizer")
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return text + b"\n"


def _add(parent: Element, name: str, text: str = "", space: str = SLD) -> Element:
    made = ET.SubElement(parent, f"{{{space}}}{name}")
    made.text = text or None
    return made


def _css(parent: Element, **given: Any) -> None:
    for name, value in given.items():
        own = str(value).startswith("$")  # a feature's own colour: its column
        made = _add(parent, "CssParameter", "" if own else str(value))
        made.set("name", name.replace("_", "-"))
        if own:
            _add(made, "PropertyName", value[1:], OGC)


def _rule(rule: Element, shape: str, paint: Paint) -> None:
    if paint.zh:
        _add(rule, "Title", f"{paint.zh} {paint.en}".strip())
    _filter(rule, paint.where)
    if paint.max_zoom < 24:
        _add(rule, "MinScaleDenominator", f"{_SCALE_0 / 2 ** (paint.max_zoom + 0.5):.0f}")
    if paint.min_zoom:
        _add(rule, "MaxScaleDenominator", f"{_SCALE_0 / 2 ** (paint.min_zoom - 0.5):.0f}")
    if paint.draw == "label":
        _label(rule, shape, paint)
    else:
        {"fill": _fill, "line": _line, "circle": _circle}[paint.draw](rule, paint)


def _filter(rule: Element, where: dict[str, Any]) -> None:
    if not where:
        return
    top = _add(rule, "Filter", space=OGC)
    every = _add(top, "And", space=OGC) if len(where) > 1 else top
    for column, values in where.items():
        listed = values if isinstance(values, list | tuple) else [values]
        any_of = _add(every, "Or", space=OGC) if len(listed) > 1 else every
        for value in listed:
            equal = _add(any_of, "PropertyIsEqualTo", space=OGC)
            _add(equal, "PropertyName", column, OGC)
            _add(equal, "Literal", str(value), OGC)


def _fill(rule: Element, paint: Paint) -> None:
    area = _add(rule, "PolygonSymbolizer")
    look = paint.day
    _css(_add(area, "Fill"), fill=look["colour"], fill_opacity=look.get("opacity", 1))
    if look.get("outline"):
        _css(_add(area, "Stroke"), stroke=look["outline"], stroke_width=look.get("width", 1))


def _line(rule: Element, paint: Paint) -> None:
    look = paint.day
    width = max(1.0, float(look.get("width", 1)) / 2)
    for colour, wide in ((look.get("outline"), width + 1.6), (look["colour"], width)):
        if colour:
            stroke = _add(_add(rule, "LineSymbolizer"), "Stroke")
            _css(stroke, stroke=colour, stroke_width=wide, stroke_linecap="round")


def _circle(rule: Element, paint: Paint) -> None:
    look = paint.day
    graphic = _add(_add(rule, "PointSymbolizer"), "Graphic")
    mark = _add(graphic, "Mark")
    _add(mark, "WellKnownName", "circle")
    _css(_add(mark, "Fill"), fill=look["colour"], fill_opacity=look.get("opacity", 1))
    if look.get("outline"):
        _css(_add(mark, "Stroke"), stroke=look["outline"], stroke_width=1)
    _add(graphic, "Size", str(2 * look.get("radius", 3)))


def _label(rule: Element, shape: str, paint: Paint) -> None:
    look = paint.day
    text = _add(rule, "TextSymbolizer")
    _add(_add(text, "Label"), "PropertyName", paint.text, OGC)
    _css(_add(text, "Font"), font_family=_FONT, font_size=look.get("size", 11))
    _placed(_add(text, "LabelPlacement"), shape)
    if look.get("halo"):
        halo = _add(text, "Halo")
        _add(halo, "Radius", "1")
        _css(_add(halo, "Fill"), fill=look["halo"])
    _css(_add(text, "Fill"), fill=look["colour"])


def _placed(place: Element, shape: str) -> None:
    """Lay a text along a line, or its middle on an area's or a point's."""
    if shape == "line":
        _add(_add(place, "LinePlacement"), "PerpendicularOffset", "0")
        return
    anchor = _add(_add(place, "PointPlacement"), "AnchorPoint")
    for name in ("AnchorPointX", "AnchorPointY"):
        _add(anchor, name, "0.5")
