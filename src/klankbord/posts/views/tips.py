"""What customers want to give others."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from klankbord.conversations.announcing import conversation_topic, public_topic
from klankbord.files.pictures import EVERYBODYS, picture_response
from klankbord.live.shows import shows
from klankbord.participation.actions import follows, voted_for
from klankbord.participation.drafts import LONGEST_POST, Draft, looked_over
from klankbord.participation.pictures import read_pictures
from klankbord.participation.previews import first_words
from klankbord.participation.taking_part import reader_of, take_part, who_writes
from klankbord.people.announcing import profile_topic
from klankbord.people.models import Organisation
from klankbord.people.requests import organisation_of, person_of
from klankbord.people.same_origin import same_origin
from klankbord.posts.feeds import feed_of
from klankbord.posts.forms import TipForm
from klankbord.posts.models import Theme, Tip
from klankbord.posts.paging import until_midnight
from klankbord.posts.reading import read_threads

A_PAGE = 24


@require_safe
def tips(request: HttpRequest, slug: str = "") -> HttpResponse:
    """`/tips/`, `/tips/theme/<slug>/`: newest first, under a theme those that are liked most; `?page=2`."""
    organisation = organisation_of(request)
    theme = _theme(organisation, slug)
    rows = Tip.objects.of(organisation).shown().select_related("conversation", "theme")
    if theme is not None:
        rows = rows.filter(theme=theme).order_by("-likes", "-conversation_id")
    number = _page(request)
    page = list(rows[(number - 1) * A_PAGE : number * A_PAGE + 1])
    shown = page[:A_PAGE]
    threads = read_threads(organisation, [each.conversation for each in shown], replies=False)
    today = organisation.today()
    context = {
        "theme": theme,
        "is_open": theme is None or theme.is_open(today),
        "themes": Theme.objects.of(organisation).open(today).order_by("name"),
        "tips": [(each, threads[each.pk].opening) for each in shown if threads[each.pk].opening],
        "older": f"{request.path}?page={number + 1}" if len(page) > A_PAGE else "",
        "newer": f"{request.path}?page={number - 1}" if number > 1 else "",
        "feed": reverse("posts:theme-feed", args=[slug]) if theme else reverse("posts:tips-feed"),
    }
    response = render(request, "posts/tips.html", context)
    return shows(
        response,
        public_topic(organisation.pk),
        profile_topic(organisation.pk),
        until=until_midnight(organisation),
        query=("page",),
    )


@require_safe
def feed(request: HttpRequest, slug: str = "") -> HttpResponse:
    """`/tips/feed.atom`, `/tips/theme/<slug>/feed.atom`"""
    organisation = organisation_of(request)
    theme = _theme(organisation, slug)
    rows = Tip.objects.of(organisation).shown().select_related("conversation")
    return feed_of(
        request,
        (rows.filter(theme=theme) if theme else rows)[:A_PAGE],
        title=theme.name if theme else _("Tips"),
        page=reverse("posts:theme", args=[slug]) if theme else reverse("posts:tips"),
    )


def _theme(organisation: Organisation, slug: str) -> Theme | None:
    """The theme of this name; None without a name."""
    return get_object_or_404(Theme.objects.of(organisation), slug=slug) if slug else None


@require_safe
def tip(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """`/tips/<id>/`"""
    organisation, person = organisation_of(request), person_of(request)
    found = _shown(organisation, conversation_id)
    thread = read_threads(organisation, [found.conversation], replies=True)[found.pk]
    opening = thread.opening
    if opening is None:
        raise Http404
    liked = voted_for(person=person, organisation_id=organisation.pk, message_ids=[opening.id])
    context = {
        "tip": found,
        "conversation": found.conversation,
        "thread": thread,
        "description": first_words(opening.text),
        "longest": LONGEST_POST,
        "liked": bool(liked),
        "me": reader_of(request),
        "mine": person is not None and opening.author is not None and opening.author.id == person.pk,
        "follows": follows(person=person, conversation=found.conversation),
    }
    response = render(request, "posts/tip.html", context)
    return shows(
        response,
        conversation_topic(found.pk),
        profile_topic(organisation.pk),
        public_topic(organisation.pk),
        until=until_midnight(organisation),
    )


@never_cache
@same_origin
@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest) -> HttpResponse:
    """`/tips/give/`, with `?theme=<id>` for a choice already made."""
    organisation = organisation_of(request)
    today = organisation.today()
    themes = list(Theme.objects.of(organisation).open(today).order_by("name"))
    if request.method != "POST":
        return _form(request, TipForm(initial={"theme": request.GET.get("theme", "")}, themes=themes), Draft())
    if request.POST.get("website"):  # no person sees this field
        return redirect("posts:tips")
    form = TipForm(request.POST, themes=themes)
    draft = _looked_at(request, organisation)
    if form.is_valid() and not draft.errors and not draft.is_unsettled:
        found, who = form.cleaned_data, who_writes(request)
        draft.title, draft.text = found["title"], found["text"]
        payload = {**draft.payload(), "theme": found.get("theme", "")}
        return take_part(request, "tip", payload, email=who.email, name=who.name)
    return _form(request, form, draft, status=422)


def _looked_at(request: HttpRequest, organisation: Organisation) -> Draft:
    """What is personal in a tip, and whether it may stand there; and its picture."""
    draft = looked_over(request, organisation, request.POST.get("title", ""), request.POST.get("text", ""))
    draft.pictures, draft.errors = read_pictures(request, organisation, most=1)
    return draft


def _form(request: HttpRequest, form: TipForm, draft: Draft, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "draft": draft, "who": who_writes(request)}
    return render(request, "posts/give.html", context, status=status)


@never_cache
@same_origin
@require_POST
def like(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """`/tips/<id>/like/`; with `stop`, no longer."""
    return take_part(request, "tip-like", {"tip": conversation_id, "stop": "stop" in request.POST})


@never_cache
@same_origin
@require_POST
def withdraw(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """`/tips/<id>/withdraw/`"""
    return take_part(request, "tip-withdraw", {"tip": conversation_id})


@require_safe
def picture(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """`/tips/<id>/picture.webp`: as it was drawn anew here."""
    found = _shown(organisation_of(request), conversation_id)
    if found.picture is None:
        raise Http404
    try:
        return picture_response(found.picture, EVERYBODYS)
    except OSError:
        raise Http404 from None


def _shown(organisation: Organisation, conversation_id: int) -> Tip:
    rows = Tip.objects.of(organisation).shown().select_related("conversation", "theme", "picture")
    found: Tip | None = rows.filter(pk=conversation_id).first()
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 5 else 1
