"""The back office's addresses."""

from __future__ import annotations

from django.urls import path
from django.views.generic import RedirectView

from klankbord.office.views import channels, community, house, joining, members, own, persons, standing, teams, topics

app_name = "office"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="office:me"), name="home"),
    path("me/", own.me, name="me"),
    path("organisation/", house.organisation, name="organisation"),
    path("hours/", house.hours, name="hours"),
    path("hours/<slug:day>/open/", house.open_again, name="open_again"),
    path("keeping/", house.keeping, name="keeping"),
    path("members/", members.members, name="members"),
    path("members/invite/", members.invite_member, name="invite"),
    path("members/<row:pk>/", members.member, name="member"),
    path("invitations/<row:pk>/withdraw/", members.withdraw_invitation, name="withdraw"),
    path("join/<str:token>/", joining.join, name="accept"),
    path("teams/", teams.teams, name="teams"),
    path("teams/new/", teams.team, name="new_team"),
    path("teams/<row:pk>/", teams.team, name="team"),
    path("standing/", standing.standing, name="standing"),
    path("standing/perks/new/", standing.perk, name="new_perk"),
    path("standing/perks/<row:pk>/", standing.perk, name="perk"),
    path("standing/perks/<row:pk>/codes/", standing.stock, name="perk_codes"),
    path("standing/perks/<row:pk>/give/", standing.grant, name="grant_perk"),
    path("standing/rings/<row:pk>/restore/", standing.restore, name="restore_ring"),
    path("topics/", topics.topics, name="topics"),
    path("topics/new/", topics.topic, name="new_topic"),
    path("topics/<row:pk>/", topics.topic, name="topic"),
    path("community/", community.community, name="community"),
    path("mailboxes/", channels.channels, name="channels"),
    path("mailboxes/new/", channels.new_mailbox, name="new_channel"),
    path("mailboxes/<row:pk>/", channels.channel, name="channel"),
    path("mailboxes/<row:pk>/try/", channels.try_channel, name="try_channel"),
    path("mailboxes/<row:pk>/connect/", channels.connect, name="connect_channel"),
    path("mailboxes/connected/", channels.connected, name="channel_connected"),
    path("persons/<row:pk>/data/", persons.personal_data, name="personal_data"),
    path("persons/<row:pk>/export/", persons.export, name="export_person"),
]
