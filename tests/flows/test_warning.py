"""A public warning through the front door: composed, approved, on the Atom feed, delivered, ended.

The receivers are real: an SMTP server and an HTTP server of the test, which check what they get.
"""

import email
import email.policy
import hashlib
import hmac
import http.server
import json
import queue
import signal
import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from lxml import etree

from alerts.cap.read import check
from alerts.models import Delivery
from people.models import Role

BOX = [[113.6, 34.7], [113.7, 34.7], [113.7, 34.8], [113.6, 34.8], [113.6, 34.7]]
AREA = {"type": "Polygon", "coordinates": [BOX]}
CAP = {"c": "urn:oasis:names:tc:emergency:cap:1.2"}
ATOM = {"a": "http://www.w3.org/2005/Atom"}
VECTORS = json.loads((Path(__file__).parents[1] / "frames/cap/vectors.json").read_text("utf-8"))


class Hooks(http.server.ThreadingHTTPServer):
    """Takes webhooks; `answers` are given in turn, then 200."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Hook)
        self.heard: queue.Queue[tuple[str, dict[str, str], bytes]] = queue.Queue()
        self.answers: list[int] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Hook(http.server.BaseHTTPRequestHandler):
    server: Hooks

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.put((self.path, dict(self.headers), body))
        self.send_response(self.server.answers.pop(0) if self.server.answers else 200)
        self.send_header("Location", f"{self.server.url}/elsewhere")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


class Letters(socketserver.ThreadingTCPServer):
    """A mail server that keeps what it takes."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Letter)
        self.heard: queue.Queue[bytes] = queue.Queue()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}?from=warning@city.example"


class _Letter(socketserver.StreamRequestHandler):
    server: Letters

    def handle(self) -> None:
        self.say("220 test")
        while word := self.rfile.readline().split()[:1]:
            if word[0].upper() == b"DATA":
                self.say("354 go on")
                lines = list(iter(self.rfile.readline, b".\r\n"))
                self.server.heard.put(b"".join(lines))
            self.say("221 bye" if word[0].upper() == b"QUIT" else "250 ok")

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def serving(server: Any) -> Iterator[Any]:
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def hooks() -> Iterator[Hooks]:
    with serving(Hooks()) as server:
        yield server


@pytest.fixture
def letters() -> Iterator[Letters]:
    with serving(Letters()) as server:
        yield server


class House:
    """A running web process and the clients of two people."""

    def __init__(self, live: Any, tokens: dict[str, str]) -> None:
        self.live, self.tokens = live, tokens

    def ask(self, who: str, method: str, path: str, **more: Any) -> httpx.Response:
        with self.live.client(self.tokens[who]) as client:
            return client.request(method, path, **more)

    def done(self, who: str, path: str, **body: Any) -> dict[str, Any]:
        answer = self.ask(who, "POST", f"/api/v1/{path}", json=body)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    def recipient(self, channel: str, address: str, **more: Any) -> dict[str, Any]:
        body = {"name": channel, "channel": channel, "address": address, **more}
        return self.done("sun", "channels", **body)

    def issue(self, **more: Any) -> dict[str, Any]:
        body = {"event": "rainstorm", "colour": 1, "area": AREA, "source": "incident:17"} | more
        row = self.done("ding", "warnings", **body)
        self.done("ding", f"warnings/{row['id']}/submit")
        return self.done("sun", f"warnings/{row['id']}/approve")

    def atom(self) -> Any:
        with self.live.client() as client:
            return etree.fromstring(client.get("/alerts/cap.atom").content)


@pytest.fixture(scope="module")
def web(start_web: Any) -> Any:
    """One web process for all nights: the database is emptied between them."""
    return start_web(ZHIHUI_WEBHOOK_PRIVATE="1")


@pytest.fixture
def house(real: None, web: Any, enrol: Any, token: Any) -> House:
    live = web.emptied()
    people = {"ding": Role.DISPATCHER, "sun": Role.SUPERVISOR, "pan": Role.PLANNER}
    return House(live, {name: token(enrol(name, role)) for name, role in people.items()} | {"": ""})


def work(spawn: Any, mail: str = "") -> Any:
    return spawn("worker", ZHIHUI_WEBHOOK_PRIVATE="1", ZHIHUI_SMTP_URL=mail)


