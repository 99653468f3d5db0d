"""The question of the month: where its answers land, and the card for the branch."""

from __future__ import annotations

from collections.abc import Iterable

import segno
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.dateformat import format as format_date
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from klankbord.conversations.announcing import public_topic
from klankbord.conversations.refusals import Refused
from klankbord.live.shows import shows
from klankbord.participation.posting import public_url
from klankbord.people.announcing import profile_topic
from klankbord.people.models import Organisation, Role
from klankbord.people.requests import membership_of, organisation_of
from klankbord.posts.actions import ask_monthly_question
from klankbord.posts.feeds import feed_of
from klankbord.posts.forms import MonthlyForm
from klankbord.posts.models import MonthlyQuestion
from klankbord.posts.paging import until_midnight
from klankbord.signin.staff import StaffRequest, for_staff_in_public

_IN_FEED = 20


@require_safe
def now(request: HttpRequest) -> HttpResponse:
    """`/question-of-the-month/`: a short address that leads to the question of now."""
    organisation = organisation_of(request)
    rows = MonthlyQuestion.objects.of(organisation).shown().filter(month__lte=organisation.today())
    found = rows.first()
    if found is None:
        return render(request, "posts/no_question.html")
    return redirect("posts:post", conversation_id=found.pk)


@require_safe
def earlier(request: HttpRequest) -> HttpResponse:
    """`/question-of-the-month/all/`"""
    organisation = organisation_of(request)
    rows = MonthlyQuestion.objects.of(organisation).select_related("conversation")
    context = {"questions": _with_month(rows.shown()[:120])}
    if _may_ask(request):
        context["waiting"] = _with_month(rows.waiting())
    response = render(request, "posts/monthly.html", context)
    topics = (public_topic(organisation.pk), profile_topic(organisation.pk))
    return shows(response, *topics, until=until_midnight(organisation))


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """`/question-of-the-month/feed.atom`"""
    rows = MonthlyQuestion.objects.of(organisation_of(request)).shown()
    found = rows.select_related("conversation")[:_IN_FEED]
    return feed_of(request, found, title=_("Questions of the month"), page=reverse("posts:earlier"))


@require_safe
def card(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """`/question-of-the-month/<id>/card/`: to print, with a code that a phone reads; ahead of its month too."""
    organisation = organisation_of(request)
    rows = MonthlyQuestion.objects.of(organisation)
    rows = rows.shown() | rows.waiting() if _may_ask(request) else rows.shown()
    found = rows.select_related("conversation").filter(pk=conversation_id).first()
    if found is None:
        raise Http404
    context = {"question": found, "printed": _printed(found, organisation)}
    if found.asked_at is None:
        context["month"] = format_date(found.month, "F Y")
    response = render(request, "posts/card.html", context)
    return shows(response, public_topic(organisation.pk), profile_topic(organisation.pk))


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff_in_public(Role.MODERATOR)
def ask(request: StaffRequest) -> HttpResponse:
    """`/question-of-the-month/ask/`: for moderators."""
    member, organisation = request.membership, request.organisation
    form = MonthlyForm(request.POST or None, initial={"month": organisation.today()})
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        try:
            made = ask_monthly_question(by=member, title=found["title"], text=found["text"], month=found["month"])
        except Refused as refusal:
            form.add_error("month", str(refusal.sentence))
        else:
            return redirect("posts:card", conversation_id=made.pk)
    return render(request, "posts/ask_monthly.html", {"form": form}, status=422 if form.errors else 200)


def _printed(question: MonthlyQuestion, organisation: Organisation) -> SafeString:
    """The card itself, in the organisation's language and form of address: it hangs where customers read it."""
    address = public_url(organisation, reverse("posts:post", args=[question.pk]))
    drawn = segno.make(address, error="m").svg_inline(border=2, omitsize=True, svgclass="qr", lineclass=None)
    context = {
        "organisation": organisation,
        "question": question,
        "short": address.partition("://")[2],
        "code": mark_safe(drawn),  # noqa: S308 - drawn here, out of our own address
    }
    with translation.override(organisation.speaks()):
        return mark_safe(render_to_string("posts/_card.html", context))  # noqa: S308 - a template of ours


def _may_ask(request: HttpRequest) -> bool:
    member = membership_of(request)
    return member is not None and member.may(Role.MODERATOR)


def _with_month(questions: Iterable[MonthlyQuestion]) -> list[tuple[MonthlyQuestion, str]]:
    return [(each, format_date(each.month, "F Y")) for each in questions]
