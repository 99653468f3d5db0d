"""Where everything is found. To delete a feature is to delete its folder and its line here and in `wiring/`."""

from __future__ import annotations

from django.urls import include, path

from klankbord.live.views import audience_view
from klankbord.wiring.tables import STREAMS

urlpatterns = [
    path("live/<path:stream>", audience_view(STREAMS)),
    path("inbox/", include("klankbord.inbox.urls")),
    path("account/", include("klankbord.signin.urls")),
    path("office/", include("klankbord.office.urls")),
    path("questions/", include("klankbord.community.urls")),
    path("ideas/", include("klankbord.ideas.urls")),
    path("changes/", include("klankbord.ideas.change_urls")),
    # The portal first: its pages are asked for most, and each address above the one that fits is tried.
    path("", include("klankbord.portal.urls")),
    path("", include("klankbord.posts.urls")),
    path("", include("klankbord.moderation.urls")),
    path("", include("klankbord.participation.urls")),
]

handler400 = "klankbord.portal.views.pages.bad_request"
handler500 = "klankbord.portal.views.pages.server_error"
