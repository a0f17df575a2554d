"""Two sources for MapProxy: our COGs, and the features of a layer drawn by its style."""

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
import rasterio
from mapproxy.config.configuration.source import (
    SourceConfiguration,
    register_source_configuration,
)
from mapproxy.config.spec import coverage as coverage_spec
from mapproxy.image import ImageResult
from mapproxy.image.opts import ImageOptions
from mapproxy.layer import BlankImageError
from mapproxy.layer.map_layer import MapLayer
from mapproxy.query import MapQuery
from mapproxy.util.ext.dictspec.spec import required
from PIL import Image
from rasterio.enums import ColorInterp, Resampling
from rasterio.transform import from_bounds
from rasterio.vrt import WarpedVRT

from core.errors import Problem
from layers import asof, catalogue
from layers.layer import Layer
from layers.models import State
from layers.pictures import dated
from layers.raster import stored
from tiles.service import drawing
from tiles.service.child import NEWEST


class _Source(MapLayer, ABC):  # type: ignore[misc] # MapProxy is untyped
    """What both have in common: the layer, where it lies, and pictures with clear ground."""

    def __init__(self, code: str, coverage: Any) -> None:
        super().__init__(ImageOptions(transparent=True, format="image/png", mode="RGBA"))
        self.code, self.coverage = code, coverage
        self.extent = coverage.extent
        self.res_range = None

    def get_map(self, query: MapQuery) -> ImageResult:
        """Return the picture of a box; raises BlankImageError outside the layer."""
        named = {name.lower(): value for name, value in query.dimensions.items()}
        at = named.get("time", "")
        # what a layer was may lie where nothing of it is now
        if not at and not self.coverage.intersects(query.bbox, query.srs):
            raise BlankImageError()
        picture = self.draw(query.bbox, query.size, query.srs.srs_code, at)
        return ImageResult(picture, size=query.size, image_opts=self.image_opts)

    @abstractmethod
    def draw(self, bbox: drawing.Box, size: tuple[int, int], srs: str, at: str) -> Image.Image:
        """Return the layer's picture of a box in a frame, x before y; `at`: a day, "" for now."""


class CogSource(_Source):
    """A registered raster."""

    def draw(self, bbox: drawing.Box, size: tuple[int, int], srs: str, at: str) -> Image.Image:
        """Warp the part that is asked for out of the overview that fits."""
        path, classes = self._shown(at)
        with rasterio.open(stored(path)) as source:
            clear = ColorInterp.alpha in source.colorinterp
            with WarpedVRT(
                source,
                crs=srs,
                transform=from_bounds(*bbox, *size),
                width=size[0],
                height=size[1],
                resampling=Resampling.nearest if classes else Resampling.bilinear,
                add_alpha=not clear,
            ) as view:
                bands = view.read()
        if len(bands) == 2:  # grey and alpha
            bands = bands[[0, 0, 0, 1]]
        return Image.fromarray(np.moveaxis(bands, 0, 2), "RGBA")

    def _shown(self, at: str) -> tuple[str, bool]:
        """Return the file of a day's picture and whether its colours are classes.

        Raises BlankImageError before the first day, and for a day that is none.
        """
        state = State.objects.get(layer=self.code)
        if not at or at == NEWEST:
            return state.path, bool(state.raster.get("classes"))
        try:
            shown = dated.as_of(self.code, state, asof.moment(at))
        except Problem as problem:
            raise BlankImageError() from problem
        path, facts = (state.path, state.raster) if shown is None else (shown.path, shown.raster)
        return path, bool(facts.get("classes"))


class FeatureSource(_Source):
    """A vector layer, drawn by the day style of the catalogue, without names; also as it was."""

    def draw(self, bbox: drawing.Box, size: tuple[int, int], srs: str, at: str) -> Image.Image:
        """Read what lies in the box and draw it."""
        layer: Layer = catalogue.layer(self.code)
        state = State.objects.get(layer=self.code)
        when = asof.read("" if at == NEWEST else at).of(layer.code)
        return drawing.picture(layer, state.thinned_to, bbox, size, srs, when)


class _Configuration(SourceConfiguration):  # type: ignore[misc] # MapProxy is untyped
    made: type[_Source]

    def source(self, params: Any = None) -> _Source:
        return self.made(self.conf["layer"], self.coverage())


class _CogConfiguration(_Configuration):
    source_type, made = ("cog",), CogSource


class _FeatureConfiguration(_Configuration):
    source_type, made = ("features",), FeatureSource


def plug_in() -> None:
    """Make both sources known to MapProxy."""
    spec = {required("layer"): "", "coverage": coverage_spec}
    register_source_configuration("cog", _CogConfiguration, "cog", spec)
    register_source_configuration("features", _FeatureConfiguration, "features", spec)
