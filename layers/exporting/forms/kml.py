"""A selection as KML: a placemark each, its columns with their titles, the question in front."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import shapely

from layers.exporting.form import Batch, Form, Taken

_UNWRITTEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # what XML cannot hold
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">'


class Kml(Form):
    """OGC KML 2.2."""

    code, suffix, media = "kml", ".kml", "application/vnd.google-earth.kml+xml"

    def write(self, taken: Taken, folder: Path) -> Path:
        """Write one document."""
        path = folder / f"{taken.layer.code}.kml"
        with path.open("w", encoding="utf-8") as out:
            out.write(f"{_HEAD}<Document><name>{_plain(taken.layer.title_zh)}</name>\n")
            out.write(f"<description>{_plain(taken.told)}</description>\n")
            for batch in taken.batches:
                out.writelines(_placemarks(taken, batch))
            out.write("</Document></kml>\n")
        return path


def _placemarks(taken: Taken, batch: Batch) -> Iterator[str]:
    named = next(
        (one for one in ("name_zh", "name", taken.layer.label) if one in taken.columns), ""
    )
    for shape, feature in zip(batch.shapes, batch.features, strict=True):
        held = feature["properties"]
        data = "".join(
            f"<Data name={quoteattr(name)}><displayName>{_plain(column.zh)}</displayName>"
            f"<value>{_plain(held[name])}</value></Data>"
            for name, column in taken.layer.columns.items()
            if held.get(name) is not None
        )
        title = _plain(held.get(named) or feature["id"])
        yield (
            f'<Placemark id="f{feature["id"]}"><name>{title}</name>'
            f"<ExtendedData>{data}</ExtendedData>{_geometry(shape)}</Placemark>\n"
        )


def _plain(value: Any) -> str:
    return escape(_UNWRITTEN.sub("", str(value)))


def _geometry(shape: Any) -> str:
    """Return a shape's KML; what holds several is a MultiGeometry."""
    if hasattr(shape, "geoms"):
        return f"<MultiGeometry>{''.join(map(_geometry, shape.geoms))}</MultiGeometry>"
    if shape.geom_type == "Polygon":
        holes = "".join(
            f"<innerBoundaryIs>{_ring(one)}</innerBoundaryIs>" for one in shape.interiors
        )
        outer = f"<outerBoundaryIs>{_ring(shape.exterior)}</outerBoundaryIs>"
        return f"<Polygon>{outer}{holes}</Polygon>"
    return f"<{shape.geom_type}>{_coordinates(shape)}</{shape.geom_type}>"


def _ring(ring: Any) -> str:
    return f"<LinearRing>{_coordinates(ring)}</LinearRing>"


def _coordinates(shape: Any) -> str:
    places = shapely.get_coordinates(shape).tolist()
    return f"<coordinates>{' '.join(f'{x:.7f},{y:.7f}' for x, y in places)}</coordinates>"
