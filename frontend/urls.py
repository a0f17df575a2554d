"""Addresses of the pages."""

from django.urls import URLPattern, URLResolver, include, path

from frontend import phone, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.console, name="console"),
    path("alerts/<int:alert_id>/", views.alert, name="alert"),
    path("incidents/<int:incident_id>/reports/<int:number>/", views.report, name="report_up"),
    path("rules/", views.rules, name="rules"),
    path("inspect/", phone.inspect, name="inspect"),
    path("inspect/worker.js", phone.worker, {"app": phone.INSPECT}),
    path("inspect/app.webmanifest", phone.manifest, {"app": phone.INSPECT}),
    path("unit/", phone.unit, name="unit"),
    path("unit/worker.js", phone.worker, {"app": phone.UNIT}),
    path("unit/app.webmanifest", phone.manifest, {"app": phone.UNIT}),
    path("report/", phone.report, name="report"),
    path("report/<str:token>/", phone.follow, name="follow"),
    path("review/", views.review, name="review"),
    path("login/", views.SignIn.as_view(), name="login"),
    path("logout/", views.SignOut.as_view(), name="logout"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("i18n/", include("django.conf.urls.i18n")),
]
