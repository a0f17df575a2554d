"""The pages of the house: thin shells that the browser's modules fill from the API."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from leaflet import app_settings as leaflet_settings

from people.may import may, of_user
from people.models import User
from places.models import Division, Level


class SignIn(LoginView):
    """The sign-in page; django-axes counts failures and shows locked.html after five."""

    template_name = "login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say which city this is, so that nobody signs in to the wrong one."""
        city = Division.objects.filter(level=Level.CITY).order_by("code").first()
        name = (city.name_en if _english() else city.name_zh) if city else ""
        return super().get_context_data(city=name, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Sign in; who chose another language than the house's gets it on every machine."""
        answer = super().form_valid(form)
        user = form.get_user()
        chosen = user.language if isinstance(user, User) else settings.LANGUAGE_CODE
        cookie = settings.LANGUAGE_COOKIE_NAME
        if chosen != settings.LANGUAGE_CODE and cookie not in self.request.COOKIES:
            answer.set_cookie(cookie, chosen, samesite="Lax")
        return answer


class SignOut(LogoutView):
    """Ends the session by POST and leads back to the sign-in page."""


def ask(request: HttpRequest, verb: str) -> None:
    """Raise PermissionDenied unless the signed-in person has the right anywhere at all."""
    if not isinstance(request.user, User) or not may(of_user(request.user), verb):
        raise PermissionDenied(verb)


def _english() -> bool:
    """Say whether the reader asked for English."""
    return (get_language() or "").startswith("en")


def page_settings() -> dict[str, Any]:
    """Return what the browser's modules need to know before their first call."""
    return {
        "language": "en" if _english() else "zh",
        "map": {
            "minZoom": leaflet_settings["MIN_ZOOM"],
            "maxZoom": leaflet_settings["MAX_ZOOM"],
            "scale": leaflet_settings["SCALE"],
        },
    }


@never_cache
@login_required
@ensure_csrf_cookie
def console(request: HttpRequest) -> HttpResponse:
    """Show the command console."""
    ask(request, "alert.see")
    return render(request, "console.html", {"settings": page_settings()})


@never_cache
@login_required
@ensure_csrf_cookie
def alert(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Show one alert with its whole history; the API decides whether this person may see it."""
    ask(request, "alert.see")
    return render(
        request,
        "alert.html",
        {"settings": page_settings() | {"alert": alert_id}, "number": alert_id},
    )


@never_cache
@login_required
@ensure_csrf_cookie
def report(request: HttpRequest, incident_id: int, number: int) -> HttpResponse:
    """Show a report upward as it was sent, made to print."""
    ask(request, "incident.command")
    own = {"incident": incident_id, "report": number}
    return render(request, "report_up.html", {"settings": page_settings() | own})


@never_cache
@login_required
@ensure_csrf_cookie
def rules(request: HttpRequest) -> HttpResponse:
    """Show the rules to those who may edit them."""
    ask(request, "rule.edit")
    return render(request, "rules.html", {"settings": page_settings()})


@never_cache
@login_required
@ensure_csrf_cookie
def review(request: HttpRequest) -> HttpResponse:
    """Show the after-action review; the address keeps what is reviewed."""
    ask(request, "review.see")
    return render(request, "review.html", {"settings": page_settings()})


def favicon(request: HttpRequest) -> HttpResponsePermanentRedirect | HttpResponse:
    """Lead browsers that ask for the old address to the drawn one."""
    return redirect(static("img/favicon.svg"), permanent=True)
