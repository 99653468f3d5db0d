"""Where changes are: you said, we did."""

from __future__ import annotations

from django.urls import path

from klankbord.ideas.views import changes, feeds

app_name = "changes"
urlpatterns = [
    path("", changes.changes, name="list"),
    path("feed/", feeds.changes, name="feed"),
    path("new/", changes.new, name="new"),
    path("better/<str:token>/", changes.ask, name="ask"),
    path("<row:change_id>/", changes.change, name="change"),
    path("<row:change_id>/answer/", changes.answer, name="answer"),
    path("<row:change_id>/edit/", changes.edit, name="edit"),
]
