"""Where the pages about taking part are."""

from __future__ import annotations

from django.urls import path

from klankbord.participation.views import confirm, feeds, flagging, held, history, me, pictures, standing, unsubscribe

app_name = "participation"
urlpatterns = [
    path("take-part/", confirm.address, name="address"),
    path("take-part/sent/<str:signed>/", confirm.sent, name="sent"),
    path("confirm/<str:token>/", confirm.link, name="confirm"),
    path("me/", me.me, name="me"),
    path("me/forget/", me.forget, name="forget"),
    path("me/perks/<row:perk_id>/", me.take, name="take-perk"),
    path("me/follows/<row:follow_id>/stop/", me.stop_following, name="stop-following"),
    path("me/follows/<row:follow_id>/how-often/", me.how_often, name="how-often"),
    path("people/<row:person_id>/", me.person, name="person"),
    path("people/<row:person_id>/follow/", me.follow_person, name="follow-person"),
    path("people/<row:person_id>/thank/", standing.thank, name="thank"),
    path("standing/", standing.standing, name="standing"),
    path("thanks/", standing.wall, name="thanks"),
    path("thanks/<row:conversation_id>/", standing.one_of_the_wall, name="one-thanks"),
    path("thanks/feed/", feeds.thanks, name="thanks-feed"),
    path("log/feed/", feeds.decisions, name="decisions-feed"),
    path("thanks/<row:thanks_id>/off/", standing.off_the_wall, name="off-the-wall"),
    path("follow/", me.follow_any, name="follow"),
    path("flag/thanks/", flagging.flagged, name="flagged"),
    path("flag/<row:message_id>/", flagging.flag, name="flag"),
    path("history/<row:message_id>/", history.history, name="history"),
    path("held/<row:message_id>/", held.held, name="held"),
    path("pictures/<row:picture_id>/", pictures.picture, name="picture"),
    path("pictures/draft/<str:token>/", pictures.draft_picture, name="draft-picture"),
    path("unsubscribe/<str:signed>/", unsubscribe.unsubscribe, name="unsubscribe"),
]
