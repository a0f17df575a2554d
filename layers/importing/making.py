"""The layer that an import makes: code, titles, style by shape, all from file and wishes."""

import dataclasses
import datetime
import re
import zlib
from pathlib import PurePath
from typing import Any

from django.utils import timezone
from pypinyin import lazy_pinyin

from core import clock
from core.errors import Invalid
from layers import catalogue, groups
from layers.importing.datum import LONLAT
from layers.layer import CODE, Column, Layer, Paint

_COLOURS = (  # day, night: apart from one another and from the base map
    ("#7a4ea3", "#b491d6"), ("#0f7b7b", "#58bdbd"), ("#a3522b", "#d99169"),
    ("#3464a8", "#86abe0"), ("#7d7a1c", "#c2be58"), ("#a33d73", "#dc8bb4"),
)  # fmt: skip
_FIRST_YEAR = 1000
_ORDER = {"polygon": 440, "line": 460, "point": 640}


@dataclasses.dataclass(frozen=True, slots=True)
class Wishes:
    """What the one who imports said of the layer; all but the datum may be left out."""

    title_zh: str = ""
    title_en: str = ""
    sharing: str = "staff"
    owner: str = ""
    source: str = ""
    source_date: str = ""
    attribution: str = ""
    member: str = ""
    east: str = ""
    north: str = ""
    key: str = ""
    coverage: bool = False
    strict: bool = False
    bands: str = ""
    nodata: str = ""
    vertical: str = ""

    def __post_init__(self) -> None:
        """Refuse what no layer can have; raises Invalid."""
        if self.sharing not in ("open", "staff"):
            raise Invalid("sharing is open or staff", zh="共享方式为公开或内部", field="sharing")
        if self.source_date and not is_day(self.source_date):
            raise Invalid(
                "the date is written like 2026-01-31",
                zh="日期格式如 2026-01-31",
                field="source_date",
            )
        if not re.fullmatch(r"(\d{1,3}(,\d{1,3},\d{1,3})?)?", self.bands):
            raise Invalid(
                "bands are three numbers, red first: 4,3,2, or one for grey",
                zh="波段写三个序号，红在前，如 4,3,2；灰度写一个",
                field="bands",
            )
        if self.nodata not in ("", "0", "255"):
            raise Invalid(
                "a collar without data is 0 or 255",
                zh="无数据边框值为 0 或 255",
                field="nodata",
            )


def is_day(text: str) -> bool:
    """Say whether a text is a day of the calendar that lands had in use: 2026-01-31."""
    try:
        return len(text) == 10 and datetime.date.fromisoformat(text).year >= _FIRST_YEAR
    except ValueError:
        return False


def check_past(day: str) -> None:
    """Refuse a day that has not come yet: as the newest it would hide all until then."""
    today = clock.now().astimezone(timezone.get_default_timezone()).date()
    if day and datetime.date.fromisoformat(day) > today:
        raise Invalid(
            f"the date {day} has not come yet: today is {today}",
            zh=f"日期 {day} 尚未到来，今天是 {today}",
            field="source_date",
        )


def code_of(file: str) -> str:
    """Return a layer code for a file's name: small Latin letters, and one that is still free."""
    latin = "_".join(lazy_pinyin(PurePath(file).stem))
    plain = re.sub(r"[^a-z0-9]+", "_", latin.lower()).strip("_")[:24]
    base = plain if CODE.fullmatch(plain) else f"layer_{plain}".rstrip("_")[:24]
    code, nth = base, 1
    while code in catalogue.layers():
        nth += 1
        code = f"{base}_{nth}"
    return code


def check_code(code: str, field: str = "layer") -> None:
    """Return for a code that a layer may have; raises Invalid."""
    if not CODE.fullmatch(code) or code.endswith("_new"):
        raise Invalid(
            f"{code!r} is no layer code",
            zh=f"图层代码 {code!r} 无效",
            field=field,
            remedy="2 to 31 small letters, digits and underscores, a letter first",
        )


def vector(
    code: str, file: str, datum: str, wishes: Wishes, shape: str, columns: dict[str, Column]
) -> Layer:
    """Return the layer that a file of features makes."""
    name = _name_column(columns)
    return Layer(
        code=code,
        kind="vector",
        shape=shape,
        min_zoom=8,
        max_zoom=17,
        order=_ORDER[shape],
        columns=columns,
        label=name if shape == "polygon" else "",
        style=style(code, shape, name),
        **_common(file, datum, wishes),
    )


def raster(
    code: str, file: str, datum: str, wishes: Wishes, *, heights: bool, order: int, zooms: range
) -> Layer:
    """Return the layer that an image, an elevation model or its relief makes."""
    return Layer(
        code=code,
        kind="raster",
        heights=heights,
        tiled=not heights,
        min_zoom=zooms.start,
        max_zoom=zooms.stop,
        order=order,
        **_common(file, datum, wishes) | {"group": groups.IMAGERY},
    )


def _common(file: str, datum: str, wishes: Wishes) -> dict[str, Any]:
    title = wishes.title_zh or wishes.title_en or PurePath(file).stem
    return {
        "title_zh": title,
        "title_en": wishes.title_en or title,
        "group": groups.IMPORTED,
        "owner": wishes.owner or "planning",
        "datum": "EPSG:4490" if datum in LONLAT else datum,
        "source": wishes.source or file,
        "source_date": wishes.source_date,
        "refresh": "once",
        "sharing": wishes.sharing,
        "attribution": wishes.attribution or wishes.source or file,
    }


def _name_column(columns: dict[str, Column]) -> str:
    """Return the column that names features, "" if none is called so."""
    texts = [name for name, one in columns.items() if one.type == "text" and one.tile]
    wanted = ("name_zh", "name", "mingcheng", "ming_cheng", "title")
    named = [name for name in texts if name in wanted or name.endswith(("_name", "mingcheng"))]
    return named[0] if named else ""


def style(code: str, shape: str, name: str) -> tuple[Paint, ...]:
    """Return how features of a shape are drawn unless somebody says otherwise."""
    day, night = _COLOURS[zlib.crc32(code.encode()) % len(_COLOURS)]
    looks: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
        "point": (
            "circle",
            {"colour": day, "radius": 4, "outline": "#ffffff"},
            {"colour": night, "radius": 4, "outline": "#0f1720"},
        ),
        "line": ("line", {"colour": day, "width": 3}, {"colour": night, "width": 3}),
        "polygon": (
            "fill",
            {"colour": day, "opacity": 0.25, "outline": day},
            {"colour": night, "opacity": 0.25, "outline": night},
        ),
    }
    paints = [Paint(*looks[shape])]
    if name:
        halo = {"day": "#ffffff", "night": "#0f1720"}
        paints.append(
            Paint(
                "label",
                {"colour": day, "halo": halo["day"], "size": 11},
                {"colour": night, "halo": halo["night"], "size": 11},
                text=name,
                text_en=name,
                min_zoom=14,
            )
        )
    return tuple(paints)
