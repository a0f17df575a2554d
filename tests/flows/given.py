"""Bodies and queries of the rights walk: what nobody could find fault with, for every route."""

import datetime
from typing import Any

AREA = {
    "type": "Polygon",
    "coordinates": [[[113.5, 34.6], [113.7, 34.6], [113.7, 34.8], [113.5, 34.8], [113.5, 34.6]]],
}
PLUME = {
    "rate_g_s": 1.0,
    "wind_m_s": 3.0,
    "wind_from_deg": 0.0,
    "danger_mg_m3": 10.0,
    "caution_mg_m3": 1.0,
}
SPOT = {"lon": 113.6, "lat": 34.7}
_RULE = {
    "kind": "threshold",
    "title_zh": "测试",
    "title_en": "Test",
    "property": "rain",
    "when": {"levels": [{"severity": 4, "above": 1e6}]},
}
_WARNING = {"event": "fog", "colour": 4, "area": AREA}
_RECIPIENT = {"name": "值班室", "channel": "mail", "address": "a@city.example"}
_CLOSURE = {"geometry": AREA, "reason": "works"}
_CASE = {"kind": "matter", "code": "06010", **SPOT}

_BY_LAST_STEP: dict[str, Any] = {
    "measure": {"geometry": AREA},
    "select": {},
    "export": {},
    "joined": {"to": {"layer": "grid"}},
    "figures": {"zones": {"layer": "grid"}},
    "warnings": _WARNING,
    "{warning_id}": _WARNING,
    "channels": _RECIPIENT,
    "{recipient_id}": _RECIPIENT,
    "count": {"area": AREA},
    "refuse": {"words": "再核实"},
    "closures": _CLOSURE,
    "{closure_id}": _CLOSURE,
    "token": {"username": "nobody", "password": "wrong"},
    "me": {"language": "en"},
    "comment": {"words": "看到了"},
    "resolve": {"outcome": "test"},
    "acknowledge": {},
    "{key}": _RULE,
    "Sensors": {"name": "walk", "encodingType": "text/plain", "metadata": "none"},
    "announced": {"file": "walk.geojson", "size": 9},
    "answer": {"datum": "EPSG:4490"},
    "analyses": {"kind": "slope"},
    "seedings": {},
    "profile": {"line": {"type": "LineString", "coordinates": [[113.6, 34.7], [113.7, 34.7]]}},
    "inside": {"area": AREA},
    "affected": {"area": AREA},
    "reach": {**SPOT, "minutes": 5},
    "verify": {"found": True},
    "check": {"passed": True},
    "incidents": {"words": "着火"},
    "proposal": {"words": "着火"},
    "{incident_id}": {"severity": 1},
    "notes": {"words": "看到了"},
    "close": {"outcome": "test"},
    "status": {"status": "available"},
    "position": {**SPOT, "datum": "wgs84"},
    "{model}": {"given": PLUME},
}


def fence(number: int) -> dict[str, Any]:
    """Return a fence nobody has drawn yet."""
    names = {"name_zh": "围栏", "name_en": "Fence"}
    return {"code": f"walk-{number}", **names, "scope": "410105", "geometry": AREA}


def body(route: str, number: int, ids: dict[str, int]) -> Any:
    """Return what a route is given, with a number of its own and the ids of the scene."""
    now = datetime.datetime.now(datetime.UTC).isoformat()
    unit = ids["unit_id"]
    bound: dict[str, Any] = {
        "assign": {"user": ids["dispatcher_id"]},
        "new": {
            "code": f"walk_{number}",
            "shape": "point",
            "title_zh": "井",
            "look": {"day": "#3464a8", "night": "#86abe0"},
        },
        "definition": {"version": "none", "title_zh": "网格"},
        "rules": {**_RULE, "key": f"walk_{number}"},
        "fences": fence(number),
        "{code}": fence(number) if "fences" in route else None,
        "reports": {"given": {}} if "incidents" in route else _CASE,
        "Observations": {"phenomenonTime": now, "result": 1.0},
        "positions": {"thing": ids["thing_id"], "time": now, **SPOT},
        "dispatch": {"units": [unit]},
        "link": {"kind": "case", "id": ids["case_id"]},
        "crew": {"crew": [ids["crew_id"]]},
        "tasks": {"minutes": 5, "unit": unit},
        "start": {"incident": ids["incident_id"]},
    }
    last = route.rsplit("/", 1)[1]
    return bound.get(last, _BY_LAST_STEP.get(last))


def query(route: str) -> dict[str, Any]:
    """Return the query of a route that asks for one."""
    now = datetime.datetime.now(datetime.UTC)
    past = {"from": (now - datetime.timedelta(minutes=1)).isoformat(), "to": now.isoformat()}
    way = {"from": "113.6,34.7", "to": "113.61,34.71"}
    by_end: dict[str, dict[str, Any]] = {
        "/template": {"event": "fog", "colour": 4},
        "/places": {"q": "路"},
        "/search": {"q": "路"},
        "/state": {"at": now.isoformat()},
        "/replay": past,
        "/replay/marks": past,
        "/review": past,
        "/review.csv": past,
        "/route": way,
        "/nearest": way,
        "/along": {"through": "113.6,34.7;113.61,34.71"},
        "/identify": SPOT,
        "/elevation": SPOT,
    }
    return next((given for end, given in by_end.items() if route.endswith(end)), {})
