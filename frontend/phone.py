"""The pages for phones: two apps that work without a network, and what citizens open."""

import dataclasses
import json
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.gis.db.models import Extent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie

from frontend.context import THEME_COOKIE, theme
from frontend.shell import Shell, shell
from frontend.templatetags.bilingual import say
from frontend.views import ask, page_settings
from places.models import Division, Level

_OFFLINE = "js/field/offline.js"
_EARLY = "js/field/early.js"
_SHARED = (
    "css/tokens.css",
    "css/base.css",
    "css/phone.css",
    "css/phone-report.css",
    "vendor/leaflet/leaflet.css",
    "img/favicon.svg",
)
_ICONS = ((192, "any"), (512, "any"), (512, "maskable"))
_GROUND, _INK = "#ffffff", "#0b5fb3"  # of tokens.css by day: what the system draws round an app


@dataclasses.dataclass(frozen=True, slots=True)
class App:
    """One installable app: its address, who opens it, its files, its names."""

    name: str
    verb: str
    title_zh: str
    title_en: str
    about_zh: str
    about_en: str

    @property
    def path(self) -> str:
        """Return the address, which is the scope of its worker as well."""
        return f"/{self.name}/"

    @property
    def entry(self) -> str:
        """Return the static path of the module that starts it."""
        return f"js/field/{self.name}.js"

    @property
    def shell(self) -> Shell:
        """Return what its worker keeps on the phone."""
        others = (*_SHARED, _EARLY, f"css/{self.name}.css", f"img/{self.name}-192.png")
        return shell((self.entry, _OFFLINE), others, ("base.html", "phone.html", "app.html"))


INSPECT = App(
    "inspect", "case.inspect", "巡查", "Inspect",
    "网格巡查：上报、核实、核查，断网可用", "Report, verify and check, with or without a network",
)  # fmt: skip
UNIT = App(
    "unit", "unit.status", "处置", "Unit",
    "处置单元：接令、报状态、办任务", "Orders, status and tasks of a unit",
)  # fmt: skip


def _theme(request: HttpRequest) -> str:
    """Return the theme chosen in this browser; a phone in the street is light."""
    return theme(request) if THEME_COOKIE in request.COOKIES else "light"


def _page(request: HttpRequest, template: str, more: dict[str, Any]) -> HttpResponse:
    return render(request, template, {"theme": _theme(request), **more})


def _app(request: HttpRequest, app: App) -> HttpResponse:
    """Show an app's shell: the same for everybody, because the phone keeps it."""
    ask(request, app.verb)
    known = page_settings() | {"app": app.name, "release": app.shell.release}
    return _page(request, "app.html", {"app": app, "settings": known, "entry": static(app.entry)})


@never_cache
@login_required
@ensure_csrf_cookie
def inspect(request: HttpRequest) -> HttpResponse:
    """Show the inspector's app."""
    return _app(request, INSPECT)


@never_cache
@login_required
@ensure_csrf_cookie
def unit(request: HttpRequest) -> HttpResponse:
    """Show the crew's page."""
    return _app(request, UNIT)


@never_cache
def worker(request: HttpRequest, app: App) -> HttpResponse:
    """Return an app's service worker: another release is another text, and so replaces it."""
    told = {"app": app.name, "page": app.path, **dataclasses.asdict(app.shell)}
    script = (
        f"import {{ serve }} from {json.dumps(static(_OFFLINE))};\n"
        f"serve({json.dumps(told, ensure_ascii=False)});\n"
    )
    answer = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    answer["Service-Worker-Allowed"] = app.path
    return answer


def manifest(request: HttpRequest, app: App) -> JsonResponse:
    """Return the web app manifest, in the reader's language."""
    icons = [
        {
            "src": static(f"img/{app.name}-{'maskable-' if use == 'maskable' else ''}{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": use,
        }
        for size, use in _ICONS
    ]
    told = {
        "id": app.path,
        "name": say(f"指挥 · {app.title_zh}", f"Zhihui {app.title_en}"),
        "short_name": say(app.title_zh, app.title_en),
        "description": say(app.about_zh, app.about_en),
        "lang": say("zh-CN", "en"),
        "start_url": app.path,
        "scope": app.path,
        "display": "standalone",
        "orientation": "portrait",
        "background_color": _GROUND,
        "theme_color": _INK,
        "icons": icons,
    }
    return JsonResponse(told, content_type="application/manifest+json")


def _city() -> dict[str, Any]:
    """Return the city's names and extent (EPSG:4326), which strangers cannot ask the API for."""
    cities = Division.objects.filter(level=Level.CITY).order_by("code")
    city, box = cities.first(), cities.aggregate(box=Extent("boundary"))["box"]
    return {
        "name_zh": city.name_zh if city else "",
        "name_en": city.name_en if city else "",
        "bounds": list(box) if box else None,
        "time_zone": settings.TIME_ZONE,
    }


@never_cache
@ensure_csrf_cookie
def report(request: HttpRequest) -> HttpResponse:
    """Show the form by which anybody reports something."""
    known = page_settings() | {"city": _city()}
    entry = static("js/field/report.js")
    return _page(request, "report.html", {"settings": known, "entry": entry, "city": _city()})


@never_cache
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """Show what became of a report; whoever has the link may see it, and no search engine."""
    known = page_settings() | {"city": _city(), "token": token}
    entry = static("js/field/follow.js")
    answer = _page(request, "follow.html", {"settings": known, "entry": entry, "city": _city()})
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Referrer-Policy"] = "no-referrer"
    return answer
