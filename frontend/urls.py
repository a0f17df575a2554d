"""Addresses of the pages."""

from django.urls import URLPattern, URLResolver, include, path

from frontend import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.console, name="console"),
    path("alerts/<int:alert_id>/", views.alert, name="alert"),
    path("rules/", views.rules, name="rules"),
    path("login/", views.SignIn.as_view(), name="login"),
    path("logout/", views.SignOut.as_view(), name="logout"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("i18n/", include("django.conf.urls.i18n")),
]
