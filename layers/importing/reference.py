"""What an elevation model's numbers refer to: unit, horizontal and vertical datum."""

from pathlib import Path
from typing import Any

from pyproj import CRS

from layers.importing import datum, rasters
from layers.importing.rasters import refused

METRES = ("", "m", "metre", "meter", "metres", "meters")
SRTM = "EGM96"  # every .hgt file is of the Shuttle's mission


def told(path: Path, crs: str, declared: str) -> dict[str, Any]:
    """Return `unit`, `horizontal` and `vertical`, "" for what nobody said.

    What is declared goes before what the file says. Raises Unreadable for heights in feet.
    """
    frame = CRS.from_user_input(crs)
    with rasters.opened(path) as source:
        unit = (source.units[0] or "").strip().lower()
    vertical = _vertical(frame)
    if vertical is not None:
        unit = unit or str(vertical.axis_info[0].unit_name).lower()
    if unit not in METRES:
        raise refused(
            f"its heights are in {unit[:20]}, not in metres",
            f"高程单位为 {unit[:20]}，不是米",
            "convert them to metres",
        )
    own = SRTM if path.suffix.lower() == ".hgt" else ""
    return {
        "unit": "m",
        "horizontal": datum.named(crs) or frame.name,
        "vertical": declared or (vertical.name if vertical is not None else own),
    }


def _vertical(frame: CRS) -> CRS | None:
    """Return the vertical part of a compound frame."""
    return next((part for part in frame.sub_crs_list if part.is_vertical), None)
