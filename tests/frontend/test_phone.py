"""The phone pages as HTML, workers and manifests: who opens them, what a phone keeps of them."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from frontend import phone, shell
from people.models import Role, User

ROOT = Path(__file__).resolve().parents[2] / "frontend"
APPS = (phone.INSPECT, phone.UNIT)


@pytest.fixture
def as_user(client: Client):
    """Sign a person in and return the client."""

    def sign_in(user: User) -> Client:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def _is_there(client: Client, path: str) -> bool:
    answer = client.get(path)
    answer.close()  # a file that is served is an open file
    return answer.status_code == 200


def test_each_role_opens_its_own_app(as_user, enrol, citizen) -> None:
    opens = {Role.INSPECTOR: {"/inspect/"}, Role.RESPONDER: {"/unit/"}, Role.PLANNER: set()}
    for role, pages in opens.items():
        client = as_user(enrol(role.value, role))
        for path in ("/inspect/", "/unit/"):
            assert (client.get(path).status_code == 200) is (path in pages), (role, path)
    client = as_user(citizen)
    assert [client.get(path).status_code for path in ("/inspect/", "/unit/")] == [403, 403]


@pytest.mark.parametrize("path", ["/report/", "/report/some-token/"])
def test_strangers_report_and_follow(client, real, path) -> None:
    answer = client.get(path)
    assert answer.status_code == 200 and "我要上报" in client.get("/report/").content.decode()
    assert 'lang="en"' in client.get(path, headers={"accept-language": "en"}).content.decode()


def test_a_follow_up_page_is_not_found_by_searching_and_leaks_no_address(client, real) -> None:
    answer = client.get("/report/some-token/")
    assert "noindex" in answer["X-Robots-Tag"] and answer["Referrer-Policy"] == "no-referrer"


def test_no_script_runs_that_has_no_nonce(client, as_user, enrol) -> None:
    signed_in = as_user(enrol("xun", Role.SUPERVISOR))
    for path in ("/inspect/", "/unit/", "/report/", "/report/t/"):
        answer = signed_in.get(path)
        policy = answer["Content-Security-Policy"]
        scripts = next(part for part in policy.split(";") if part.strip().startswith("script-src"))
        assert "unsafe" not in scripts and "nonce-" in scripts
        page = answer.content.decode()
        for tag in re.findall(r"<script[^>]*>", page):
            assert "src=" in tag or "nonce=" in tag or 'type="application/json"' in tag
        assert not re.search(r"\son\w+=", page)


def test_what_a_phone_keeps_names_nobody(as_user, enrol) -> None:
    user = enrol("xuncha", Role.INSPECTOR)
    page = as_user(user).get("/inspect/").content.decode()
    assert user.username not in page and "csrfmiddlewaretoken" not in page


def test_a_phone_page_is_light_unless_it_was_made_dark(client, real) -> None:
    assert 'data-theme="light"' in client.get("/report/").content.decode()
    client.cookies["zhihui_theme"] = "dark"
    assert 'data-theme="dark"' in client.get("/report/").content.decode()


@pytest.mark.parametrize("app", APPS, ids=lambda app: app.name)
def test_a_manifest_says_what_is_installed(client, real, app) -> None:
    answer = client.get(f"{app.path}app.webmanifest")
    told = answer.json()
    assert answer["Content-Type"] == "application/manifest+json"
    assert (told["start_url"], told["scope"], told["display"]) == (app.path, app.path, "standalone")
    for icon in told["icons"]:
        assert _is_there(client, icon["src"]), icon
    english = client.get(f"{app.path}app.webmanifest", headers={"accept-language": "en"}).json()
    assert english["short_name"] == app.title_en and told["short_name"] == app.title_zh


def _told(script: str) -> dict:
    return json.loads(script[script.index("serve(") + 6 : script.rindex(")")])


@pytest.mark.parametrize("app", APPS, ids=lambda app: app.name)
def test_a_worker_names_its_release_and_files_that_exist(client, real, app) -> None:
    answer = client.get(f"{app.path}worker.js")
    told = _told(answer.content.decode())
    assert answer["Content-Type"].startswith("text/javascript")
    assert "no-cache" in answer["Cache-Control"] and answer["Service-Worker-Allowed"] == app.path
    assert (told["page"], told["release"]) == (app.path, app.shell.release)
    assert len(told["files"]) == len(set(told["files"])) > 30
    for file in told["files"]:
        assert _is_there(client, file), file


def test_everything_that_an_app_imports_is_kept_on_the_phone() -> None:
    kept = set(shell.modules(phone.INSPECT.entry))
    own = {f"js/field/{path.name}" for path in (ROOT / "js/field/inspect").glob("*.js")}
    assert {f"js/field/inspect/{Path(path).name}" for path in own} <= kept
    # imported only when a map is opened, and by bare names
    assert {"js/map/place_map.js", "vendor/leaflet/leaflet-src.esm.js"} <= kept
    assert not any("messages" in path for path in kept), "the console's words stay at the console"


def test_another_text_is_another_release(monkeypatch) -> None:
    parts = (("js/field/early.js",), ("css/phone.css",), ("phone.html",))
    before = shell.shell.__wrapped__(*parts)
    monkeypatch.setattr(settings, "VERSION", settings.VERSION + ".1")
    after = shell.shell.__wrapped__(*parts)
    assert before.release != after.release and before.files == after.files


def test_comments_name_types_not_files() -> None:
    source = (
        '/** @typedef {import("./x.js").X} X */\nimport { a } from "./a.js";\nimport("../b.js")'
    )
    assert list(shell._imports("js/field/y.js", source)) == ["js/field/a.js", "js/b.js"]
