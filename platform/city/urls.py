"""Every address that Django answers; hot paths stand in front of it (`city.asgi`)."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, path

from city import health
from city.api import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    path("api/v1/", api.urls),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
]
