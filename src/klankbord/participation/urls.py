"""Where the pages about taking part are."""

from __future__ import annotations

from django.urls import path

from klankbord.participation.views import confirm, flagging, me, standing, unsubscribe

app_name = "participation"
urlpatterns = [
    path("take-part/", confirm.address, name="address"),
    path("take-part/sent/<str:signed>/", confirm.sent, name="sent"),
    path("confirm/<str:token>/", confirm.link, name="confirm"),
    path("me/", me.me, name="me"),
    path("me/forget/", me.forget, name="forget"),
    path("me/follows/<int:follow_id>/stop/", me.stop_following, name="stop-following"),
    path("people/<int:person_id>/", me.person, name="person"),
    path("people/<int:person_id>/follow/", me.follow_person, name="follow-person"),
    path("people/<int:person_id>/thank/", standing.thank, name="thank"),
    path("standing/", standing.standing, name="standing"),
    path("thanks/", standing.wall, name="thanks"),
    path("follow/", me.follow_any, name="follow"),
    path("flag/thanks/", flagging.flagged, name="flagged"),
    path("flag/<int:message_id>/", flagging.flag, name="flag"),
    path("unsubscribe/<str:signed>/", unsubscribe.unsubscribe, name="unsubscribe"),
]