def verified(secret: str, headers: dict[str, str], body: bytes) -> dict[str, Any]:
    """Check the signature as docs/warnings.md tells receivers to, and return the content."""
    stamp = headers["Zhihui-Timestamp"]
    expected = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    assert headers["Zhihui-Signature"] == f"v1={expected}"
    assert abs(time.time() - int(stamp)) < 60
    content = json.loads(body)
    assert headers["Zhihui-Delivery"] == content["id"]
    return content


def attached(raw: bytes) -> tuple[str, bytes]:
    letter = email.message_from_bytes(raw, policy=email.policy.default)
    (part,) = [p for p in letter.walk() if p.get_content_type() == "application/cap+xml"]
    return str(letter["Subject"]), part.get_payload(decode=True)


def test_a_night_of_one_warning(house: House, spawn: Any, hooks: Hooks, letters: Letters) -> None:
    secret = house.recipient("webhook", f"{hooks.url}/tv?key=1")["secret"]
    house.recipient("mail", "duty@city.example")
    work(spawn, letters.url)
    draft = house.done("ding", "warnings", event="rainstorm", colour=1, area=AREA)
    assert house.ask("sun", "GET", f"/api/v1/warnings/{draft['id']}/cap").json()["findings"] == []
    house.done("ding", f"warnings/{draft['id']}/submit")
    refused = house.ask("ding", "POST", f"/api/v1/warnings/{draft['id']}/approve")
    assert refused.status_code == 403 and refused.json()["detail_zh"]
    assert house.atom().findall("a:entry", ATOM) == []
    row = house.done("sun", f"warnings/{draft['id']}/approve", version=2)
    assert row["state"] == "issued"

    # anybody reads it, byte by byte what was delivered
    (entry,) = house.atom().findall("a:entry", ATOM)
    href = entry.find("a:link", ATOM).get("href")
    with house.live.client() as client:
        served = client.get(href)
        assert served.headers["content-type"].startswith("application/cap+xml")
        assert check(served.content) == []
        tag = client.get("/alerts/cap.atom").headers["etag"]
        again = client.get("/alerts/cap.atom", headers={"If-None-Match": tag})
        assert again.status_code == 304 and again.content == b""
    path, headers, body = hooks.heard.get(timeout=60)
    content = verified(secret, headers, body)
    assert path == "/tv?key=1" and content["type"] == "warning.issued"
    assert content["cap"].encode() == served.content
    subject, cap = attached(letters.heard.get(timeout=60))
    assert cap == served.content and "暴雨红色预警" in subject

    # an update takes its place, an end ends it, both by two people
    newer = house.done("ding", f"warnings/{row['id']}/update")
    house.done("ding", f"warnings/{newer['id']}/submit")
    newer = house.done("sun", f"warnings/{newer['id']}/approve")
    assert newer["identifier"] in etree.tostring(house.atom()).decode()
    assert row["identifier"] + ".xml" not in etree.tostring(house.atom()).decode()
    assert verified(secret, *hooks.heard.get(timeout=60)[1:])["type"] == "warning.updated"
    end = house.done("ding", f"warnings/{newer['id']}/end", how="cancel")
    house.done("sun", f"warnings/{end['id']}/approve")
    assert house.atom().findall("a:entry", ATOM) == []
    content = verified(secret, *hooks.heard.get(timeout=60)[1:])
    assert content["type"] == "warning.ended"
    cancel = etree.fromstring(content["cap"].encode())
    assert cancel.findtext("c:msgType", namespaces=CAP) == "Cancel"
    assert row["identifier"] in cancel.findtext("c:references", namespaces=CAP)
    with house.live.client() as client:  # the first one's bytes stay where they were
        assert client.get(href).content == served.content
    told = house.ask("ding", "GET", f"/api/v1/warnings/{row['id']}").json()
    assert [step["kind"] for step in told["history"]] == [
        "drafted", "submitted", "issued", "updated",
    ]  # fmt: skip
    assert {one["state"] for one in told["deliveries"]} == {"delivered"}


def test_an_exercise_is_in_no_public_place(house: House, spawn: Any, hooks: Hooks) -> None:
    house.recipient("webhook", f"{hooks.url}/public")
    house.recipient("webhook", f"{hooks.url}/inside", internal=True)
    work(spawn)
    row = house.issue(status="Exercise")
    assert hooks.heard.get(timeout=60)[0] == "/inside" and hooks.heard.empty()
    assert house.atom().findall("a:entry", ATOM) == []
    with house.live.client() as client:
        answer = client.get(f"/alerts/cap/{row['identifier']}.xml")
        assert answer.status_code == 404 and answer.json()["detail_zh"]


