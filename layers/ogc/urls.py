"""The addresses of OGC API - Features below /ogc."""

from django.urls import URLPattern, path

from layers.ogc import record_views, views

urlpatterns: list[URLPattern] = [
    path("", views.landing),
    path("api", views.api),
    path("conformance", views.conformance),
    path("collections", views.collections),
    path("collections/catalogue", record_views.collection),
    path("collections/catalogue/items", record_views.items),
    path("collections/catalogue/items/<str:code>", record_views.item),
    path("collections/<str:code>", views.collection),
    path("collections/<str:code>/queryables", views.queryables),
    path("collections/<str:code>/items", views.items),
    path("collections/<str:code>/items/<str:fid>", views.item),
]
