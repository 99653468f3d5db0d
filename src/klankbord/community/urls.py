"""Where questions and answers are."""

from __future__ import annotations

from django.urls import path, register_converter
from django.urls.converters import IntConverter

from klankbord.community.views import claims, consent, doing, feeds, history, lists, pictures, question, staff, writing


class PublicIdConverter(IntConverter):
    """The id of something public: no more digits than a database takes."""

    regex = "[0-9]{1,18}"


register_converter(PublicIdConverter, "public_id")

app_name = "community"
urlpatterns = [
    path("", lists.newest, name="questions"),
    path("unanswered/", lists.unanswered, name="unanswered"),
    path("active/", lists.active, name="active"),
    path("most-helped/", lists.most_helped, name="most-helped"),
    path("topics/", lists.topics, name="topics"),
    path("topics/<slug:slug>/", lists.topic, name="topic"),
    path("ask/", writing.ask, name="ask"),
    path("similar/", writing.similar, name="similar"),
    path("preview/", writing.preview, name="preview"),
    path("<public_id:conversation_id>/", question.show, name="question"),
    path("<public_id:conversation_id>/answer/", writing.answer, name="answer"),
    path("<public_id:conversation_id>/me-too/", doing.me_too, name="me-too"),
    path("<public_id:conversation_id>/follow/", doing.follow, name="follow"),
    path("answers/<public_id:message_id>/useful/", doing.useful, name="useful"),
    path("answers/<public_id:message_id>/accept/", doing.accept, name="accept"),
    path("posts/<public_id:message_id>/comment/", writing.comment, name="comment"),
    path("posts/<public_id:message_id>/edit/", writing.edit, name="edit"),
    path("posts/<public_id:message_id>/history/", history.history, name="history"),
    path("held/<public_id:message_id>/", question.held, name="held"),
    path("pictures/<public_id:picture_id>/", pictures.picture, name="picture"),
    path("pictures/draft/<str:token>/", pictures.draft_picture, name="draft-picture"),
    path("feeds/<slug:slug>/", feeds.feed, name="feed"),
    path("<public_id:conversation_id>/close/", staff.close, name="close"),
    path("<public_id:conversation_id>/join/", staff.join, name="join"),
    path("<public_id:conversation_id>/part/", staff.part, name="part"),
    path("<public_id:conversation_id>/to-inbox/", staff.to_inbox, name="to-inbox"),
    path("<public_id:conversation_id>/go-private/", staff.go_private, name="go-private"),
    path("publish/<public_id:conversation_id>/", staff.publish, name="publish"),
    path("consent/<str:token>/", consent.consent, name="consent"),
    path("accounts/<public_id:person_id>/", claims.claim, name="claim"),
    path("claims/", claims.claims, name="claims"),
    path("claims/<public_id:claim_id>/", claims.claimed, name="claimed"),
    path("claims/<public_id:claim_id>/decide/", claims.decide, name="decide-claim"),
    path("answers/<public_id:message_id>/official/", staff.official, name="official"),
    path("posts/<public_id:message_id>/withdraw/", doing.withdraw, name="withdraw"),
]
