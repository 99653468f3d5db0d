"""The organisation's own label tree: making, renaming, moving and removing topics."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Count, Q
from django.utils.text import slugify
from django.utils.translation import gettext as _

from klankbord.audit.actions import record
from klankbord.events.publish import publish
from klankbord.participation.events import TopicChanged
from klankbord.participation.models import Follow, Tagging, Topic
from klankbord.people.models import Membership, Organisation, Role

DEEPEST = 3


class TopicRefused(Exception):
    """It cannot be done. `str()` is a sentence for who tried."""


def topics_of(organisation: Organisation) -> list[tuple[int, Topic]]:
    """The whole tree as it is read: each topic after its parent, with its depth; `threads` says how many are public."""
    count = Count("taggings", filter=Q(taggings__conversation__hidden_at__isnull=True))
    rows = list(Topic.objects.of(organisation).annotate(threads=count).order_by("name"))
    below: dict[int | None, list[Topic]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row)
    found: list[tuple[int, Topic]] = []

    def walk(parent: int | None, depth: int) -> None:
        for row in below.get(parent, []):
            found.append((depth, row))
            walk(row.pk, depth + 1)

    walk(None, 0)
    return found


@transaction.atomic
def save_topic(
    *, organisation: Organisation, name: str, by: Membership, topic: Topic | None = None, parent: Topic | None = None,
    description: str = "",
) -> Topic:  # fmt: skip
    """Make a topic, or change `topic`; its address stays when it is renamed, so that links go on working.

    Raises:
        TopicRefused: not by a moderator, without a name, twice the same, or under itself or too deep.
    """
    _require(by, organisation)
    name, slug = " ".join(name.split())[:60], slugify(name)[:60].strip("-")
    if not slug:
        raise TopicRefused(_("Give the topic a name."))
    same = Topic.objects.of(organisation).filter(Q(slug=slug) | Q(name__iexact=name))
    if (same.exclude(pk=topic.pk) if topic else same).exists():
        raise TopicRefused(_("There is a topic of that name already."))
    if parent is not None and (len(_line(parent)) >= DEEPEST or (topic is not None and topic.pk in _line(parent))):
        raise TopicRefused(_("A topic cannot stand under itself, and at most three deep."))
    row = topic or Topic(organisation=organisation, slug=slug)
    row.name, row.parent, row.description = name, parent, description.strip()[:200]
    row.save()
    record(organisation_id=organisation.pk, membership_id=by.pk, verb="saved_topic", subject=row)
    publish(TopicChanged(organisation_id=organisation.pk, topic_id=row.pk))
    return row


@transaction.atomic
def remove_topic(*, topic: Topic, by: Membership, into: Topic | None = None) -> None:
    """Remove a topic; its threads, followers and lower topics go to `into`, else to the one above it.

    Raises:
        TopicRefused: not by a moderator.
    """
    _require(by, topic.organisation)
    heir = into if into is not None and into.pk != topic.pk else topic.parent
    number = topic.pk
    Topic.objects.of(topic.organisation_id).filter(parent=topic).update(
        parent=heir if heir is None or topic.pk not in _line(heir) else topic.parent
    )
    if heir is not None:
        _hand_over(topic, heir)
    record(organisation_id=topic.organisation_id, membership_id=by.pk, verb="removed_topic", subject=topic)
    organisation_id = topic.organisation_id
    topic.delete()
    publish(TopicChanged(organisation_id=organisation_id, topic_id=number))


def _hand_over(topic: Topic, heir: Topic) -> None:
    tagged = Tagging.objects.of(topic.organisation_id)
    has = tagged.filter(topic=heir).values("conversation")
    tagged.filter(topic=topic).exclude(conversation__in=has).update(topic=heir)
    followed = Follow.objects.of(topic.organisation_id)
    followed.filter(topic=topic).exclude(person__in=followed.filter(topic=heir).values("person")).update(topic=heir)


def _line(topic: Topic) -> list[int]:
    """The ids from this topic up to the top."""
    found: list[int] = []
    row: Topic | None = topic
    while row is not None and row.pk not in found:
        found.append(row.pk)
        row = row.parent
    return found


def _require(by: Membership, organisation: Organisation) -> None:
    if by.organisation_id != organisation.pk or not by.may(Role.MODERATOR):
        raise TopicRefused(_("Only a moderator can do this."))
