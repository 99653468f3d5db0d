"""Where moderation is: the staff's queue, the author's page, and the log for everybody."""

from __future__ import annotations

from django.urls import path, register_converter
from django.urls.converters import IntConverter

from klankbord.moderation.views import author, log, notes, persons, queue, rules


class JudgedIdConverter(IntConverter):
    """The id of a row: no more digits than a database takes."""

    regex = "[0-9]{1,18}"


register_converter(JudgedIdConverter, "judged_id")

app_name = "moderation"
urlpatterns = [
    path("moderation/", queue.show_queue, name="queue"),
    path("moderation/rules/", rules.show_rules, name="rules"),
    path("moderation/rules/reason/", rules.change_reason, name="reason"),
    path("moderation/<judged_id:pk>/", queue.show_case, name="case"),
    path("moderation/<judged_id:pk>/judge/", queue.judge, name="judge"),
    path("moderation/decisions/<judged_id:pk>/undo/", queue.undo_decision, name="undo"),
    path("moderation/objections/<judged_id:pk>/", queue.show_objection, name="objection"),
    path("moderation/objections/<judged_id:pk>/judge/", queue.judge_one, name="judge-objection"),
    path("moderation/posts/<judged_id:pk>/look/", queue.put_in_queue, name="look"),
    path("moderation/notes/<judged_id:pk>/", notes.write_note, name="note"),
    path("moderation/notes/<judged_id:pk>/remove/", notes.take_note_away, name="remove-note"),
    path("moderation/persons/<judged_id:pk>/restrain/", persons.restrain_person, name="restrain"),
    path("moderation/restraints/<judged_id:pk>/lift/", persons.lift_restraint, name="lift"),
    path("judgement/<str:token>/", author.judgement, name="judgement"),
    path("me/judgements/<judged_id:pk>/", author.own_judgement, name="own-judgement"),
    path("log/", log.show_log, name="log"),
]
