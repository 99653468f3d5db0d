"""Where everything is found. To delete a feature is to delete its folder and its line here and in `wiring/`."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("account/", include("allauth.urls")),
]
