"""What the catalogue says of a layer, and the search over it; rights are asked first."""

import dataclasses
import datetime
from collections.abc import Iterable

from layers import catalogue
from layers.layer import Layer
from layers.metadata import wording
from layers.models import State
from layers.pictures import dated
from layers.rights import ask, may_see
from people.may import Rights
from people.models import Department

Box = tuple[float, float, float, float]
# the classes of GB/T 21063 and the national directory of shared data
SHARING = {
    "open": ("无条件共享", "Open"),
    "staff": ("有条件共享：仅工作人员", "On condition: staff only"),
}
CLOSED = ("不予共享：仅指定角色", "Closed: named roles only")
REFRESH = {
    "once": ("一次性", "Once"), "daily": ("每日", "Daily"), "weekly": ("每周", "Weekly"),
    "monthly": ("每月", "Monthly"), "yearly": ("每年", "Yearly"),
    "on change": ("变更时", "On change"),
}  # fmt: skip
TYPES = {
    "text": ("文本", "Text"), "int": ("整数", "Whole number"), "float": ("数值", "Number"),
    "bool": ("是/否", "Yes or no"),
}  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """A layer with its state, and its owner's names (zh, en)."""

    layer: Layer
    state: State | None
    owner: tuple[str, str]

    @property
    def kind(self) -> str:
        """Return the sort of resource, as records name it."""
        return "dataset" if self.layer.is_vector else "coverage"

    @property
    def count(self) -> int:
        """Return how many features (or files) the layer holds."""
        return self.state.count if self.state else 0

    @property
    def bounds(self) -> list[float] | None:
        """Return west, south, east, north in degrees."""
        return self.state.bounds if self.state else None

    @property
    def sharing(self) -> tuple[str, str]:
        """Return the class of sharing in words (zh, en)."""
        given = self.layer.sharing
        return SHARING.get(given, CLOSED) if isinstance(given, str) else CLOSED

    @property
    def date(self) -> datetime.date | None:
        """Return the day that the source describes."""
        return (self.state.source_date if self.state else None) or self.layer.dated

    @property
    def updated(self) -> datetime.datetime | None:
        """Return when the layer was last changed here."""
        return self.state.updated_at if self.state else None

    @property
    def source(self) -> str:
        """Return where the data came from."""
        return (self.state.source if self.state else "") or self.layer.source

    @property
    def sources(self) -> wording.Words:
        """Return where the data came from, in each language."""
        return wording.in_each(self.source)

    @property
    def attribution(self) -> str:
        """Return whose it is: of pictures those of the newest day."""
        return dated.credit(self.state.raster if self.state else {}, self.layer.attribution)

    @property
    def credit(self) -> wording.Words:
        """Return whom a map names, in each language."""
        return wording.in_each(self.attribution)

    @property
    def shape(self) -> wording.Words:
        """Return what a vector layer's features are."""
        return wording.SHAPES.get(self.layer.shape, ("", ""))

    @property
    def held(self) -> str:
        """Return the count as people read it."""
        return f"{self.count:,}"

    @property
    def simulated(self) -> bool:
        """Say whether what it holds is made up."""
        return self.state.simulated if self.state else self.layer.simulated

    @property
    def days(self) -> list[str]:
        """Return the days that there is a picture of."""
        return [] if self.layer.is_vector else dated.days(self.state)

    @property
    def ground(self) -> list[tuple[str, str, str]]:
        """Return what is known of an elevation model's heights: names (zh, en) and value."""
        if not self.layer.heights or self.state is None or not self.state.path:
            return []
        held = self.state.raster
        known = {"lowest", "highest"} <= held.keys()
        return [
            ("格网间距（米）", "Cell (m)", f"{held.get('cell_m') or held.get('cell', '–')}"),
            ("高程单位", "Unit of heights", held.get("unit") or "m"),
            ("平面基准", "Horizontal datum", held.get("horizontal") or self.layer.datum),
            ("高程基准", "Vertical datum", held.get("vertical") or "–"),
            (
                "高程范围（米）",
                "Range of heights (m)",
                f"{held['lowest']:,.1f} – {held['highest']:,.1f}" if known else "–",
            ),
        ]

    @property
    def words(self) -> str:
        """Return all that a search looks through, in small letters."""
        layer = self.layer
        named = [f"{one.zh} {one.en}" for one in layer.columns.values()]
        return " ".join([
            layer.code, layer.title_zh, layer.title_en, layer.group, self.attribution,
            *self.owner, self.source, *named,
        ]).casefold()  # fmt: skip

    def overlaps(self, box: Box) -> bool:
        """Say whether the layer's extent meets a box; one with west > east crosses 180 degrees."""
        if self.bounds is None:
            return False
        west, south, east, north = self.bounds
        if north < box[1] or south > box[3]:
            return False
        if box[0] > box[2]:
            return east >= box[0] or west <= box[2]
        return east >= box[0] and west <= box[2]


@dataclasses.dataclass(frozen=True, slots=True)
class Search:
    """What a search asks; nothing asked is everything."""

    terms: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    box: Box | None = None
    first: datetime.datetime | None = None
    last: datetime.datetime | None = None

    def finds(self, entry: Entry) -> bool:
        """Say whether an entry is meant: one of the words, and all of the rest."""
        if self.kinds and entry.kind not in self.kinds:
            return False
        if self.codes and entry.layer.code not in self.codes:
            return False
        if self.box is not None and not entry.overlaps(self.box):
            return False
        if not self._in_time(entry.updated):
            return False
        return not self.terms or any(term in entry.words for term in self.terms)

    def _in_time(self, at: datetime.datetime | None) -> bool:
        if self.first is None and self.last is None:
            return True
        if at is None:
            return False
        return (self.first is None or at >= self.first) and (self.last is None or at <= self.last)


def terms(text: str) -> tuple[str, ...]:
    """Return the words of a search: parted by commas, each may hold spaces."""
    return tuple(word for one in text.casefold().split(",") if (word := " ".join(one.split())))


def every(who: Rights) -> list[Entry]:
    """Return all layers that these rights open, by code."""
    seen = [layer for layer in catalogue.layers().values() if may_see(layer, who)]
    return _entries(sorted(seen, key=lambda layer: layer.code))


def one(code: str, who: Rights) -> Entry:
    """Return a layer's entry; raises Unknown, SignIn or Forbidden."""
    layer = catalogue.layer(code)
    ask(layer, who)
    return _entries([layer])[0]


def _entries(layers: Iterable[Layer]) -> list[Entry]:
    states = State.objects.in_bulk()
    names = {one.code: (one.name_zh, one.name_en) for one in Department.objects.all()}
    return [
        Entry(layer, states.get(layer.code), names.get(layer.owner, (layer.owner, layer.owner)))
        for layer in layers
    ]


def owner_of(layer: Layer) -> tuple[str, str]:
    """Return the names (zh, en) of the department that a layer belongs to, its code if unknown."""
    found = Department.objects.filter(code=layer.owner).first()
    return (found.name_zh, found.name_en) if found else (layer.owner, layer.owner)
