"""Every list of ideas and changes as a feed (Atom)."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from klankbord.conversations.announcing import conversation_topic
from klankbord.ideas.access import idea_for
from klankbord.ideas.announcing import board_topic, changes_topic, ideas_topic
from klankbord.ideas.changes import change_rows
from klankbord.ideas.listing import Choice, Sort, board_path, chosen, path_of, read_choice
from klankbord.ideas.models import Board, Idea, IdeaQuerySet, Status, StatusChange
from klankbord.ideas.reading import read_page
from klankbord.live.shows import shows
from klankbord.markup.markdown import render_post
from klankbord.participation.authors import authors
from klankbord.participation.feeds import Entry, atom
from klankbord.people.models import Organisation
from klankbord.people.requests import organisation_of

_MOST = 30


@require_safe
def ideas(request: HttpRequest) -> HttpResponse:
    """`/ideas/feed/`: new ideas, or with `?status=` and `?topic=` some of them."""
    organisation = organisation_of(request)
    choice = read_choice(request.GET, organisation)
    rows = Idea.objects.of(organisation).listed()
    response = _feed(organisation, rows, choice, _("Ideas"), reverse("ideas:feed"), reverse("ideas:list"))
    return shows(response, ideas_topic(organisation.pk), query=("status", "topic"))


@require_safe
def board(request: HttpRequest, slug: str) -> HttpResponse:
    """`/ideas/boards/<slug>/feed/`: new ideas of everybody who shares the board. A panel's own board has no feed."""
    organisation = organisation_of(request)
    found = Board.objects.shared_by(organisation).open_to_all().filter(slug=slug).first()
    if found is None:
        raise Http404
    choice = read_choice(request.GET, organisation)
    path = reverse("ideas:board-feed", args=[slug])
    # Each idea stands at the organisation that answers for it; a feed only tells of our own.
    rows = Idea.objects.of(organisation).listed().filter(board=found)
    response = _feed(organisation, rows, choice, found.name, path, board_path(found))
    return shows(response, board_topic(found.pk), ideas_topic(organisation.pk), query=("status", "topic"))


@require_safe
def roadmap(request: HttpRequest) -> HttpResponse:
    """`/ideas/roadmap/feed/`: each step that is planned, begun or done."""
    organisation = organisation_of(request)
    steps = StatusChange.objects.of(organisation).filter(
        idea__in=Idea.objects.of(organisation).listed(),
        status__in=(Status.PLANNED, Status.STARTED, Status.DONE),
    )
    entries = [
        Entry(
            path=f"{path_of(step.idea.conversation_id)}#step{step.pk}",
            title=f"{Status(step.status).label}: {step.idea.conversation.subject}",
            html=render_post(step.sentence),
            updated=step.at,
            published=step.at,
            categories=(step.status,),
        )
        for step in steps.select_related("idea__conversation").order_by("-at", "-pk")[:_MOST]
    ]
    path, page = reverse("ideas:roadmap-feed"), reverse("ideas:roadmap")
    response = atom(organisation=organisation, title=_("What we do with ideas"), path=path, page=page, entries=entries)
    return shows(response, ideas_topic(organisation.pk))


@require_safe
def one(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """`/ideas/<id>/feed/`: the steps of one idea, and what is said of it."""
    organisation = organisation_of(request)
    idea = idea_for(organisation=organisation, conversation_id=conversation_id, person=None, member=None).root
    page, path = read_page(idea), path_of(idea.conversation_id)
    entries = [
        Entry(
            path=f"{path}#m{said.id}",
            title=_("Reaction of %(name)s") % {"name": said.author.name},
            html=said.html,
            updated=said.edited_at or said.at,
            published=said.at,
            author=said.author.name,
        )
        for top in page.said
        for said in (top, *top.answers)
    ]
    if page.official is not None:
        official = page.official
        entries.append(
            Entry(
                path=f"{path}#{official.anchor}",
                title=f"{official.status.label}: {idea.conversation.subject}",
                html=official.html,
                updated=official.at,
                published=official.at,
                author=official.by_name,
                categories=(official.status.value,),
            )
        )
    entries.sort(key=lambda entry: entry.updated, reverse=True)
    own = reverse("ideas:idea-feed", args=[conversation_id])
    title = idea.conversation.subject
    response = atom(organisation=organisation, title=title, path=own, page=path, entries=entries[:_MOST])
    topics = (conversation_topic(conversation_id), conversation_topic(idea.conversation_id))
    return shows(response, *topics, changes_topic(idea.organisation_id))  # told when people change their name


@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """`/changes/feed/`: what we changed."""
    organisation = organisation_of(request)
    rows, _more = change_rows(organisation)
    entries = [
        Entry(
            path=reverse("changes:change", args=[row.change.pk]),
            title=row.change.title,
            html=row.html,
            updated=row.change.published_at or row.change.created_at,
            published=row.change.published_at or row.change.created_at,
            author=organisation.name,
        )
        for row in rows
    ]
    path, page = reverse("changes:feed"), reverse("changes:list")
    response = atom(organisation=organisation, title=_("You said, we did"), path=path, page=page, entries=entries)
    return shows(response, changes_topic(organisation.pk))


def _feed(
    organisation: Organisation, rows: IdeaQuerySet, choice: Choice, title: str, path: str, page: str
) -> HttpResponse:
    newest = chosen(rows, Choice(sort=Sort.NEWEST, status=choice.status, topic=choice.topic))
    found = list(newest.select_related("conversation", "opening")[:_MOST])
    people = authors(organisation_id=organisation.pk, person_ids=[each.conversation.person_id for each in found])
    entries = [
        Entry(
            path=path_of(idea.conversation_id),
            title=idea.conversation.subject,
            html=render_post(idea.opening.text),
            updated=max(idea.created_at, idea.status_at or idea.created_at),
            published=idea.created_at,
            author=people[idea.conversation.person_id].name,
            categories=(idea.status,),
        )
        for idea in found
    ]
    return atom(organisation=organisation, title=title, path=path, page=page, entries=entries)
