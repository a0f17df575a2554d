"""Liveness, readiness with each part named, and figures for Prometheus; for the local network."""

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from core import disk, heartbeat
from feed import hub
from feed.models import Missed


def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process answers."""
    return HttpResponse("ok", content_type="text/plain")


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT postgis_version()")
    return "ok"


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return "ok" if not pending else f"{len(pending)} to apply: ./zhihui up"


def _disk() -> str:
    free = disk.free_mb()
    if free < settings.MIN_FREE_MB:
        return f"nearly full: {free} MB left, intake stops below {settings.MIN_FREE_MB} MB"
    return "ok"


PARTS: dict[str, Callable[[], str]] = {
    "database": _database,
    "migrations": _migrations,
    "disk": _disk,
}


def _missed() -> int | None:
    """Return how many events followers could not take; None before the table is there."""
    try:
        return Missed.objects.count()
    except DatabaseError:
        return None


def _local(request: HttpRequest) -> bool:
    """Say whether somebody of the local network asks; what runs here is nobody else's business."""
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_private
    except ValueError:
        return False


def readyz(request: HttpRequest) -> HttpResponse:
    """Say of each part whether it is ready; 503 unless all are."""
    if not _local(request):
        return HttpResponse(status=404)
    parts: dict[str, str] = {}
    for name, look in PARTS.items():
        if name == "migrations" and parts["database"] != "ok":
            continue  # it would be waited for once more
        try:
            parts[name] = look()
        except (DatabaseError, OSError) as error:
            parts[name] = f"failed: {error}".splitlines()[0]
    ready = all(state == "ok" for state in parts.values())
    beats = {name: heartbeat.age(name) for name in ("gateway", "worker")}
    body = {
        "ready": ready,
        "parts": parts,
        "heartbeat_age_s": beats,
        "feed": hub.standing(),
        "missed_by_followers": _missed() if parts["database"] == "ok" else None,
    }
    return JsonResponse(body, status=200 if ready else 503)


def metrics(request: HttpRequest) -> HttpResponse:
    """Return the process's figures."""
    if not _local(request):
        return HttpResponse(status=404)
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)
