"""Where moderation is: the staff's queue, the author's page, and the log for everybody."""

from __future__ import annotations

from django.urls import path

from klankbord.moderation.views import author, log, notes, persons, queue, rules

app_name = "moderation"
urlpatterns = [
    path("moderation/", queue.show_queue, name="queue"),
    path("moderation/rules/", rules.show_rules, name="rules"),
    path("moderation/rules/reason/", rules.change_reason, name="reason"),
    path("moderation/<row:pk>/", queue.show_case, name="case"),
    path("moderation/<row:pk>/judge/", queue.judge, name="judge"),
    path("moderation/decisions/<row:pk>/undo/", queue.undo_decision, name="undo"),
    path("moderation/objections/<row:pk>/", queue.show_objection, name="objection"),
    path("moderation/objections/<row:pk>/judge/", queue.judge_one, name="judge-objection"),
    path("moderation/posts/<row:pk>/look/", queue.put_in_queue, name="look"),
    path("moderation/notes/<row:pk>/", notes.write_note, name="note"),
    path("moderation/notes/<row:pk>/remove/", notes.take_note_away, name="remove-note"),
    path("moderation/persons/<row:pk>/restrain/", persons.restrain_person, name="restrain"),
    path("moderation/restraints/<row:pk>/lift/", persons.lift_restraint, name="lift"),
    path("judgement/<str:token>/", author.judgement, name="judgement"),
    path("me/judgements/<row:pk>/", author.own_judgement, name="own-judgement"),
    path("log/", log.show_log, name="log"),
]
