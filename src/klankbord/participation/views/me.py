"""My own page: how others see me, what I hear of, and how this browser forgets me."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from klankbord.conversations.announcing import public_topic
from klankbord.conversations.models import Conversation
from klankbord.live.shows import shows
from klankbord.participation.actions import change_participant, follow, participant_of, unfollow
from klankbord.participation.announcing import person_topic
from klankbord.participation.authors import author
from klankbord.participation.contract import may_see, sections
from klankbord.participation.forms import MeForm
from klankbord.participation.leaving import area_name
from klankbord.participation.models import Follow, Participant, Rhythm
from klankbord.participation.paths import thread_path
from klankbord.participation.taking_part import cannot, doer_of, take_part
from klankbord.people.announcing import profile_topic
from klankbord.people.models import Organisation, Person
from klankbord.people.requests import membership_of, organisation_of, person_of
from klankbord.people.same_origin import same_origin
from klankbord.people.visitors import VISITOR_COOKIE, forget_browser, forget_browsers, take_key
from klankbord.reputation.actions import points_of
from klankbord.reputation.models import Perk
from klankbord.reputation.perks import NoCodeLeft, NotForThem, features_of, perks_of, take_perk

LONGEST_PATH = 300
_MOST_FOLLOWS = 200


@never_cache
@same_origin
@require_http_methods(["GET", "HEAD", "POST"])
def me(request: HttpRequest) -> HttpResponse:
    """`/me/`: for a stranger, the way in; for who is known, their own page."""
    doer = doer_of(request) if request.method == "POST" else None
    person = person_of(request) or (doer[0] if doer else None)
    if person is None:
        if request.method == "POST":
            return take_part(request, "me", {}, email=request.POST.get("email", "").strip())
        return render(request, "participation/way_in.html")
    participant = participant_of(person)
    start = {
        "pseudonym": person.pseudonym,
        "about": participant.about,
        "rhythm": participant.rhythm,
        "wants_credit": participant.wants_credit,
    }
    works_here = membership_of(request) is not None
    sent = request.POST if request.method == "POST" else None
    form = MeForm(sent, initial=start, organisation=organisation_of(request), works_here=works_here)
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        change_participant(
            person=person,
            pseudonym=found["pseudonym"],
            about=found["about"],
            rhythm=Rhythm(found["rhythm"]),
            wants_credit=found["wants_credit"],
        )
        return redirect(reverse("participation:me") + "?saved=1")
    organisation = organisation_of(request)
    context = {
        "form": form,
        "person": person,
        "author": author(person),
        "saved": "saved" in request.GET,
        "follows": _follows(person, organisation),
        "rhythms": _rhythms(),
        "sections": _sections(person, organisation, own=True),
        "points": points_of(person),
        "perks": perks_of(person),
    }
    return render(request, "participation/me.html", context, status=422 if form.errors else 200)


@never_cache
@same_origin
@require_POST
def take(request: HttpRequest, perk_id: int) -> HttpResponse:
    """`/me/perks/<id>/`: what is offered to me, I take."""
    person = person_of(request)
    perk = Perk.objects.of(organisation_of(request)).filter(pk=perk_id).first()
    if person is None or perk is None:
        raise Http404
    try:
        take_perk(perk=perk, person=person)
    except NotForThem:
        raise Http404 from None
    except NoCodeLeft:
        return cannot(request, _("Just now somebody got the last one. We have been told, and get new ones."))
    return redirect(reverse("participation:me") + "#earned")


@never_cache
@same_origin
@require_POST
def stop_following(request: HttpRequest, follow_id: int) -> HttpResponse:
    """`/me/follows/<id>/stop/`"""
    person, row = _followed(request, follow_id)
    unfollow(person=person, conversation=row.conversation, topic=row.topic, whom=row.whom, area=row.area)
    return redirect(reverse("participation:me") + "?saved=1")


@never_cache
@same_origin
@require_POST
def how_often(request: HttpRequest, follow_id: int) -> HttpResponse:
    """`/me/follows/<id>/how-often/`: of this one thing, `rhythm`; empty is as for all."""
    _person, row = _followed(request, follow_id)
    rhythm = request.POST.get("rhythm", "")
    if rhythm in {value for value, _label in _rhythms()}:
        follow(
            person=row.person,
            conversation=row.conversation,
            topic=row.topic,
            whom=row.whom,
            area=row.area,
            rhythm=rhythm,
        )
    return redirect(reverse("participation:me") + "?saved=1")


def _rhythms() -> list[tuple[str, str]]:
    """How often one thing can be heard of; not at all is to stop following it."""
    chosen = [(each.value, str(each.label)) for each in Rhythm if each is not Rhythm.NEVER]
    return [("", _("as chosen above")), *chosen]


def _followed(request: HttpRequest, follow_id: int) -> tuple[Person, Follow]:
    """Who asks, and what of theirs it is about."""
    person, organisation = person_of(request), organisation_of(request)
    if person is None:
        raise Http404
    everyone = Person.objects.of(organisation).same_as(person)
    row = Follow.objects.of(organisation).filter(pk=follow_id, person_id__in=everyone).select_related("person").first()
    if row is None:
        raise Http404
    return person, row


@never_cache
@same_origin
@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """`/me/forget/`: this browser no longer knows me; with `everywhere`, no browser does."""
    person, organisation = person_of(request), organisation_of(request)
    if person is not None and request.POST.get("everywhere"):
        forget_browsers(person=person)
    forget_browser(organisation=organisation, token=request.COOKIES.get(VISITOR_COOKIE, ""))
    response = redirect("/")
    take_key(response)
    return response


@require_safe
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """`/people/<id>/`: somebody as everybody may see them. Only who takes part in public has such a page."""
    organisation = organisation_of(request)
    found = Person.objects.of(organisation).filter(pk=person_id).select_related("merged_into", "works_as").first()
    if found is None or not takes_part(found):
        raise Http404
    if found.canonical.pk != found.pk:
        return redirect("participation:person", person_id=found.canonical.pk)
    viewer = person_of(request)
    participant = Participant.objects.of(organisation).filter(person=found).first()
    context = {
        "author": author(found),
        "about": participant.about if participant else "",
        "since": participant.joined_at if participant else found.created_at,
        "person": found,
        "features": features_of(found),
        "is_me": viewer is not None and viewer.pk == found.pk,
        "follows_them": viewer is not None
        and Follow.objects.of(organisation).filter(person=viewer, whom=found).exists(),
        "sections": _sections(found, organisation, own=False),
    }
    response = render(request, "participation/person.html", context)
    # Its sections list what they said in public, which others hide and erase as well.
    topics = (person_topic(found.pk), public_topic(organisation.pk), profile_topic(organisation.pk))
    return shows(response, *topics)


@never_cache
@same_origin
@require_POST
def follow_person(request: HttpRequest, person_id: int) -> HttpResponse:
    """`/people/<id>/follow/`: hear when they write something; with `stop`, no longer."""
    found = Person.objects.of(organisation_of(request)).filter(pk=person_id).first()
    if found is None or not takes_part(found):
        raise Http404
    path = reverse("participation:person", args=[person_id])
    return take_part(request, "follow", {"whom": person_id, "stop": "stop" in request.POST, "next": path})


@never_cache
@same_origin
@require_POST
def follow_any(request: HttpRequest) -> HttpResponse:
    """`/follow/`: hear what is new under `topic` or in `area`; with `stop`, no longer. `next` is where it was asked."""
    payload = {
        "topic": request.POST.get("topic", ""),
        "area": request.POST.get("area", ""),
        "stop": "stop" in request.POST,
        "next": request.POST.get("next", "")[:LONGEST_PATH],
    }
    response = take_part(request, "follow", payload, email=request.POST.get("email", "").strip())
    if response.status_code == HTTPStatus.FOUND and doer_of(request) is not None:
        messages.success(request, _what_one_hears(stopped=bool(payload["stop"])))
    return response


def _what_one_hears(*, stopped: bool) -> str:
    if stopped:
        return _("You get no more mail about this.")
    return _("From now on you hear of it by mail. How often, and when to stop, you choose on your own page.")


def takes_part(person: Person) -> bool:
    """Whether somebody ever took part in public, or works here and speaks in public."""
    if getattr(person, "works_as", None) is not None:
        return True
    return Participant.objects.of(person.organisation_id).filter(person=person.canonical).exists()


def _sections(person: Person, organisation: Organisation, *, own: bool) -> list[str]:
    everyone = Person.objects.of(organisation).same_as(person)
    parts = (each.render(person_ids=everyone, organisation=organisation, own=own) for each in sections())
    return [part for part in parts if part]


def _thread_as_seen(conversation: Conversation, person: Person, everyone: Sequence[int]) -> tuple[str, str, str]:
    """What it is called, where it stands, for as long as this person may read it, and a word about that.

    One's own words are known by their title also while nobody else sees them.
    """
    if not conversation.is_public or not may_see(conversation, [person.pk]):
        return _("No longer there"), "", ""
    if conversation.hidden_at is None:
        return conversation.subject, thread_path(conversation), ""
    if conversation.person_id in everyone:
        return conversation.subject, "", _("not shown now")
    return _("No longer there"), "", ""


def _follows(person: Person, organisation: Organisation) -> list[dict[str, object]]:
    everyone = Person.objects.of(organisation).same_as(person)
    rows = Follow.objects.of(organisation).filter(person_id__in=everyone).order_by("-created_at")
    found: list[dict[str, object]] = []
    for row in rows.select_related("conversation", "topic", "whom")[:_MOST_FOLLOWS]:
        note = ""
        if row.conversation is not None:
            label, path, note = _thread_as_seen(row.conversation, person, everyone)
        elif row.topic is not None:
            label, path = row.topic.name, ""
        elif row.whom is not None:
            them = author(row.whom)
            label, path = them.name, them.path
        else:
            label, path = area_name(organisation, row.area), ""
        found.append({"id": row.pk, "label": label or _("Nameless"), "path": path, "note": note, "rhythm": row.rhythm})
    return found
