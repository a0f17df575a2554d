"""Somebody who may see the benchmark's layers; import it when Django is ready."""

from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from people.actions import enrol
from people.models import Role, User


def cookie() -> str:
    """Return the session cookie of a planner, enrolled at the first call."""
    user = User.objects.filter(username="bench").first()
    if user is None:
        user = enrol("bench", Role.PLANNER, password=None, areas=["4101"])
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
