"""What was undone is known by what it earned, not by the votes; and votes of lately tell from where they were given."""

from datetime import timedelta

from django.db import migrations

from klankbord import clock


def from_votes(apps, _editor):
    ring, entry, vote = (
        apps.get_model(*each).unguarded
        for each in (("participation", "Ring"), ("reputation", "Entry"), ("participation", "Vote"))
    )
    for each in ring.iterator():
        causes = [f"vote:{key}" for key in each.votes.values_list("pk", flat=True)]
        each.entries.set(entry.filter(organisation_id=each.organisation_id, cause__in=causes))
    lately = vote.filter(at__gte=clock.now() - timedelta(days=31)).exclude(place="")
    for key, place in lately.values_list("pk", "place").iterator():
        entry.filter(cause=f"vote:{key}").update(place=place)


def to_votes(apps, _editor):
    for each in apps.get_model("participation", "Ring").unguarded.iterator():
        causes = each.entries.values_list("cause", flat=True)
        each.votes.set([int(cause.removeprefix("vote:")) for cause in causes if cause.startswith("vote:")])


class Migration(migrations.Migration):
    dependencies = [
        ("participation", "0005_agreements_of_all_kinds"),
    ]

    operations = [
        migrations.RunPython(from_votes, to_votes),
    ]
