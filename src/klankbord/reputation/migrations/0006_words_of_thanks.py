"""The words of a thank-you become a public message, so that they can be reported as any other."""

from django.db import migrations


def into_messages(apps, _editor):
    thanks, channel, conversation, message = (
        apps.get_model(*each).unguarded
        for each in (
            ("reputation", "Thanks"),
            ("channels", "Channel"),
            ("conversations", "Conversation"),
            ("conversations", "Message"),
        )
    )
    for each in thanks.filter(message__isnull=True, by__isnull=False).iterator():
        house = each.organisation_id
        door = channel.filter(organisation_id=house, kind="form").order_by("pk").first()
        door = door or channel.create(organisation_id=house, kind="form", name="Website")
        thread = conversation.create(
            organisation_id=house,
            person_id=each.by_id,
            channel=door,
            kind="thanks",
            subject="Bedankje" if each.organisation.language.startswith("nl") else "Thank-you",
            state="public",
            is_public=True,
            created_at=each.at,
            last_message_at=each.at,
        )
        each.message = message.create(
            organisation_id=house,
            conversation=thread,
            direction="inbound",
            channel=door,
            person_id=each.by_id,
            text=each.words,
            said_at=each.at,
            withdrawn_at=each.hidden_at,
        )
        each.save(update_fields=["message"])
    thanks.filter(message__isnull=True).delete()


def into_words(apps, _editor):
    for each in apps.get_model("reputation", "Thanks").unguarded.select_related("message").iterator():
        each.words = each.message.text[:300]
        each.save(update_fields=["words"])


class Migration(migrations.Migration):
    dependencies = [
        ("reputation", "0005_thanks_are_messages"),
    ]

    operations = [
        migrations.RunPython(into_messages, into_words),
    ]
