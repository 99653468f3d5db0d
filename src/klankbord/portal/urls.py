"""Where the public pages are."""

from __future__ import annotations

from django.urls import path

from klankbord.portal.views import contact, conversation, home, pages, promise, search, sitemap, where

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("search/suggest/", search.suggest, name="suggest"),
    path("contact/", contact.contact, name="contact"),
    path("contact/received/", contact.received, name="received"),
    path("promise/", promise.promise, name="promise"),
    path("where/", where.where, name="where"),
    path("where/asked/", where.where_asked, name="where-asked"),
    path("privacy/", pages.privacy, name="privacy"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("language/<slug:code>/", pages.choose_language, name="language"),
    path("view/<slug:name>/", pages.choose_view, name="view"),
    path("sitemap.xml", sitemap.index, name="sitemap"),
    path("sitemap-<row:number>.xml", sitemap.part, name="sitemap-part"),
    path("robots.txt", pages.robots, name="robots"),
    path("favicon.ico", pages.favicon, name="favicon"),
    path("g/<str:token>/", conversation.show, name="conversation"),
    path("g/<str:token>/thanks/", conversation.thanks, name="thanks"),
    path("g/<str:token>/solved/", conversation.solved, name="solved"),
    path("g/<str:token>/close/", conversation.close_link, name="close-link"),
    path("g/<str:token>/file/<row:attachment_id>/", conversation.attachment, name="attachment"),
]
