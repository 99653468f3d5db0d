"""What the organisation says itself, by named people, and the logs in which it is put in order."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from klankbord.conversations.actions.speak_publicly import opening_message
from klankbord.conversations.announcing import conversation_topic, public_topic
from klankbord.conversations.refusals import Refused
from klankbord.live.shows import shows
from klankbord.participation.actions import follows
from klankbord.participation.contract import NoLongerThere
from klankbord.participation.drafts import LONGEST_POST, Draft, fill
from klankbord.participation.models import Area
from klankbord.participation.previews import first_words
from klankbord.participation.taking_part import cannot, reader_of, take_part, who_writes
from klankbord.people.announcing import profile_topic
from klankbord.people.models import Membership, Organisation, Role
from klankbord.people.requests import membership_of, organisation_of, person_of
from klankbord.people.same_origin import same_origin
from klankbord.posts.actions import change_post, take_post_back, write_post
from klankbord.posts.contributions import public_thread
from klankbord.posts.feeds import feed_of, feed_of_replies
from klankbord.posts.following import log_area
from klankbord.posts.forms import PostForm
from klankbord.posts.models import Log, MonthlyQuestion, Post
from klankbord.posts.paging import until_midnight
from klankbord.posts.reading import read_threads
from klankbord.signin.staff import StaffRequest, for_staff_in_public

A_PAGE = 20


@require_safe
def posts(request: HttpRequest, slug: str = "") -> HttpResponse:
    """`/posts/`, `/posts/log/<slug>/`: newest first; `?before=<id>` for older ones."""
    organisation = organisation_of(request)
    log = _log(organisation, slug)
    rows = Post.objects.of(organisation).shown().select_related("conversation", "log")
    rows = rows.filter(log=log) if log else rows
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        rows = rows.filter(conversation_id__lt=int(before)).order_by("-conversation_id")
    page = list(rows[: A_PAGE + 1])
    shown = page[:A_PAGE]
    threads = read_threads(organisation, [each.conversation for each in shown], replies=False)
    context = {
        "log": log,
        "area": log_area(log.pk) if log else Area.POSTS,
        "logs": Log.objects.of(organisation).filter(ended_at__isnull=True).order_by("name"),
        "posts": [(each, threads[each.pk].opening) for each in shown if threads[each.pk].opening],
        "older": f"{request.path}?before={shown[-1].pk}" if len(page) > A_PAGE else "",
        "newer": request.path if before else "",
        "feed": reverse("posts:log-feed", args=[slug]) if log else reverse("posts:feed"),
    }
    response = render(request, "posts/posts.html", context)
    return shows(
        response,
        public_topic(organisation.pk),
        profile_topic(organisation.pk),
        until=until_midnight(organisation),
        query=("before",),
    )


@require_safe
def feed(request: HttpRequest, slug: str = "") -> HttpResponse:
    """`/posts/feed.atom`, `/posts/log/<slug>/feed.atom`"""
    organisation = organisation_of(request)
    log = _log(organisation, slug)
    rows = Post.objects.of(organisation).shown().select_related("conversation")
    return feed_of(
        request,
        (rows.filter(log=log) if log else rows)[:A_PAGE],
        title=log.name if log else _("From us"),
        page=reverse("posts:log", args=[slug]) if log else reverse("posts:posts"),
    )


def _log(organisation: Organisation, slug: str) -> Log | None:
    """The log of this name; None without a name."""
    return get_object_or_404(Log.objects.of(organisation), slug=slug) if slug else None


@require_safe
def post(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """`/posts/<id>/`: a post, or the question of a month, with what was said to it."""
    organisation = organisation_of(request)
    found = Post.objects.of(organisation).shown().select_related("conversation", "log")
    row: Post | MonthlyQuestion | None = found.filter(pk=conversation_id).first()
    if row is None:
        monthly = MonthlyQuestion.objects.of(organisation).select_related("conversation")
        row = monthly.shown().filter(pk=conversation_id).first()
    if row is None:
        raise Http404
    thread = read_threads(organisation, [row.conversation], replies=True)[row.pk]
    member = membership_of(request)
    context = {
        "row": row,
        "conversation": row.conversation,
        "monthly": row if isinstance(row, MonthlyQuestion) else None,
        "log": row.log if isinstance(row, Post) else None,
        "thread": thread,
        "description": first_words(thread.opening.text) if thread.opening else "",
        "longest": LONGEST_POST,
        "follows": follows(person=person_of(request), conversation=row.conversation),
        "me": reader_of(request),
        "mine": isinstance(row, Post) and member is not None and _is_own(row, member),
    }
    response = render(request, "posts/post.html", context)
    return shows(
        response,
        conversation_topic(row.pk),
        profile_topic(organisation.pk),
        public_topic(organisation.pk),
        until=until_midnight(organisation),
    )


@require_safe
def replies_feed(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """`/posts/<id>/feed.atom`: what is said below a post or a tip, or answered to the question of the month."""
    try:
        thread = public_thread(organisation_of(request), conversation_id)
    except NoLongerThere:
        raise Http404 from None
    return feed_of_replies(request, thread)


@never_cache
@same_origin
@require_POST
def react(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """`/posts/<id>/react/`"""
    if request.POST.get("website"):  # no person sees this field
        return redirect("posts:posts")
    draft, who = Draft(), who_writes(request)
    fill(draft, request, organisation_of(request), with_pictures=False)
    if draft.errors or draft.is_unsettled:
        try:
            thread = public_thread(organisation_of(request), conversation_id)
        except NoLongerThere:
            raise Http404 from None
        context = {"conversation": thread, "draft": draft, "who": who}
        return render(request, "posts/react.html", context, status=422)
    payload = {"thread": conversation_id, "text": draft.text}
    return take_part(request, "reaction", payload, email=who.email, name=who.name)


@never_cache
@same_origin
@require_POST
def take_reaction_back(request: HttpRequest, message_id: int) -> HttpResponse:
    """`/posts/said/<id>/take-back/`: one's own words below a post, a tip or the question of the month."""
    return take_part(request, "reaction-take-back", {"message": message_id})


