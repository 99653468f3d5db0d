"""The inbox's addresses."""

from __future__ import annotations

from django.urls import path

from klankbord.inbox.views import conversation, files, lists, moving, outgoing, persons, today, unreadable, writing

app_name = "inbox"
urlpatterns = [
    path("", lists.show_list, name="list"),
    path("today/", today.show_today, name="today"),
    path("outgoing/", outgoing.show_outgoing, name="outgoing"),
    path("outgoing/<int:pk>/mail/", outgoing.mail, name="outgoing_mail"),
    path("unreadable/", unreadable.show_unreadable, name="unreadable"),
    path("unreadable/<int:pk>/raw/", unreadable.raw, name="unreadable_raw"),
    path("unreadable/<int:pk>/again/", unreadable.try_again, name="unreadable_again"),
    path("<int:pk>/", conversation.show_conversation, name="conversation"),
    path("<int:pk>/reply/", writing.reply, name="reply"),
    path("<int:pk>/note/", writing.note, name="note"),
    path("<int:pk>/draft/", writing.draft, name="draft"),
    path("<int:pk>/give/", moving.give, name="give"),
    path("<int:pk>/done/", moving.done, name="done"),
    path("<int:pk>/reopen/", moving.back, name="reopen"),
    path("<int:pk>/spam/", moving.spam, name="spam"),
    path("message/<int:pk>/undo/", writing.undo, name="undo"),
    path("message/<int:pk>/again/", writing.again, name="send_again"),
    path("message/<int:pk>/formatted/", files.formatted, name="formatted"),
    path("message/<int:pk>/text/", files.whole_text, name="whole_text"),
    path("file/<int:pk>/", files.file, name="file"),
    path("person/<int:pk>/", persons.show_person, name="person"),
    path("person/<int:pk>/addresses/", persons.show_addresses, name="addresses"),
    path("person/<int:pk>/merge/", persons.merge_person, name="merge"),
    path("person/<int:pk>/unmerge/", persons.unmerge_one, name="unmerge"),
    path("person/<int:pk>/about/", persons.describe, name="describe"),
]
