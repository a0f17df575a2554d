"""Every address that Django answers; hot paths stand in front of it (`city.asgi`)."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("frontend.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "frontend.errors.bad_request"
handler403 = "frontend.errors.forbidden"
handler404 = "frontend.errors.not_found"
handler500 = "frontend.errors.broken"
