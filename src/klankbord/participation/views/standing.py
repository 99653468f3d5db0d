"""What standing is, the wall of thanks, and thanking somebody."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from klankbord.conversations.announcing import public_topic
from klankbord.conversations.models import Message
from klankbord.design.writing import says_nothing
from klankbord.live.shows import shows
from klankbord.participation.announcing import standing_topic
from klankbord.participation.authors import author, authors
from klankbord.participation.drafts import too_long
from klankbord.participation.paths import thread_path
from klankbord.participation.taking_part import take_part
from klankbord.participation.views.me import takes_part
from klankbord.people.models import Membership, Organisation, Person, Role
from klankbord.people.requests import membership_of, organisation_of, person_of
from klankbord.people.same_origin import same_origin
from klankbord.reputation.actions import active_since, highest
from klankbord.reputation.models import Perk, Thanks
from klankbord.reputation.ranks import ranks
from klankbord.reputation.rules import AGREEMENTS, DAILY_CAP, FROM_ONE_GIVER, THRESHOLDS, WORTH
from klankbord.reputation.thanks import LONGEST_THANKS, take_off_the_wall

ON_THE_WALL = 60
_HIGHEST = 20


@require_safe
def standing(request: HttpRequest) -> HttpResponse:
    """`/standing/`: the rules in words, and who helps."""
    organisation = organisation_of(request)
    lines = highest(organisation_id=organisation.pk, number=_HIGHEST)
    people = authors(organisation_id=organisation.pk, person_ids=[line.person_id for line in lines])
    context = {
        "worth": WORTH.values(),
        "daily_cap": DAILY_CAP,
        "from_one": FROM_ONE_GIVER,
        "agreements": AGREEMENTS.values(),
        "thresholds": sorted(THRESHOLDS.values(), key=lambda each: each.points),
        "ranks": [(points, name) for points, name in ranks(organisation.pk) if name],
        "helpers": [(people[line.person_id], line) for line in lines if line.person_id in people],
        "year_began": active_since(),
        "perks": Perk.objects.of(organisation).filter(is_active=True).order_by("from_points", "pk"),
    }
    response = render(request, "participation/standing.html", context)
    return shows(response, public_topic(organisation.pk), standing_topic(organisation.pk))


@require_safe
def wall(request: HttpRequest) -> HttpResponse:
    """`/thanks/`: what people thanked each other for."""
    organisation = organisation_of(request)
    return _on_the_wall(request, list(_wall(organisation)[:ON_THE_WALL]))


@require_safe
def one_of_the_wall(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """`/thanks/<id>/`: one thank-you, for who is led to it."""
    row = _wall(organisation_of(request)).filter(message__conversation_id=conversation_id).first()
    if row is None:
        raise Http404
    return _on_the_wall(request, [row], is_one=True)


def _wall(organisation: Organisation) -> QuerySet[Thanks]:
    rows = Thanks.objects.of(organisation).on_the_wall()
    return rows.select_related("about__conversation", "message")


def _on_the_wall(request: HttpRequest, rows: Sequence[Thanks], *, is_one: bool = False) -> HttpResponse:
    organisation = organisation_of(request)
    people = authors(
        organisation_id=organisation.pk, person_ids=[key for row in rows for key in (row.to_id, row.by_id)]
    )
    viewer, member = person_of(request), membership_of(request)
    everyone = Person.objects.of(organisation).same_as(viewer) if viewer is not None else []
    thanks = [
        {
            "id": row.pk,
            "message_id": row.message_id,
            "may_take_off": _may_take_off(row, everyone, member),
            "is_own": row.by_id in everyone,
            "words": row.message.text,
            "to": people.get(row.to_id),
            "by": people.get(row.by_id or 0),
            "at": row.at,
            "about": row.about.conversation if _is_shown(row.about) and row.about else None,
            "path": thread_path(row.about.conversation, row.about) if _is_shown(row.about) and row.about else "",
        }
        for row in rows
    ]
    response = render(request, "participation/thanks.html", {"thanks": thanks, "is_one": is_one})
    if viewer is not None or member is not None:
        response["Cache-Control"] = "private, no-cache"
        return response
    return shows(response, public_topic(organisation.pk), standing_topic(organisation.pk))


@never_cache
@same_origin
@require_POST
def off_the_wall(request: HttpRequest, thanks_id: int) -> HttpResponse:
    """`/thanks/<id>/off/`: for who said it, for whom it is, and for moderators."""
    organisation, viewer, member = organisation_of(request), person_of(request), membership_of(request)
    found = _wall(organisation).filter(pk=thanks_id).first()
    everyone = Person.objects.of(organisation).same_as(viewer) if viewer is not None else []
    if found is None or not _may_take_off(found, everyone, member):
        raise Http404
    take_off_the_wall(thanks=found, by=member)
    return redirect("participation:thanks")


@never_cache
@same_origin
@require_http_methods(["GET", "HEAD", "POST"])
def thank(request: HttpRequest, person_id: int) -> HttpResponse:
    """`/people/<id>/thank/`, with `about=<message id>` for something in particular."""
    organisation = organisation_of(request)
    found = Person.objects.of(organisation).filter(pk=person_id).select_related("merged_into").first()
    if found is None or not takes_part(found):
        raise Http404
    about = request.POST.get("about", request.GET.get("about", ""))
    words = " ".join(request.POST.get("words", "").split())
    error = ""
    if request.method == "POST":
        error = _("Write something first.") if says_nothing(words) else too_long(words, LONGEST_THANKS)
        if not error:
            return take_part(request, "thank", {"to": found.pk, "about": about, "words": words})
    viewer = person_of(request)
    context = {
        "author": author(found),
        "about": about,
        "words": words,
        "error": error,
        "limit": LONGEST_THANKS,
        "is_me": viewer is not None and viewer.pk == found.canonical.pk,
        "back": reverse("participation:person", args=[found.pk]),
    }
    return render(request, "participation/thank.html", context, status=422 if error else 200)


def _may_take_off(thanks: Thanks, everyone: Collection[int], member: Membership | None) -> bool:
    if member is not None and member.may(Role.MODERATOR):
        return True
    return thanks.by_id in everyone or thanks.to_id in everyone


def _is_shown(message: Message | None) -> bool:
    return (
        message is not None
        and message.hidden_at is None
        and message.withdrawn_at is None
        and message.conversation.is_public
        and not message.conversation.in_circle
        and message.conversation.hidden_at is None
    )
