"""What becomes of a case, step by step: desk, inspector and department, each at their post."""

from typing import Any

from city.night.cast import Cast, key
from city.night.person import Person
from city.night.picture import photo

_DEPARTMENT = "drainage"  # whose responder is in the cast; the others answer another day


class Casework:
    """Takes the next legal step of each case that was reported in this night."""

    def __init__(self, cast: Cast) -> None:
        self._cast = cast
        self._ours: set[int] = set()

    async def take(self, event: dict[str, Any]) -> None:
        """Look at what happened to a case, and do what follows."""
        case = event["data"]
        if event["kind"] == "report":
            self._ours.add(case["id"])
        if case["id"] not in self._ours:
            return
        self._cast.book.kept["cases"].add(case["id"])
        step = self._next(case)
        if step is None:
            return
        who, name, body = step
        path = f"/cases/{case['id']}/{name}"
        await self._cast.does(who, f"case {name}", path, {**body, "key": key()})

    def _next(self, case: dict[str, Any]) -> tuple[Person, str, dict[str, Any]] | None:
        desk, state = self._cast.dispatcher, case["state"]
        public = case["source"] in ("public", "hotline", "open311")
        if state == "reported":
            return desk, "send_verify" if public else "accept", {}
        if state in ("verifying", "checking"):
            name, said = ("verify", "found") if state == "verifying" else ("check", "passed")
            return self._inspector(case), name, {said: True}
        steps = {
            "verified": "accept",
            "accepted": "register",
            "registered": "dispatch",
            "answered": "send_check",
            "passed": "close",
        }
        if state in steps:
            return desk, steps[state], {}
        if case["department"] == _DEPARTMENT and state in ("dispatched", "handling"):
            step = "handle" if state == "dispatched" else "answer"
            return self._cast.responder, step, {"words": "已排水，路面恢复通行"}
        return None

    def _inspector(self, case: dict[str, Any]) -> Person:
        """Cases outside the inspector's own district are a supervisor's."""
        inspector = self._cast.inspector
        inside = any(case["scope"].startswith(area) for area in inspector.areas)
        return inspector if inside else self._cast.supervisor


async def report_by_citizen(cast: Cast, number: int, lon: float, lat: float) -> None:
    """Let somebody report standing water or a manhole, with a photo."""
    kind = ("matter", "10999") if number % 3 else ("part", "01003")
    fields = {
        "kind": kind[0],
        "code": kind[1],
        "lon": f"{lon:.6f}",
        "lat": f"{lat:.6f}",
        "datum": "wgs84",
        "words": "积水没过马路牙子，请尽快处理",
        "key": key(),
    }
    files = [("photo", ("rain.jpg", "image/jpeg", photo(number)))]
    answer = await cast.citizen.upload("/public/reports", fields, files)
    cast.book.did("citizen report")
    cast.book.tokens.append(answer["token"])


async def report_by_inspector(cast: Cast, number: int, lon: float, lat: float) -> None:
    """Let the inspector's app send a report twice with one key: there must be one receipt."""
    fields = {
        "kind": "matter",
        "code": "10999",
        "lon": f"{lon:.6f}",
        "lat": f"{lat:.6f}",
        "datum": "wgs84",
        "accuracy": "8",
        "words": "巡查发现道路积水",
        "key": key(),
    }
    files = [("photo", ("rain.jpg", "image/jpeg", photo(500 + number)))]
    first = await cast.inspector.upload("/cases/reports", fields, files)
    again = await cast.inspector.upload("/cases/reports", fields, files)
    cast.book.did("inspector report")
    cast.book.kept["cases"].add(first["case"]["id"])
    if first["receipt"]["number"] != again["receipt"]["number"]:
        cast.book.surprised("one key made two cases")
