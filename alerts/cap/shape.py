"""Polygons and circles as CAP writes them: "lat,lon lat,lon …" closed, and "lat,lon km"."""

import math

import shapely

from alerts.cap.finding import Finding


def polygon_finding(text: str, path: str) -> Finding | None:
    """Return the first thing that is wrong with a polygon."""
    points = _points(text)
    if points is None:
        return Finding(
            "polygon_format", path, "a polygon is written lat,lon lat,lon …",
            "多边形应写为“纬度,经度 纬度,经度 …”",
        )  # fmt: skip
    outside = _outside(points, path)
    if outside is not None:
        return outside
    if len(points) < 4:
        return Finding(
            "polygon_too_few_points", path, "a polygon needs four points or more",
            "多边形至少需要四个点",
        )  # fmt: skip
    if points[0] != points[-1]:
        return Finding(
            "polygon_not_closed", path, "the first and the last point must be the same",
            "多边形首尾点必须相同",
        )  # fmt: skip
    if not shapely.Polygon([(lon, lat) for lat, lon in points]).is_valid:
        return Finding("polygon_crosses", path, "the polygon crosses itself", "多边形自相交")
    return None


def circle_finding(text: str, path: str) -> Finding | None:
    """Return the first thing that is wrong with a circle."""
    parts = text.split()
    centre = _points(parts[0]) if len(parts) == 2 else None
    try:
        radius = float(parts[1]) if len(parts) == 2 else -1.0
    except ValueError:
        radius = -1.0
    if centre is None or not 0 <= radius < math.inf:
        return Finding(
            "circle_format", path, "a circle is written lat,lon radius (km)",
            "圆应写为“纬度,经度 半径（千米）”",
        )  # fmt: skip
    return _outside(centre, path)


def _points(text: str) -> list[tuple[float, float]] | None:
    try:
        points = [(float(lat), float(lon)) for lat, lon in (one.split(",") for one in text.split())]
    except ValueError:
        return None
    finite = all(math.isfinite(number) for point in points for number in point)
    return points if points and finite else None


def _outside(points: list[tuple[float, float]], path: str) -> Finding | None:
    if any(abs(lat) > 90 for lat, _ in points):
        return Finding(
            "latitude_out_of_range", path,
            "a latitude is beyond 90 degrees: the order is lat,lon",
            "纬度超过 90 度：顺序应为“纬度,经度”",
        )  # fmt: skip
    if any(abs(lon) > 180 for _, lon in points):
        return Finding(
            "longitude_out_of_range", path, "a longitude is beyond 180 degrees", "经度超过 180 度"
        )
    return None
