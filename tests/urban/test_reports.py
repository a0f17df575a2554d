"""Reports from staff and citizens: what is taken, what is refused with its sentence."""

import uuid
from typing import Any

import pytest
from django.core.cache import cache

from people.models import digest
from urban.models import Case, Report

HERE = {"kind": "matter", "code": "06010", "lon": 113.62, "lat": 34.845}


@pytest.fixture(autouse=True)
def fresh_throttle() -> None:
    cache.clear()


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"lon": 116.4, "lat": 39.9}, 422, "lon"),
        ({"lon": 34.75, "lat": 113.62}, 422, "lon"),
        ({"lon": 1e300}, 422, "lon"),
        ({"datum": "mars"}, 400, "datum"),
        ({"code": "99999"}, 400, "code"),
        ({"kind": "part"}, 400, "code"),
        ({"lat": "north"}, 400, "lat"),
        ({"lat": None}, 400, "lat"),
        ({"taken_at": "2999-01-01T00:00:00+08:00"}, 400, "taken_at"),
        ({"key": "not-a-uuid"}, 400, "key"),
        ({"condition": "none"}, 400, "condition"),
        ({"words": "字" * 4001}, 400, "words"),
        ({"words": "a\x00b"}, 400, "words"),
        ({"part_code": "4101020101"}, 400, "part_code"),
    ],
)
@pytest.mark.parametrize("path", ["/cases/reports", "/public/reports"])
def test_what_cannot_be_taken_is_refused_with_its_sentence(
    callers: Any, path: str, change: dict[str, Any], status: int, field: str
) -> None:
    if path.startswith("/public") and field in ("part_code", "condition"):
        return  # not asked of citizens
    before = Case.objects.count()
    answer = callers["inspector"].post(path, **HERE | change)
    assert (answer.status_code, answer.json()["field"]) == (status, field), answer.content
    assert answer.json()["detail"] and answer.json()["detail_zh"]
    assert Case.objects.count() == before


def test_a_datum_is_believed_and_shifted(callers: Any) -> None:
    plain = callers["inspector"].report(lon=113.625328, lat=34.746611)
    shifted = callers["inspector"].report(lon=113.631374605043, lat=34.745428383332, datum="gcj02")
    assert abs(plain["lon"] - shifted["lon"]) < 1e-6 and abs(plain["lat"] - shifted["lat"]) < 1e-6


def test_a_body_that_is_no_object_is_refused(callers: Any) -> None:
    caller = callers["inspector"]
    answer = caller.client.post(
        "/api/v1/cases/reports", "[1]", content_type="application/json", headers=caller.more
    )
    assert answer.status_code == 400


def test_a_citizen_reports_and_follows(callers: Any, photo: Any) -> None:
    key, stranger = str(uuid.uuid4()), callers["stranger"]
    given = HERE | {"key": key, "words": "垃圾", "name": "张三", "phone": "139", "photo": photo()}
    answer = stranger.form("/public/reports", **given)
    assert answer.status_code == 201, answer.content
    made = answer.json()
    again = stranger.form("/public/reports", **given | {"photo": photo()})
    assert (again.status_code, again.json()) == (200, made)
    token = made["token"]
    assert made["follow"] == f"/report/{token}/"
    row = Report.objects.get(follow=digest(token))
    assert token not in str(vars(row))
    look = stranger.get(f"/public/reports/{token}").json()
    assert (look["number"], look["state"], look["answer"]) == (made["number"], "reported", None)
    assert look["state_zh"] == "已收到，正在核实" and "张三" not in str(look)
    case = {"id": row.case_id}
    callers["inspector"].take(case, "verify", found=True)
    callers["desk"].take(case, "accept")
    callers["desk"].take(case, "register")
    callers["desk"].take(case, "dispatch")
    answered = callers["sweeper"].form(
        f"/cases/{row.case_id}/answer", words="已清理", photo=photo("PNG")
    )
    assert answered.status_code == 200
    assert stranger.get(f"/public/reports/{token}").json()["answer"] is None
    callers["inspector"].take(case, "check", passed=True)
    callers["desk"].take(case, "close")
    done = stranger.get(f"/public/reports/{token}").json()
    assert (done["state_zh"], done["answer"], done["ended"]) == ("已办结", "已清理", True)
    (shown,) = done["photos"]
    assert stranger.get(shown["url"].removeprefix("/api/v1")).status_code == 200
    first = row.case.photos.earliest("pk")  # the reporter's own is not handed out by the link
    assert stranger.get(f"/public/reports/{token}/photos/{first.pk}").status_code == 404


def test_a_joined_report_tells_of_the_other_one(callers: Any) -> None:
    stranger = callers["stranger"]
    spots = ({"lon": 113.63, "lat": 34.845}, {"lon": 113.6301, "lat": 34.845})
    first, second = (stranger.post("/public/reports", **HERE | spot).json() for spot in spots)
    ids = [Case.objects.get(number=each["number"]).pk for each in (first, second)]
    callers["desk"].take({"id": ids[1]}, "merge", into=ids[0])
    look = stranger.get(f"/public/reports/{second['token']}").json()
    assert (look["joined"], look["state"]) == (first["number"], "reported")


def test_a_wrong_link_opens_nothing(callers: Any) -> None:
    assert callers["stranger"].get("/public/reports/nothing").status_code == 404


def test_strangers_are_counted_by_address(callers: Any) -> None:
    codes = [
        callers["stranger"].post("/public/reports", **HERE | {"code": "?"}).status_code
        for _ in range(22)
    ]
    assert codes[0] == 400 and codes[-1] == 429
