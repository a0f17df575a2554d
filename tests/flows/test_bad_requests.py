"""Nonsense at every address of the API and at the pages: refused with a sentence, never a crash."""

import socket
import urllib.parse
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from people import actions
from people.models import Role

NASTY: list[Any] = [
    None,
    True,
    0,
    -1,
    2**31,
    2**63,
    10**30,
    -(10**30),
    1.5,
    "",
    " ",
    "\x00",
    "a\x00b",
    "'; DROP TABLE feed_event; --",
    "%s%n{}",
    "x" * 5000,
    "\U0001f4a7",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-11-21T00:00:00",
    [],
    {},
    [[[[[[]]]]]],
    {"type": "Polygon", "coordinates": [[[0, 0], [1e308, 1], [1, 1], [0, 0]]]},
    {"type": "Point", "coordinates": ["x"]},
]


@pytest.fixture(scope="module")
def admin(city: Any) -> Iterator[httpx.Client]:
    """A client with every right."""
    with city.live.client(actions.issue_token(city.person(Role.ADMIN))[0]) as client:
        yield client


def operations(schema: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def members(schema: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
    """Return the properties of an operation's JSON body."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    found = content.get("schema", {})
    for each in (found, *found.get("anyOf", [])):
        if "$ref" in each:
            named: dict[str, Any] = schema["components"]["schemas"][each["$ref"].split("/")[-1]]
            properties: dict[str, Any] = named.get("properties", {})
            return properties
    return {}


def crash(answer: httpx.Response) -> str:
    """Say what is wrong with an answer to nonsense, if anything is."""
    if answer.status_code >= 500:
        return f"{answer.status_code}: {answer.text[:80]!r}"
    if answer.status_code < 400 or not answer.request.url.path.startswith("/api/"):
        return ""
    if answer.headers["content-type"] != "application/problem+json":
        return f"{answer.status_code} as {answer.headers['content-type']}"
    problem = answer.json()
    whole = problem["detail"] and problem.get("detail_zh") and len(answer.content) < 50_000
    return "" if whole else f"not whole: {answer.text[:200]}"


Case = tuple[str, str, dict[str, Any]]


def cases(schema: dict[str, Any]) -> Iterator[Case]:
    """Yield requests with one nasty value each: in the path, in the query, in the body."""
    for method, path, operation in operations(schema):
        named = [
            f"{{{each['name']}}}" for each in operation.get("parameters", []) if _in(each, "path")
        ]
        asked = [each["name"] for each in operation.get("parameters", []) if _in(each, "query")]
        body = members(schema, operation)
        good = {name: _fitting(body[name]) for name in body}
        for value in NASTY:
            for name in named:
                yield method, _filled(path.replace(name, _segment(value)), named), {"json": good}
            for name in asked:
                yield method, _filled(path, named), {"params": {name: str(value)}}
            for name in body:
                yield method, _filled(path, named), {"json": good | {name: value}}
            if operation.get("requestBody"):
                yield method, _filled(path, named), {"json": value}


def _in(parameter: dict[str, Any], place: str) -> bool:
    return bool(parameter["in"] == place)


def _segment(value: Any) -> str:
    return urllib.parse.quote(str(value)[:1000], safe="") or "-"


def _filled(path: str, names: list[str]) -> str:
    for name in names:
        path = path.replace(name, "1")
    return path


def test_every_parameter_and_member_of_the_api(admin: httpx.Client) -> None:
    wrong = {}
    count = 0
    for method, path, more in cases(admin.get("/api/v1/openapi.json").json()):
        count += 1
        found = crash(admin.request(method, path, **more))
        if found:
            wrong[f"{method} {path} {str(more)[:80]}"] = found
    assert count > 1000
    assert not wrong, "\n".join(f"{case}: {found}" for case, found in [*wrong.items()][:30])


def _fitting(schema: dict[str, Any]) -> Any:
    kinds = [schema.get("type"), *(each.get("type") for each in schema.get("anyOf", []))]
    examples = {"string": "x", "integer": 1, "number": 1.0, "object": {}, "array": []}
    return next((examples[kind] for kind in kinds if kind in examples), None)


BODIES = [b"{", b"\xff\xfe", b"[" * 100_000, b'"\\u0000"', b"NaN", b"9" * 6000]


@pytest.mark.parametrize("body", BODIES, ids=lambda body: repr(body[:10]))
def test_bodies_that_are_no_json(admin: httpx.Client, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    for method, path in (
        ("POST", "/api/v1/rules"),
        ("PUT", "/api/v1/rules/x"),
        ("POST", "/api/v1/fences"),
        ("PATCH", "/api/v1/me"),
    ):
        answer = admin.request(method, path, content=body, headers=headers)
        assert answer.status_code in (400, 404, 422) and not crash(answer), answer.text


@pytest.mark.parametrize("nasty", ["\x00", "a\x00b", "x" * 100_000, "'\"<>", "\U0001f4a7", "%00"])
def test_sign_in_with_nonsense(city: Any, nasty: str) -> None:
    with city.live.client() as client:
        for given in ({"username": nasty, "password": "x"}, {"username": "x", "password": nasty}):
            answer = client.post("/api/v1/auth/token", json=given)
            assert answer.status_code in (400, 401, 429), answer.text[:200]
            assert not crash(answer)
        assert client.get("/login/").status_code == 200
        form = {"username": nasty, "password": nasty}
        form["csrfmiddlewaretoken"] = client.cookies["csrftoken"]
        assert client.post("/login/", data=form).status_code < 500


HEADERS = [
    ("Cookie", b"sessionid=\x01\x02"),
    ("Cookie", b"sessionid=" + b"x" * 8000),
    ("Cookie", b"csrftoken=%00; sessionid=%00"),
    ("Accept-Language", b"\xff,,,;q=zz"),
    ("Accept-Language", b",".join(b"x%d" % n for n in range(2000))),
    ("Host", b"evil.example"),
    ("Host", b"["),
    ("Authorization", b"Bearer \xff\xfe"),
    ("Content-Type", b"multipart/form-data"),
    ("Content-Type", b"application/json; charset=utf-9"),
    ("If-Modified-Since", b"yesterday"),
    ("X-Forwarded-For", b"x" * 500),
    ("Range", b"bytes=9-1"),
]
PAGES = [
    "/",
    "/login/",
    "/api/v1/me",
    "/readyz",
    "/tiles/divisions/1/1/1.mvt",
    "/nowhere",
    "/a%00b",
]


@pytest.mark.parametrize(("name", "value"), HEADERS, ids=lambda each: repr(each[:20]))
def test_headers_that_are_nonsense(city: Any, name: str, value: bytes) -> None:
    for path in PAGES:
        lines = [f"GET {path} HTTP/1.1", "Connection: close"]
        lines += [] if name == "Host" else ["Host: localhost"]
        head = "\r\n".join([*lines, f"{name}: "]).encode() + value + b"\r\n\r\n"
        with socket.create_connection(("127.0.0.1", city.live.port), timeout=60) as line:
            line.sendall(head)
            status = int(line.makefile("rb").readline().split()[1])
        assert status < 500, (path, status)
