"""From an analysis' outcome to a registered layer: features, or a raster and its picture."""

import dataclasses
import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
import shapely
from django.conf import settings
from django.db import transaction
from rasterio.features import shapes
from rasterio.shutil import copy as copy_raster

from core.errors import Invalid
from layers import actions as layers
from layers import catalogue, groups, relief, telling
from layers.analysing.actions import picture_of
from layers.analysing.reading import Field
from layers.layer import Column, Layer, Paint, Words
from layers.models import AnalysisJob, State
from layers.raster import stored
from layers.rights import narrower
from layers.staging import Feature
from layers.styles import legend
from layers.terrain.analysis import Analysis, Areas, Lines, Outcome, Values

MOST_FEATURES = 500_000
_ORDER = {"polygon": 445, "line": 465, "": 65}  # a picture: over orthophotos, under all features
_ZOOMS = (6, 17)
_LOOK = {"polygon": "fill", "line": "line"}


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Work:
    """An analysis that is done, and all that its layer says of it."""

    row: AnalysisJob
    analysis: Analysis
    outcome: Outcome
    field: Field
    model: Layer
    state: State
    other: tuple[Layer, State] | None = None

    @property
    def simulated(self) -> bool:
        """Say whether any model that it was made of is simulated."""
        return self.state.simulated or (self.other is not None and self.other[1].simulated)

    @property
    def source(self) -> str:
        """Return where the layer comes from: which analysis in both languages, numbers, models."""
        numbers = ", ".join(f"{name} {value:g}" for name, value in self.row.numbers.items())
        what = f"{self.analysis.title_zh} {self.analysis.title_en.lower()}"
        models = [(self.model, self.state), *([self.other] if self.other else [])]
        told = ", ".join(f"{model.code} v{state.version}" for model, state in models)
        return "；".join(filter(None, (what, numbers, told)))[:400]

    @property
    def parameters(self) -> dict[str, Any]:
        """Return what the layer was made from, as it is kept with it."""
        row = self.row
        told: dict[str, Any] = {
            "id": str(row.pk), "kind": row.kind, "model": row.model,
            "model_version": self.state.version, "place": row.place, "area": row.area,
            "numbers": row.numbers, "figures": self.outcome.figures,
        }  # fmt: skip
        if self.other is not None:
            told |= {"against": row.against, "against_version": self.other[1].version}
        return {"analysis": told}

    def layer(self, code: str, **more: Any) -> Layer:
        """Return the layer to be registered; who may see the model may see what it shows."""
        row, model = self.row, self.model
        given: dict[str, Any] = {
            "title_zh": row.title_zh, "title_en": row.title_en, "group": groups.ANALYSES,
            "owner": model.owner, "datum": model.datum, "source": self.source,
            "source_date": str(self.state.source_date or ""), "refresh": "once",
            "sharing": narrower(model, self.other[0]) if self.other else model.sharing,
            "attribution": model.attribution,
            "min_zoom": _ZOOMS[0], "max_zoom": _ZOOMS[1], "order": _ORDER[self.analysis.shape],
        }  # fmt: skip
        return Layer(code=code, **(given | more))


def store(work: Work) -> dict[str, Any]:
    """Register what was made, in the caller's transaction; return what the report says of it."""
    made = work.outcome.made
    if isinstance(made, Values):
        return _raster(work, made)
    return _features(work, made)


def _features(work: Work, made: Areas | Lines) -> dict[str, Any]:
    code, shape = work.row.layer, work.analysis.shape
    found = _lines(work.field, made) if isinstance(made, Lines) else _areas(work.field, made)
    columns = {name: _column(work.analysis, name) for name in work.analysis.columns}
    style = tuple(_paints(work.analysis))
    layers.register(
        work.layer(code, kind="vector", shape=shape, columns=columns, style=style), work.row.by
    )
    count = layers.replace_features(code, found, simulated=work.simulated)
    layers.date(code, str(work.state.source_date or ""), work.source)
    layers.note(code, work.parameters)
    telling.tell(catalogue.layer(code), "filled", work.row.by, analysis=work.row.kind)
    return {"features": count}


def _column(analysis: Analysis, name: str) -> Column:
    title = analysis.columns[name]
    if name == analysis.classed:
        words = {code: Words(one.zh, one.en) for code, one in analysis.classes.items()}
        return Column(title.zh, title.en, "text", values=words)
    zh, en = (f"{title.zh}（{title.unit}）", f"{title.en} ({title.unit})")
    return Column(zh, en, "float") if title.unit else Column(title.zh, title.en, "float")


def _paints(analysis: Analysis) -> Iterator[Paint]:
    """Yield one look for each class, or the one that all have."""
    shape = analysis.shape
    for code, one in analysis.classes.items():
        day, night = (_paint(shape, colour) for colour in one.colours)
        yield Paint(_LOOK[shape], day, night, {analysis.classed: [code]}, one.zh, one.en)
    if not analysis.classes:
        day, night = (_paint(shape, colour) for colour in analysis.colours)
        yield Paint(_LOOK[shape], day, night)


