"""What a map layer is: the contract of the shelf `layers/catalog/`, one TOML file each."""

import dataclasses
import datetime
import functools
import hashlib
import json
import re
from typing import Any, Literal

from core.shelf import BadShelf
from people.models import Role

CODE = re.compile(r"[a-z][a-z0-9_]{1,30}")
DAY = re.compile(r"(\d{4}-[01]\d-[0-3]\d)?")
WORLD = 40075016.68557849  # EPSG:3857, metres of its square's side
THINNED_FROM = 4000  # features: a point tile that holds more is drawn from thinned levels
# beside addresses of layers
RESERVED = (
    "affected", "analyses", "catalogue", "identify", "imports", "inside", "new", "reach",
)  # fmt: skip
KINDS = ("vector", "raster")
SHAPES = ("point", "line", "polygon", "")
TYPES = {"text": "text", "int": "bigint", "float": "float8", "bool": "boolean"}
DATUM = re.compile(r"EPSG:\d{4,6}|GCJ-02|BD-09")
Light = Literal["day", "night"]
DRAWN = ("fill", "line", "circle", "label")
REFRESH = ("once", "daily", "weekly", "monthly", "yearly", "on change")
PAINT = {"colour", "width", "opacity", "outline", "halo", "radius", "size", "dash"}


@dataclasses.dataclass(frozen=True, slots=True)
class Source:
    """A table of another package that is the master of this layer's rows."""

    table: str
    geometry: str
    fid: str
    where: str = "true"


@dataclasses.dataclass(frozen=True, slots=True)
class Words:
    """What people call something."""

    zh: str
    en: str


