"""The lists as Atom feeds."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from klankbord.community.models import Question
from klankbord.community.reading import lists as reading
from klankbord.community.reading.feed import answer_entries, feed_entries
from klankbord.community.reading.thread import messages_of, read_head, read_thread
from klankbord.conversations.announcing import conversation_topic, public_topic
from klankbord.live.shows import shows
from klankbord.participation.announcing import person_topic
from klankbord.participation.feeds import atom
from klankbord.participation.models import Topic
from klankbord.people.announcing import profile_topic
from klankbord.people.requests import organisation_of


@require_safe
def answers(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """`/questions/<id>/feed/`: the answers to one question; of a duplicate, those of the question that it became."""
    organisation = organisation_of(request)
    head = read_head(organisation, conversation_id)
    if head is None or not head.is_public or head.in_circle or head.moved_at or head.hidden_at:
        raise Http404
    if head.joined_into_id is not None:
        question = Question.objects.of(organisation).select_related("joined_into").get(pk=head.id)
        return redirect("community:answers-feed", question.root.pk)
    thread = read_thread(organisation, head, messages_of(organisation, head.id).plain())
    response = atom(
        organisation=organisation,
        title=head.subject,
        path=request.path,
        page=reverse("community:question", args=[head.id]),
        entries=answer_entries(thread, organisation),
    )
    threads = {head.id, *(each.conversation_id for each in thread.said)}
    people = {each.shown_person_id for each in thread.said}
    return shows(
        response,
        profile_topic(organisation.pk),
        *(conversation_topic(pk) for pk in threads),
        *(person_topic(pk) for pk in people if pk is not None),
    )


@require_safe
def feed(request: HttpRequest, slug: str) -> HttpResponse:
    """`/questions/feeds/<list>/`, with `?topic=` for what is under a topic."""
    organisation = organisation_of(request)
    chosen = reading.list_called("" if slug == "newest" else slug)
    wanted = request.GET.get("topic", "")
    topic = Topic.objects.of(organisation).filter(slug=wanted).first() if wanted else None
    if chosen is None or (wanted and topic is None):
        raise Http404
    response = atom(
        organisation=organisation,
        title=topic.name if topic else str(chosen.label),
        path=request.get_full_path(),
        page=reverse("community:topic", args=[topic.slug])
        if topic
        else reverse(f"community:{chosen.slug or 'questions'}"),
        entries=feed_entries(chosen, organisation, topic),
    )
    return shows(response, public_topic(organisation.pk), profile_topic(organisation.pk), query=("topic",))