def test_one_that_stumbles_is_tried_again_under_the_same_id(
    house: House, spawn: Any, hooks: Hooks, eventually: Any
) -> None:
    hooks.answers = [503]
    house.recipient("webhook", hooks.url)
    work(spawn)
    house.issue()
    first, second = hooks.heard.get(timeout=60), hooks.heard.get(timeout=60)
    assert first[1]["Zhihui-Delivery"] == second[1]["Zhihui-Delivery"]
    sent = eventually(lambda: Delivery.objects.filter(state="delivered").first())
    assert sent.attempts == 2


def test_a_redirect_is_not_followed_and_the_failure_is_seen(
    house: House, spawn: Any, hooks: Hooks, eventually: Any
) -> None:
    hooks.answers = [307]
    house.recipient("webhook", hooks.url)
    work(spawn)
    row = house.issue()
    path = f"/api/v1/warnings/{row['id']}"
    eventually(lambda: house.ask("ding", "GET", path).json()["undelivered"] == 1)
    (failed,) = house.ask("sun", "GET", "/api/v1/deliveries?state=failed").json()["items"]
    assert "307" in failed["error_zh"] and hooks.heard.get(timeout=60)[0] == "/"
    house.done("sun", f"deliveries/{failed['id']}/resend")
    eventually(lambda: house.ask("ding", "GET", path).json()["undelivered"] == 0)
    assert hooks.heard.get(timeout=60)[1]["Zhihui-Delivery"] == failed["uid"]


@pytest.fixture(params=["refused", "silent", "black hole"])
def nowhere(request: pytest.FixtureRequest) -> Iterator[int]:
    """Ports behind which nobody is of any use."""
    with ExitStack() as stack, socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = int(sock.getsockname()[1])
        if request.param == "silent":
            sock.listen(64)
        if request.param == "black hole":
            sock.listen(0)
            _fill(stack, port)
        yield port


def _fill(stack: ExitStack, port: int) -> None:
    for _ in range(16):
        line = stack.enter_context(socket.socket())
        line.settimeout(0.3)
        try:
            line.connect(("127.0.0.1", port))
        except TimeoutError:
            return
    raise AssertionError("the queue never filled")


def test_the_outside_away_delays_nobody(
    house: House, spawn: Any, hooks: Hooks, nowhere: int, eventually: Any
) -> None:
    for number in range(3):
        house.recipient("webhook", f"http://127.0.0.1:{nowhere}/{number}")
    house.recipient("mail", "duty@city.example")
    house.recipient("webhook", hooks.url)
    begun = time.monotonic()
    house.issue()
    calm = time.monotonic() - begun  # what it takes on this machine while nobody delivers
    worker = work(spawn, f"smtp://127.0.0.1:{nowhere}")
    begun = time.monotonic()
    row = house.issue()
    assert time.monotonic() - begun < 3 * calm + 3
    hooks.heard.get(timeout=60)  # who can be reached is reached beside the others
    begun = time.monotonic()
    end = house.done("ding", f"warnings/{row['id']}/end")
    house.done("sun", f"warnings/{end['id']}/approve")
    assert time.monotonic() - begun < 3 * calm + 3
    eventually(lambda: Delivery.objects.filter(attempts__gt=0).exclude(error_zh="").exists(), 30)
    worker.terminate()
    assert worker.wait(60) in (0, -signal.SIGTERM)


def test_messages_of_others_come_in_by_token(house: House) -> None:
    xml = next(c["xml"] for c in VECTORS["cases"] if c["id"] == "severity-colour").encode()

    def post(who: str, content: bytes) -> httpx.Response:
        return house.ask(who, "POST", "/alerts/cap", content=content)

    assert post("", xml).status_code == 401
    assert post("pan", xml).status_code == 403
    first = post("ding", xml)
    assert first.status_code == 201 and first.json()["translated"][0]["before"] == "Red"
    assert post("ding", xml).status_code == 200
    assert post("ding", xml.replace(b"Red", b"Blue")).status_code == 409
    bad = post("ding", b"<!DOCTYPE alert [<!ENTITY a 'b'>]>" + xml.partition(b"?>")[2])
    assert bad.status_code == 400 and bad.json()["findings"][0]["code"] == "doctype"
    assert post("ding", b"x" * ((1 << 20) + 1)).status_code == 413
    assert house.ask("ding", "GET", "/alerts/cap").status_code == 405
    for answer in (post("", xml), bad):
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"] and answer.json()["detail_zh"]