def _paint(shape: str, colour: str) -> dict[str, Any]:
    if shape == "line":
        return {"colour": colour, "width": 1.2}
    return {"colour": colour, "opacity": 0.35, "outline": colour}


def _areas(field: Field, made: Areas) -> Iterator[Feature]:
    """Yield one feature for each label: all its cells, joined by their sides."""
    parts: dict[int, list[shapely.Geometry]] = {}
    labels = np.ascontiguousarray(made.labels, np.int32)
    for found, value in shapes(labels, mask=labels > 0, connectivity=4):
        parts.setdefault(int(value), []).append(shapely.geometry.shape(found))
        if sum(map(len, parts.values())) > MOST_FEATURES:
            raise Invalid(
                "the result falls into too many pieces", zh="结果过于破碎",
                remedy="draw a smaller area",
            )  # fmt: skip
    for label, pieces in sorted(parts.items()):
        whole = field.degrees(np.array([shapely.multipolygons(pieces)]))
        yield label, shapely.to_wkb(whole[0]), made.rows[label - 1]


def _lines(field: Field, made: Lines) -> Iterator[Feature]:
    if len(made.lines) > MOST_FEATURES:
        raise Invalid(
            f"that would be {len(made.lines):,} lines", zh="等高线过多",
            remedy="choose a greater interval, or a smaller area",
        )  # fmt: skip
    places = field.degrees(np.array(made.lines, dtype=object))
    for number, (wkb, row) in enumerate(zip(shapely.to_wkb(places), made.rows, strict=True), 1):
        yield number, wkb, row


def _raster(work: Work, made: Values) -> dict[str, Any]:
    """Keep the values as they are, and beside them a picture on the web grid."""
    folder = Path(settings.DATA) / "rasters"
    folder.mkdir(exist_ok=True)
    row, code = work.row, work.row.layer
    picture = picture_of(code)
    values, drawn = (folder / f"{name}-{row.pk.hex[:8]}.tif" for name in (code, picture))
    _write_values(work.field, made, values)
    _write_picture(work.field, made, drawn)
    facts = work.parameters | {
        "unit": made.unit,
        "legend": legend(made.ramp, made.named),
    }
    own = work.layer(code, kind="raster", tiled=False)
    shown = work.layer(
        picture, kind="raster", group=groups.IMAGERY,
        title_zh=f"{row.title_zh}（图）"[:80], title_en=f"{row.title_en} (picture)"[:80],
    )  # fmt: skip
    for layer, path in ((own, values), (shown, drawn)):
        _put(work, layer, path, facts)
    return {"picture": picture, "raster": {"width": made.values.shape[1],
                                           "height": made.values.shape[0]}}  # fmt: skip


def _put(work: Work, layer: Layer, path: Path, facts: dict[str, Any]) -> None:
    """Register a raster; the file that the layer had before is taken away after the commit."""
    before = State.objects.filter(layer=layer.code).first()
    layers.register(layer, work.row.by)
    date: datetime.date | None = work.state.source_date
    layers.register_raster(
        layer.code, path, date=date, source=work.source, simulated=work.simulated, more=facts
    )
    telling.tell(layer, "filled", work.row.by, analysis=work.row.kind)
    if before is not None and before.path and stored(before.path) != path:
        old = stored(before.path)
        transaction.on_commit(lambda: old.unlink(missing_ok=True))


def _write_values(field: Field, made: Values, path: Path) -> None:
    rough = path.with_suffix(".part")
    with rasterio.open(rough, "w", nodata=np.nan, **_form(field, 1, "float32")) as out:
        out.write(made.values, 1)
    copy_raster(rough, path, driver="COG", COMPRESS="DEFLATE", PREDICTOR="3", BLOCKSIZE="256")
    rough.unlink()


def _write_picture(field: Field, made: Values, path: Path) -> None:
    at = [value for value, _ in made.ramp]
    colours = np.array([colour for _, colour in made.ramp], np.float32)
    rough = path.with_suffix(".part")
    form = _form(field, 4, "uint8") | {"photometric": "RGB", "alpha": "YES"}
    with rasterio.open(rough, "w", **form) as out:
        for band in range(4):
            drawn = np.interp(made.values, at, colours[:, band])
            drawn[np.isnan(made.values)] = 0
            out.write(np.rint(drawn).astype(np.uint8), band + 1)
    relief.to_web_cog(rough, path)
    rough.unlink()


def _form(field: Field, bands: int, kind: str) -> dict[str, Any]:
    rows, columns = field.grid.shape
    return {
        "driver": "GTiff", "count": bands, "dtype": kind, "height": rows, "width": columns,
        "crs": field.crs.to_wkt(), "transform": field.transform, "tiled": True,
        "compress": "zstd",
    }  # fmt: skip


def model(code: str) -> tuple[Layer, State]:
    """Return an elevation model's layer and state."""
    return catalogue.layer(code), State.objects.get(layer=code)
