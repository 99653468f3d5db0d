"""What standing is, the wall of thanks, and thanking somebody."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from klankbord.conversations.announcing import public_topic
from klankbord.conversations.models import Message
from klankbord.live.shows import shows
from klankbord.participation.announcing import standing_topic
from klankbord.participation.authors import author, authors
from klankbord.participation.paths import thread_path
from klankbord.participation.taking_part import take_part
from klankbord.participation.views.me import takes_part
from klankbord.people.models import Person
from klankbord.people.requests import organisation_of, person_of
from klankbord.people.same_origin import same_origin
from klankbord.reputation.actions import active_since, highest
from klankbord.reputation.models import Perk, Thanks
from klankbord.reputation.ranks import ranks
from klankbord.reputation.rules import DAILY_CAP, FROM_ONE_GIVER, THRESHOLDS, WORTH

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
    rows = list(
        Thanks.objects.of(organisation)
        .filter(hidden_at__isnull=True)
        .select_related("about__conversation")
        .order_by("-at", "-pk")[:ON_THE_WALL]
    )
    people = authors(
        organisation_id=organisation.pk, person_ids=[key for row in rows for key in (row.to_id, row.by_id)]
    )
    thanks = [
        {
            "words": row.words,
            "to": people.get(row.to_id),
            "by": people.get(row.by_id or 0),
            "at": row.at,
            "about": row.about.conversation if _is_shown(row.about) and row.about else None,
            "path": thread_path(row.about.conversation, row.about) if _is_shown(row.about) and row.about else "",
        }
        for row in rows
    ]
    response = render(request, "participation/thanks.html", {"thanks": thanks})
    return shows(response, public_topic(organisation.pk), standing_topic(organisation.pk))


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
    if request.method == "POST" and words:
        return take_part(request, "thank", {"to": found.pk, "about": about, "words": words[:300]})
    viewer = person_of(request)
    context = {
        "author": author(found),
        "about": about,
        "missing": request.method == "POST",
        "is_me": viewer is not None and viewer.pk == found.canonical.pk,
        "back": reverse("participation:person", args=[found.pk]),
    }
    return render(request, "participation/thank.html", context, status=422 if context["missing"] else 200)


def _is_shown(message: Message | None) -> bool:
    return (
        message is not None
        and message.hidden_at is None
        and message.withdrawn_at is None
        and message.conversation.is_public
        and message.conversation.hidden_at is None
    )
