"""Where ideas and boards are."""

from __future__ import annotations

from django.urls import path, register_converter
from django.urls.converters import IntConverter

from klankbord.ideas.views import boards, feeds, growing, idea, lists, staff, suggest


class IdeaIdConverter(IntConverter):
    """A whole number that a database can hold."""

    regex = "[0-9]{1,18}"


register_converter(IdeaIdConverter, "idea_id")

app_name = "ideas"
urlpatterns = [
    path("", lists.ideas, name="list"),
    path("feed/", feeds.ideas, name="feed"),
    path("new/", suggest.new, name="new"),
    path("similar/", suggest.similar, name="similar"),
    path("roadmap/", lists.roadmap, name="roadmap"),
    path("roadmap/feed/", feeds.roadmap, name="roadmap-feed"),
    path("attention/", staff.attention, name="attention"),
    path("boards/", lists.boards, name="boards"),
    path("boards/new/", boards.new_board, name="board-new"),
    path("boards/offers/", boards.offers, name="offers"),
    path("boards/offers/<idea_id:grant_id>/accept/", boards.accept, name="offer-accept"),
    path("boards/offers/<idea_id:grant_id>/end/", boards.end, name="offer-end"),
    path("boards/<idea_id:board_id>/settings/", boards.settings, name="board-settings"),
    path("boards/<idea_id:board_id>/share/", boards.share, name="board-share"),
    path("boards/<idea_id:board_id>/panel/", boards.panel, name="panel"),
    path("boards/<idea_id:board_id>/panel/<idea_id:person_id>/leave/", boards.leave, name="panel-leave"),
    path("boards/<slug:slug>/", lists.board, name="board"),
    path("boards/<slug:slug>/feed/", feeds.board, name="board-feed"),
    path("join/<str:token>/", boards.join, name="join"),
    path("consent/<str:token>/", growing.consent, name="consent"),
    path("from/<idea_id:conversation_id>/", growing.grow, name="grow"),
    path("pictures/<idea_id:picture_id>/", idea.picture, name="picture"),
    path("<idea_id:conversation_id>/", idea.idea, name="idea"),
    path("held/<idea_id:message_id>/", idea.held, name="held"),
    path("<idea_id:conversation_id>/feed/", feeds.one, name="idea-feed"),
    path("<idea_id:conversation_id>/vote/", idea.vote, name="vote"),
    path("<idea_id:conversation_id>/follow/", idea.follow, name="follow"),
    path("<idea_id:conversation_id>/comment/", idea.comment, name="comment"),
    path("<idea_id:conversation_id>/status/", staff.decide, name="status"),
    path("<idea_id:conversation_id>/again/", staff.again, name="again"),
    path("<idea_id:conversation_id>/merge/", staff.merge, name="merge"),
    path("<idea_id:conversation_id>/unmerge/", staff.unmerge, name="unmerge"),
    path("<idea_id:conversation_id>/private/", staff.private, name="private"),
]
