"""Open311 GeoReport v2 at its own address: the positive and the negative checks."""

import datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.test import Client
from lxml import etree

from people import models as people
from places import actions as places
from urban import actions
from urban.models import ApiKey, Case, Report, Source

ASK = {"service_code": "06010", "lat": "34.72", "long": "113.78", "description": "路边垃圾"}


@pytest.fixture(autouse=True)
def fresh_throttle() -> None:
    cache.clear()


@pytest.fixture(scope="module")
def key(callers: Any) -> str:
    return actions.issue_key("the tests")


def get(path: str, **query: Any) -> Any:
    return Client().get(f"/open311/v2/{path}", query)


def post(form: str = "json", **given: Any) -> Any:
    return Client().post(
        f"/open311/v2/requests.{form}",
        urlencode(given, doseq=True),
        content_type="application/x-www-form-urlencoded",
    )


def xml(answer: Any) -> Any:
    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    return etree.fromstring(answer.content)


def test_the_checks_are_all_known(vectors: dict[str, Any]) -> None:
    assert {check["id"] for check in vectors["open311"]["checks"]} == {
        "services.xml", "services.json", "definition", "definition-404", "post-ok", "post-nokey",
        "post-nolocation", "post-latonly", "post-required-attr", "requests-list", "request-one",
        "discovery",
    }  # fmt: skip


def test_services(callers: Any) -> None:
    root = xml(get("services.xml"))
    assert root.tag == "services"
    names = [
        "service_code", "service_name", "description", "metadata", "type", "keywords", "group",
    ]  # fmt: skip
    assert all([child.tag for child in service] == names for service in root)
    answer = get("services.json")
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    rows = answer.json()
    assert isinstance(rows, list) and len(rows) == len(root) == 11
    assert {row["service_code"] for row in rows if row["metadata"]} == {"10999", "P01037"}


def test_definition(callers: Any) -> None:
    root = xml(get("services/P01037.xml"))
    assert (root.tag, root.findtext("service_code")) == ("service_definition", "P01037")
    (attribute,) = root.find("attributes")
    assert [child.tag for child in attribute] == [
        "variable", "code", "datatype", "required", "datatype_description", "order",
        "description", "values",
    ]  # fmt: skip
    assert attribute.findtext("required") == "true"
    assert [child.tag for child in attribute.find("values")[0]] == ["key", "name"]
    assert get("services/P01037.json").json()["attributes"][0]["values"][0]["key"] == "out"


def test_what_does_not_exist_is_404_in_the_form_asked_for(callers: Any) -> None:
    answer = get("services/NOPE.xml")
    assert answer.status_code == 404
    assert xml(answer).findtext("error/code") == "404"
    body = get("services/NOPE.json").json()
    assert body[0]["code"] == 404 and body[0]["description"]
    for path in ("requests/NOPE.json", "tokens/1.xml", "nothing.xml", "nothing", "services.html"):
        assert get(path).status_code == 404, path
    assert Client().delete("/open311/v2/requests.json").status_code == 405


@pytest.mark.parametrize("form", ["xml", "json"])
def test_post(key: str, form: str) -> None:
    answer = post(form, **ASK, api_key=key, first_name="三", last_name="张", phone="139", email="")
    assert answer.status_code == 201, answer.content
    if form == "xml":
        request = xml(answer).find("request")
        number, token = request.findtext("service_request_id"), request.find("token")
    else:
        (row,) = answer.json()
        number, token = row["service_request_id"], row.get("token")
    assert token is None
    case = Case.objects.get(number=number)
    assert (case.source, case.code, case.state) == (Source.OPEN311, "06010", "reported")
    assert (case.report.name, case.report.phone, case.report.email) == ("三 张", "139", "")


def test_post_without_a_known_key(key: str) -> None:
    assert post(**ASK).status_code == 403
    assert post(**ASK, api_key="wrong").status_code == 403
    assert post(**ASK, api_key="").status_code == 403
    gone = actions.issue_key("gone")
    assert actions.revoke_key("gone") == 1
    assert post(**ASK, api_key=gone).status_code == 403
    assert key not in str(list(ApiKey.objects.values()))