@dataclasses.dataclass(frozen=True, slots=True)
class Column:
    """One property of a feature: what it means, its type, and whether tiles carry it.

    `values` says what people call the codes that stand in it.
    """

    zh: str
    en: str
    type: str = "text"
    tile: bool = True
    source: str = ""
    # words change no tile, so they stay out of the digest, which reads the repr
    values: dict[str, Words] = dataclasses.field(default_factory=dict, repr=False, hash=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Thin:
    """From which zoom on a class of features is shown at all."""

    by: str
    from_zoom: dict[str, int]


@dataclasses.dataclass(frozen=True, slots=True)
class Paint:
    """One way of drawing some of the features, by day and by night; read by the browser.

    `where` maps a column to the values drawn so, `zh` and `en` are what the legend calls them;
    sizes are CSS pixels at zoom 16.
    """

    draw: str
    day: dict[str, Any]
    night: dict[str, Any]
    where: dict[str, Any] = dataclasses.field(default_factory=dict)
    zh: str = ""
    en: str = ""
    text: str = ""
    text_en: str = ""
    min_zoom: int = 0
    max_zoom: int = 24

    @property
    def colours(self) -> tuple[str, ...]:
        """Return the columns that say a feature's own colour, #rrggbb; a look names $column."""
        said = (look.get("colour", "") for look in (self.day, self.night))
        return tuple(one[1:] for one in said if one.startswith("$"))


PLAIN = "#888888"
GREY = {
    shape: Paint(draw, {"colour": PLAIN}, {"colour": PLAIN})
    for shape, draw in {"point": "circle", "line": "line", "polygon": "fill"}.items()
}


@dataclasses.dataclass(frozen=True, eq=False)  # each is one thing, found by its code
class Layer:
    """One registered layer. Bounds, count, version and age stand in `layers.models.State`.

    The features of a `site` layer are places that are told by name when they lie in an area; a
    raster of `heights` is an elevation model (metres).
    """

    code: str
    title_zh: str
    title_en: str
    group: str
    kind: str
    owner: str
    datum: str
    source: str
    refresh: str
    sharing: str | tuple[str, ...]
    attribution: str
    min_zoom: int
    max_zoom: int
    shape: str = ""
    source_date: str = ""
    simulated: bool = False
    tiled: bool = True
    site: bool = False
    heights: bool = False
    order: int = 500
    label: str = ""
    table: Source | None = None
    thin: Thin | None = None
    columns: dict[str, Column] = dataclasses.field(default_factory=dict)
    style: tuple[Paint, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be served; raises BadShelf with the file's name."""
        if not isinstance(self.sharing, str):  # TOML knows lists only
            object.__setattr__(self, "sharing", tuple(self.sharing))
        for complaint in (*_plain(self), *_of_sharing(self), *_of_columns(self), *_of_style(self)):
            raise BadShelf(f"layer {self.code}: {complaint}")

    @property
    def is_vector(self) -> bool:
        """Say whether the layer is a set of features."""
        return self.kind == "vector"

    @property
    def has_tiles(self) -> bool:
        """Say whether there are tiles: of the layer as it is drawn, or of a model's styles."""
        return self.tiled or self.heights

    @functools.cached_property
    def digest(self) -> str:
        """Return eight hex digits that change whenever this file changes what a tile holds."""
        drawn = (self.columns, self.thin, self.label, self.shape, self.min_zoom, self.max_zoom)
        return hashlib.sha256(repr(drawn).encode()).hexdigest()[:8]

    @property
    def paints(self) -> tuple[Paint, ...]:
        """Return how its features are drawn: in one grey where it has no style of its own."""
        return self.style or ((GREY[self.shape],) if self.is_vector else ())

    @functools.cached_property
    def dated(self) -> datetime.date | None:
        """Return the day that the source describes, where the file knows it."""
        return datetime.date.fromisoformat(self.source_date) if self.source_date else None

    @property
    def form(self) -> str:
        """Return the form that the layer's tiles are made for."""
        return "mvt" if self.is_vector else "webp"

    def definition(self) -> dict[str, Any]:
        """Return what a file of this layer would say, in JSON's types; columns as pairs, in order.

        The database keeps no order of an object's members.
        """
        row = dataclasses.asdict(self)
        del row["code"]
        found: dict[str, Any] = json.loads(json.dumps(row))
        found["columns"] = [list(pair) for pair in found["columns"].items()]
        return {key: value for key, value in found.items() if value is not None}

    def version_key(self, version: int) -> str:
        """Return what a tile's content depends on: the data's version and this file's own."""
        return f"{version}.{self.digest}"

    def template(self, version: int) -> str:
        """Return the tiles' address; the version in it lets open tiles be kept for good."""
        key = self.version_key(version)
        return f"/tiles/{self.code}/{{z}}/{{x}}/{{y}}.{self.form}?v={key}"

    def template_of(self, style: str, form: str, version: int) -> str:
        """Return the address of an elevation model's tiles in a style."""
        key = self.version_key(version)
        return f"/tiles/{self.code}/{style}/{{z}}/{{x}}/{{y}}.{form}?v={key}"

    def zooms(self, raster: dict[str, Any]) -> tuple[int, int]:
        """Return the first and last zoom with tiles; a raster ends where its pixels do."""
        highest = min(self.max_zoom, raster.get("max_zoom", self.max_zoom))
        return min(self.min_zoom, highest), highest

    def tile_layer(self, paint: Paint) -> str:
        """Return the layer inside the tile that a paint reads: areas carry their names apart."""
        apart = paint.draw == "label" and self.shape == "polygon" and self.label
        return f"{self.code}_label" if apart else self.code

    def bands(self) -> tuple[int, ...]:
        """Return the last zoom of each band that is drawn from generalised lines and areas."""
        if self.shape not in ("line", "polygon"):
            return ()
        return tuple(zoom for zoom in (6, 8, 10, 12, 13) if self.min_zoom <= zoom < self.max_zoom)

    def band(self, zoom: int, shared_from: int) -> int | None:
        """Return the band that a zoom is drawn from; None: from the features themselves.

        Bands from `shared_from` on (-1: none) are one, the finest.
        """
        bands = self.bands()
        own = next((band for band in bands if zoom <= band), None)
        return bands[-1] if own is not None and 0 <= shared_from <= own else own


def _plain(layer: Layer) -> list[str]:
    """Return what is wrong with the simple fields."""
    found = []
    if not CODE.fullmatch(layer.code) or layer.code in RESERVED:
        taken = ", ".join(RESERVED)
        found.append(f"a file name is 2 to 31 small letters, digits and underscores, not {taken}")
    for name, allowed in (
        ("kind", KINDS), ("shape", SHAPES), ("refresh", REFRESH)
    ):  # fmt: skip
        if getattr(layer, name) not in allowed:
            found.append(f"{name} {getattr(layer, name)!r} is none of {', '.join(allowed)}")
    if not DATUM.fullmatch(layer.datum):
        found.append(f"datum {layer.datum!r} is neither like EPSG:4490 nor GCJ-02 nor BD-09")
    if not 0 <= layer.min_zoom <= layer.max_zoom <= 24:
        found.append("zooms must be 0 <= min_zoom <= max_zoom <= 24")
    if not DAY.fullmatch(layer.source_date):
        found.append(f"source_date {layer.source_date!r} is not written like 2026-01-31")
    if layer.is_vector and not layer.shape:
        found.append("a vector layer needs its shape: point, line or polygon")
    return found


def _of_sharing(layer: Layer) -> list[str]:
    if layer.sharing in ("open", "staff"):
        return []
    if isinstance(layer.sharing, tuple) and layer.sharing:
        odd = [role for role in layer.sharing if role not in Role.values]
        return [f"sharing names no such role: {odd[0]!r}"] if odd else []
    return [f"sharing {layer.sharing!r} is neither 'open', 'staff' nor a list of roles"]


def _of_columns(layer: Layer) -> list[str]:
    found = []
    for name, column in layer.columns.items():
        if not CODE.fullmatch(name) or name in ("fid", "geom", "n"):
            found.append(f"column name {name!r} cannot be used")
        if column.type not in TYPES:
            found.append(f"column {name}: type {column.type!r} is none of {', '.join(TYPES)}")
        if column.values and column.type != "text":
            found.append(f"column {name}: only texts have words for their values")
    if layer.label and layer.label not in layer.columns:
        found.append(f"label names no column: {layer.label!r}")
    if layer.thin and layer.thin.by not in layer.columns:
        found.append(f"thin.by names no column: {layer.thin.by!r}")
    return found


def _of_style(layer: Layer) -> list[str]:
    found = []
    for at, paint in enumerate(layer.style):
        where = f"style[{at}]"
        if paint.draw not in DRAWN:
            found.append(f"{where}: draw {paint.draw!r} is none of {', '.join(DRAWN)}")
        odd = sorted((set(paint.day) | set(paint.night)) - PAINT)
        if odd:
            found.append(f"{where}: unknown paint {odd[0]!r}; known are {', '.join(sorted(PAINT))}")
        texts = {*paint.where, *filter(None, (paint.text, paint.text_en))}
        named = (texts | {*paint.colours}) - {*layer.columns, "n"}
        if named:
            found.append(f"{where}: names no column: {sorted(named)[0]!r}")
    return found
