"""The pages as HTML: who may open which, in which language, under which policy."""

import re

import pytest
from django.conf import settings
from django.test import Client

from people import actions
from people.models import User

PASSWORD = "-pass-phrase"


@pytest.fixture
def as_user(client: Client):
    """Sign a person in and return the client."""

    def sign_in(user: User) -> Client:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.mark.parametrize("path", ["/", "/alerts/1/", "/rules/", "/inspect/", "/unit/", "/review/"])
def test_nobody_is_led_to_the_sign_in_page_and_back(client, real, path) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer["Location"]) == (302, f"/login/?next={path}")


def test_each_role_opens_its_own_pages_only(as_user, dispatcher, supervisor, citizen) -> None:
    wanted = {
        dispatcher: {"/": 200, "/alerts/1/": 200, "/rules/": 403, "/review/": 200},
        supervisor: {"/": 200, "/alerts/1/": 200, "/rules/": 200, "/review/": 200},
        citizen: {"/": 403, "/alerts/1/": 403, "/rules/": 403, "/review/": 403},
    }
    for user, pages in wanted.items():
        client = as_user(user)
        assert {path: client.get(path).status_code for path in pages} == pages


def test_a_refusal_says_what_to_do_in_both_languages(as_user, citizen) -> None:
    client = as_user(citizen)
    assert "您的角色不能打开此页面" in client.get("/").content.decode()
    english = client.get("/", headers={"accept-language": "en"}).content.decode()
    assert "Your role does not open this page" in english and 'lang="en"' in english


def test_an_address_that_leads_nowhere_has_a_page_of_its_own(client, real) -> None:
    answer = client.get("/nowhere/")
    assert answer.status_code == 404 and "没有这个页面" in answer.content.decode()


def test_the_sign_in_page_sends_home_and_names_a_refusal(client, dispatcher) -> None:
    wrong = client.post("/login/", {"username": "ding", "password": "wrong"})
    assert 'id="refused"' in wrong.content.decode()
    right = client.post("/login/", {"username": "ding", "password": "ding" + PASSWORD})
    assert (right.status_code, right["Location"]) == (302, "/")


def test_five_failures_lock_and_say_so(client, dispatcher) -> None:
    for _ in range(settings.AXES_FAILURE_LIMIT):
        answer = client.post("/login/", {"username": "ding", "password": "wrong"})
    assert answer.status_code == 429 and "登录暂时锁定" in answer.content.decode()
    late = client.post("/login/", {"username": "ding", "password": "ding" + PASSWORD})
    assert late.status_code == 429


def test_no_script_runs_that_has_no_nonce(as_user, supervisor) -> None:
    client = as_user(supervisor)
    for path in ("/", "/alerts/1/", "/rules/", "/review/"):
        answer = client.get(path)
        policy = answer["Content-Security-Policy"]
        scripts = next(part for part in policy.split(";") if part.strip().startswith("script-src"))
        assert "unsafe" not in scripts and "nonce-" in scripts
        page = answer.content.decode()
        for tag in re.findall(r"<script[^>]*>", page):
            assert "src=" in tag or "nonce=" in tag or 'type="application/json"' in tag
        assert not re.search(r"\son\w+=", page)


def test_the_language_is_chosen_by_form_and_kept(client, real) -> None:
    client.post("/i18n/setlang/", {"language": "en", "next": "/login/"})
    assert "Use your work account." in client.get("/login/").content.decode()


def test_a_person_who_chose_english_gets_it_on_every_machine(client, dispatcher) -> None:
    actions.choose_language(dispatcher, "en")
    client.post("/login/", {"username": "ding", "password": "ding" + PASSWORD})
    page = client.get("/", headers={"accept-language": "zh-CN"}).content.decode()
    assert "Skip to the queue" in page


def test_the_theme_comes_from_the_cookie_and_from_nothing_odd(client, real) -> None:
    for cookie, theme in (("light", "light"), ("dark", "dark"), ('"><script>', "dark")):
        client.cookies["zhihui_theme"] = cookie
        assert f'data-theme="{theme}"' in client.get("/login/").content.decode()


def test_the_old_address_of_the_icon_leads_to_the_drawn_one(client, real) -> None:
    answer = client.get("/favicon.ico")
    assert answer.status_code == 301 and answer["Location"].endswith("/img/favicon.svg")
