"""Every address that Django answers; hot paths stand in front of it (`city.asgi`)."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from city import health
from city.api import api
from layers.metadata import views as catalogue
from layers.ogc.views import landing as ogc
from sensors.sensorthings.views import serve as sensorthings
from urban.open311.views import serve as open311

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("alerts.warning.urls")),
    path("", include("frontend.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", api.urls),
    path("sensorthings/v1.1", sensorthings),
    path("sensorthings/v1.1/<path:path>", sensorthings),
    path("sensorthings/v1.1/", sensorthings),
    path("open311/v2/<path:path>", open311),
    path("catalog.jsonld", catalogue.catalogue, name="catalog_jsonld"),
    path("catalog/", catalogue.pages, name="catalog"),
    path("catalog/<str:code>", catalogue.page, name="catalog_layer"),
    path("ogc", ogc),
    path("ogc/", include("layers.ogc.urls")),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
]

handler400 = "frontend.errors.bad_request"
handler403 = "frontend.errors.forbidden"
handler404 = "frontend.errors.not_found"
handler500 = "frontend.errors.broken"
