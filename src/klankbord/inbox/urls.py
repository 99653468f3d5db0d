"""The inbox's addresses."""

from __future__ import annotations

from django.urls import path

from klankbord.inbox.views import conversation, files, lists, moving, outgoing, persons, today, unreadable, writing

app_name = "inbox"
urlpatterns = [
    path("", lists.show_list, name="list"),
    path("today/", today.show_today, name="today"),
    path("outgoing/", outgoing.show_outgoing, name="outgoing"),
    path("outgoing/<row:pk>/mail/", outgoing.mail, name="outgoing_mail"),
    path("unreadable/", unreadable.show_unreadable, name="unreadable"),
    path("unreadable/<row:pk>/raw/", unreadable.raw, name="unreadable_raw"),
    path("unreadable/<row:pk>/again/", unreadable.try_again, name="unreadable_again"),
    path("<row:pk>/", conversation.show_conversation, name="conversation"),
    path("<row:pk>/reply/", writing.reply, name="reply"),
    path("<row:pk>/note/", writing.note, name="note"),
    path("<row:pk>/draft/", writing.draft, name="draft"),
    path("<row:pk>/give/", moving.give, name="give"),
    path("<row:pk>/done/", moving.done, name="done"),
    path("<row:pk>/reopen/", moving.back, name="reopen"),
    path("<row:pk>/spam/", moving.spam, name="spam"),
    path("message/<row:pk>/undo/", writing.undo, name="undo"),
    path("message/<row:pk>/again/", writing.again, name="send_again"),
    path("message/<row:pk>/formatted/", files.formatted, name="formatted"),
    path("message/<row:pk>/text/", files.whole_text, name="whole_text"),
    path("file/<row:pk>/", files.file, name="file"),
    path("person/<row:pk>/", persons.show_person, name="person"),
    path("person/<row:pk>/addresses/", persons.show_addresses, name="addresses"),
    path("person/<row:pk>/merge/", persons.merge_person, name="merge"),
    path("person/<row:pk>/unmerge/", persons.unmerge_one, name="unmerge"),
    path("person/<row:pk>/about/", persons.describe, name="describe"),
]