@never_cache
@same_origin
@require_POST
def follow(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """`/posts/<id>/follow/`: hear of reactions to a post, a tip or an answer; with `stop`, no longer."""
    return take_part(request, "post-follow", {"thread": conversation_id, "stop": "stop" in request.POST})


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff_in_public()
def write(request: StaffRequest, conversation_id: int | None = None) -> HttpResponse:
    """`/posts/write/`, `/posts/<id>/change/`: for staff."""
    member, organisation = request.membership, request.organisation
    found = _own(request, member, conversation_id) if conversation_id is not None else None
    logs = list(Log.objects.of(organisation).filter(ended_at__isnull=True).order_by("name"))
    form = PostForm(request.POST or None, initial=_start(found), logs=[] if found else logs)
    if request.method == "POST" and form.is_valid():
        title, text = form.cleaned_data["title"], form.cleaned_data["text"]
        try:
            if found is None:
                chosen = next((each for each in logs if str(each.pk) == form.cleaned_data.get("log")), None)
                found = write_post(by=member, title=title, text=text, log=chosen)
            else:
                change_post(post=found, by=member, title=title, text=text)
        except Refused as refusal:
            form.add_error("text", str(refusal.sentence))
        else:
            return redirect("posts:post", conversation_id=found.pk)
    context = {"form": form, "post": found}
    return render(request, "posts/write.html", context, status=422 if form.errors else 200)


@require_POST
@for_staff_in_public()
def take_back(request: StaffRequest, conversation_id: int) -> HttpResponse:
    """`/posts/<id>/take-back/`: for staff."""
    member = request.membership
    found = _own(request, member, conversation_id)
    try:
        take_post_back(post=found, by=member)
    except Refused as refusal:
        return cannot(request, str(refusal.sentence))
    return redirect("posts:posts")


def _own(request: HttpRequest, member: Membership, conversation_id: int) -> Post:
    rows = Post.objects.of(organisation_of(request)).shown().select_related("conversation")
    found: Post | None = rows.filter(pk=conversation_id).first()
    if found is None or not _is_own(found, member):
        raise Http404
    return found


def _is_own(post: Post, member: Membership) -> bool:
    return post.conversation.person_id == member.person_id or member.may(Role.LEAD)


def _start(post: Post | None) -> dict[str, Any]:
    if post is None:
        return {}
    return {"title": post.conversation.subject, "text": opening_message(post.conversation).text}
