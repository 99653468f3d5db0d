"""Where posts, tips and the question of the month are."""

from __future__ import annotations

from django.urls import path

from klankbord.posts.views import arranging, monthly, posts, tips

app_name = "posts"
urlpatterns = [
    path("posts/", posts.posts, name="posts"),
    path("posts/feed.atom", posts.feed, name="feed"),
    path("posts/write/", posts.write, name="write"),
    path("posts/logs/new/", arranging.log, name="new-log"),
    path("posts/logs/<row:log_id>/", arranging.log, name="change-log"),
    path("posts/log/<slug:slug>/", posts.posts, name="log"),
    path("posts/log/<slug:slug>/feed.atom", posts.feed, name="log-feed"),
    path("posts/<row:conversation_id>/", posts.post, name="post"),
    path("posts/<row:conversation_id>/feed.atom", posts.replies_feed, name="replies-feed"),
    path("posts/<row:conversation_id>/react/", posts.react, name="react"),
    path("posts/said/<row:message_id>/take-back/", posts.take_reaction_back, name="take-reaction-back"),
    path("posts/<row:conversation_id>/follow/", posts.follow, name="follow"),
    path("posts/<row:conversation_id>/change/", posts.write, name="change"),
    path("posts/<row:conversation_id>/take-back/", posts.take_back, name="take-back"),
    path("tips/", tips.tips, name="tips"),
    path("tips/feed.atom", tips.feed, name="tips-feed"),
    path("tips/give/", tips.give, name="give"),
    path("tips/themes/new/", arranging.theme, name="new-theme"),
    path("tips/themes/<row:theme_id>/", arranging.theme, name="change-theme"),
    path("tips/theme/<slug:slug>/", tips.tips, name="theme"),
    path("tips/theme/<slug:slug>/feed.atom", tips.feed, name="theme-feed"),
    path("tips/<row:conversation_id>/", tips.tip, name="tip"),
    path("tips/<row:conversation_id>/like/", tips.like, name="like"),
    path("tips/<row:conversation_id>/withdraw/", tips.withdraw, name="withdraw"),
    path("tips/<row:conversation_id>/picture.webp", tips.picture, name="picture"),
    path("question-of-the-month/", monthly.now, name="monthly"),
    path("question-of-the-month/all/", monthly.earlier, name="earlier"),
    path("question-of-the-month/feed.atom", monthly.feed, name="monthly-feed"),
    path("question-of-the-month/ask/", monthly.ask, name="ask"),
    path("question-of-the-month/<row:conversation_id>/card/", monthly.card, name="card"),
]
