"""Addresses of the public doors."""

from django.urls import URLPattern, path

from alerts.warning import doors

urlpatterns: list[URLPattern] = [
    path("alerts/cap.atom", doors.feed),
    path("alerts/cap/<str:identifier>.xml", doors.message),
    path("alerts/cap", doors.take),
]
