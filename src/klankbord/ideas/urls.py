"""Where ideas and boards are."""

from __future__ import annotations

from django.urls import path

from klankbord.ideas.views import boards, feeds, growing, idea, lists, staff, suggest, words

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
    path("boards/offers/<row:grant_id>/accept/", boards.accept, name="offer-accept"),
    path("boards/offers/<row:grant_id>/end/", boards.end, name="offer-end"),
    path("boards/<row:board_id>/settings/", boards.settings, name="board-settings"),
    path("boards/<row:board_id>/share/", boards.share, name="board-share"),
    path("boards/<row:board_id>/panel/", boards.panel, name="panel"),
    path("boards/<row:board_id>/panel/<row:person_id>/leave/", boards.leave, name="panel-leave"),
    path("boards/<slug:slug>/", lists.board, name="board"),
    path("boards/<slug:slug>/feed/", feeds.board, name="board-feed"),
    path("join/<str:token>/", boards.join, name="join"),
    path("consent/<str:token>/", growing.consent, name="consent"),
    path("from/<row:conversation_id>/", growing.grow, name="grow"),
    path("<row:conversation_id>/", idea.idea, name="idea"),
    path("<row:conversation_id>/feed/", feeds.one, name="idea-feed"),
    path("<row:conversation_id>/vote/", idea.vote, name="vote"),
    path("<row:conversation_id>/follow/", idea.follow, name="follow"),
    path("<row:conversation_id>/comment/", idea.comment, name="comment"),
    path("words/<row:message_id>/", words.change, name="change-words"),
    path("words/<row:message_id>/take-back/", words.take_back, name="take-back"),
    path("reactions/<row:message_id>/useful/", idea.useful, name="useful"),
    path("<row:conversation_id>/status/", staff.decide, name="status"),
    path("<row:conversation_id>/again/", staff.again, name="again"),
    path("<row:conversation_id>/merge/", staff.merge, name="merge"),
    path("<row:conversation_id>/unmerge/", staff.unmerge, name="unmerge"),
    path("<row:conversation_id>/private/", staff.private, name="private"),
]
