"""Where questions and answers are."""

from __future__ import annotations

from django.urls import path

from klankbord.community.views import claims, consent, doing, feeds, lists, question, staff, writing

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
    path("<row:conversation_id>/", question.show, name="question"),
    path("<row:conversation_id>/feed/", feeds.answers, name="answers-feed"),
    path("<row:conversation_id>/topics/", writing.retag, name="retag"),
    path("<row:conversation_id>/answer/", writing.answer, name="answer"),
    path("<row:conversation_id>/me-too/", doing.me_too, name="me-too"),
    path("<row:conversation_id>/follow/", doing.follow, name="follow"),
    path("answers/<row:message_id>/useful/", doing.useful, name="useful"),
    path("answers/<row:message_id>/accept/", doing.accept, name="accept"),
    path("posts/<row:message_id>/comment/", writing.comment, name="comment"),
    path("posts/<row:message_id>/edit/", writing.edit, name="edit"),
    path("feeds/<slug:slug>/", feeds.feed, name="feed"),
    path("<row:conversation_id>/close/", staff.close, name="close"),
    path("<row:conversation_id>/join/", staff.join, name="join"),
    path("<row:conversation_id>/part/", staff.part, name="part"),
    path("<row:conversation_id>/to-inbox/", staff.to_inbox, name="to-inbox"),
    path("<row:conversation_id>/go-private/", staff.go_private, name="go-private"),
    path("publish/<row:conversation_id>/", staff.publish, name="publish"),
    path("consent/<str:token>/", consent.consent, name="consent"),
    path("accounts/<row:person_id>/", claims.claim, name="claim"),
    path("claims/", claims.claims, name="claims"),
    path("claims/<row:claim_id>/", claims.claimed, name="claimed"),
    path("claims/<row:claim_id>/decide/", claims.decide, name="decide-claim"),
    path("answers/<row:message_id>/official/", staff.official, name="official"),
    path("posts/<row:message_id>/withdraw/", doing.withdraw, name="withdraw"),
]