LAMP = {"service_code": "P01037", "lat": "34.73", "long": "113.78"}


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"service_code": "06010"}, 400),
        ({"service_code": "06010", "lat": "34.7"}, 400),
        ({"service_code": "06010", "lat": "", "long": ""}, 400),
        ({"service_code": "06010", "lat": "x", "long": "y"}, 400),
        ({"service_code": "06010", "lat": "39.9", "long": "116.4"}, 400),
        ({"service_code": "06010", "address_string": "无此路"}, 400),
        ({"service_code": "06010", "address_id": "7"}, 400),
        ({"lat": "34.7", "long": "113.7"}, 400),
        ({"service_code": "NOPE", "lat": "34.7", "long": "113.7"}, 404),
        (LAMP, 400),
        (LAMP | {"attribute[fault]": ""}, 400),
        (LAMP | {"attribute[fault]": "explodes"}, 400),
        (ASK | {"service_code": "10999", "attribute[depth_cm]": "deep"}, 400),
        (ASK | {"description": "字" * 4001}, 400),
    ],
)
def test_what_cannot_be_filed_is_refused(key: str, given: dict[str, str], status: int) -> None:
    before = Case.objects.count()
    answer = post("xml", **given, api_key=key)
    assert answer.status_code == status, answer.content
    assert xml(answer).findtext("error/description")
    assert Case.objects.count() == before


def test_attributes_and_addresses(key: str) -> None:
    given = LAMP | {"attribute[fault]": "leaning", "media_url": "https://example.org/1.jpg"}
    number = post(**given, api_key=key).json()[0]["service_request_id"]
    answers = Report.objects.get(case__number=number).answers
    assert answers == {"fault": "leaning", "media_url": "https://example.org/1.jpg"}
    row = places.NameRow("人民公园", "People's Park", "park", 113.71, 34.75, "410105")
    places.name_places([row], simulated=False)
    given = {"service_code": "06010", "address_string": "金水区人民公园东门"}
    (row,) = post(**given, api_key=key).json()
    (shown,) = get(f"requests/{row['service_request_id']}.json").json()
    assert (shown["address"], shown["lat"], shown["long"]) == ("金水区人民公园东门", 34.75, 113.71)


def test_one_request_is_still_a_list(key: str, callers: Any) -> None:
    number = post(**ASK, api_key=key).json()[0]["service_request_id"]
    (row,) = get(f"requests/{number}.json").json()
    assert (row["status"], row["service_code"], row["description"]) == ("open", "06010", "路边垃圾")
    assert datetime.datetime.fromisoformat(row["requested_datetime"]).tzinfo
    assert row["expected_datetime"] is None
    case = Case.objects.get(number=number)
    callers["inspector"].take({"id": case.pk}, "verify", found=True)
    for step in ("accept", "register", "dispatch"):
        callers["desk"].take({"id": case.pk}, step)
    request = xml(get(f"requests/{number}.xml")).find("request")
    assert request.findtext("status") == "open" and request.findtext("expected_datetime")
    callers["sweeper"].take({"id": case.pk}, "answer", words="好了")
    callers["inspector"].take({"id": case.pk}, "check", passed=True)
    assert get(f"requests/{number}.json").json()[0]["status"] == "open"  # until it is closed
    callers["desk"].take({"id": case.pk}, "close")
    assert get(f"requests/{number}.json").json()[0]["status"] == "closed"


def test_the_list_and_its_filters(key: str, callers: Any) -> None:
    made = callers["desk"].report(words="只给值班看的话", source="hotline", address="张三家")
    rows = get("requests.json").json()
    assert made["number"] in [row["service_request_id"] for row in rows]
    assert "值班" not in str(rows) and "张三家" not in str(rows)
    assert {row["status"] for row in get("requests.json", status="open").json()} == {"open"}
    assert get("requests.json", status="strange").status_code == 400
    codes = get("requests.json", service_code="P01037").json()
    assert {row["service_code"] for row in codes} == {"P01037"}
    named = get("requests.json", service_request_id=f"{made['number']},none").json()
    assert len(named) == 1
    assert get("requests.json", start_date="2020-01-01T00:00:00Z").json() == []
    assert get("requests.json", start_date="yesterday").status_code == 400
    assert len(xml(get("requests.xml"))) == len(get("requests.json").json())


def test_discovery(callers: Any) -> None:
    root = xml(get("discovery.xml"))
    assert [child.tag for child in root] == ["changeset", "contact", "key_service", "endpoints"]
    endpoint = root.find("endpoints/endpoint")
    tags = ["specification", "url", "changeset", "type", "formats"]
    assert [child.tag for child in endpoint] == tags
    assert endpoint.findtext("url").endswith("/open311/v2")
    assert len(get("discovery.json").json()["endpoints"][0]["formats"]) == 2


def test_words_that_xml_cannot_hold_do_not_break_it(key: str) -> None:
    number = post(**ASK | {"description": "a\x0bb\ufffe"}, api_key=key).json()[0]
    root = xml(get(f"requests/{number['service_request_id']}.xml"))
    assert root.findtext("request/description") == "ab"


def test_keys_are_digests(key: str) -> None:
    assert ApiKey.objects.filter(digest=people.digest(key)).exists()
