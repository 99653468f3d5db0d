"""The person: all their conversations, their addresses, and whether two are one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Max
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from klankbord.conversations.models import Direction, Message
from klankbord.inbox.access import StaffRequest, for_staff, is_partial
from klankbord.inbox.actions import describe_person, merge, reveal_addresses, unmerge
from klankbord.inbox.family import Family, read_family
from klankbord.inbox.pages import is_revealed, read_frame, reveal_token
from klankbord.inbox.reading import read_earlier
from klankbord.people.actions import CannotMerge
from klankbord.people.models import Address, AddressKind, Membership, Person

MOST_CONVERSATIONS = 200
MOST_ALIKE = 10
MOST_NOTES = 10


class PersonForm(forms.Form):
    """What colleagues call this person and should know."""

    name = forms.CharField(max_length=200, required=False, label=gettext_lazy("Name"))
    preference = forms.CharField(
        max_length=120,
        required=False,
        label=gettext_lazy("Good to know"),
        help_text=gettext_lazy("For example: would rather be called."),
    )


@require_GET
@for_staff()
def show_person(request: StaffRequest, pk: int) -> HttpResponse:
    """The person's page. A row that was merged leads to the person it is now."""
    family = _family(request, pk)
    if family.id != pk:
        return HttpResponseRedirect(reverse("inbox:person", args=[family.id]))
    return render(request, "inbox/person.html", _page(request, family))


def _page(request: StaffRequest, family: Family, form: PersonForm | None = None) -> dict[str, Any]:
    earlier = read_earlier(request.membership, family.ids, most=MOST_CONVERSATIONS)
    searched = " ".join(request.GET.get("alike", "").split())[:200]
    notes = Message.objects.visible_to(request.membership).filter(
        direction=Direction.NOTE, conversation_id__in=[each.id for each in earlier[:30]]
    )
    return read_frame(request, place="person").context | {
        "family": family,
        "earlier": earlier[:MOST_CONVERSATIONS],
        "has_earlier": len(earlier) > MOST_CONVERSATIONS,
        "alike": _alike(request.membership, family, searched),
        "searched_alike": searched,
        "notes": notes.order_by("-said_at", "-id").values(
            "text", "said_at", "conversation_id", "membership__user__name"
        )[:MOST_NOTES],
        "revealed": is_revealed(request, family.id),
        "form": form or PersonForm(initial={"name": family.name, "preference": family.preference}),
        "back_url": reverse("inbox:list"),
    }


def _alike(membership: Membership, family: Family, searched: str) -> list[dict[str, Any]]:
    """Who could be the same person: of the same name, or found by the name or the whole address that was typed."""
    if len(searched or family.name) < 2:
        return []
    visible = Person.objects.visible_to(membership)
    if "@" in searched:
        known = Address.objects.of(membership.organisation_id).known(AddressKind.EMAIL, [searched])
        rows = visible.filter(pk__in=known.values("person_id"))
    else:
        rows = visible.named_from(searched) if searched else visible.named(family.name)
    rows = rows.filter(merged_into__isnull=True).exclude(pk__in=family.ids).order_by("-pk")
    values = rows.values("id", "name", last=Max("conversations__last_message_at"))
    return [{**each} for each in values[:MOST_ALIKE]]


def _family(request: StaffRequest, pk: int) -> Family:
    family = read_family(request.membership, pk)
    if family is None:
        raise Http404
    return family


def _person(request: StaffRequest, pk: int | str) -> Person:
    found: Person = get_object_or_404(Person.objects.visible_to(request.membership), pk=pk)
    return found


@require_POST
@for_staff()
def show_addresses(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the addresses in full. Who asked is noted."""
    family = _family(request, pk)
    reveal_addresses(person=_person(request, family.id), by=request.membership)
    if is_partial(request):
        return render(request, "inbox/addresses.html", {"family": family, "revealed": True})
    target = request.POST.get("conversation", "")
    token = f"?revealed={reveal_token(request.membership, family.id)}"
    if target.isascii() and target.isdigit() and len(target) < 19:
        return HttpResponseRedirect(f"{reverse('inbox:conversation', args=[int(target)])}{token}#card")
    return HttpResponseRedirect(reverse("inbox:person", args=[family.id]) + token)


@require_POST
@for_staff()
def merge_person(request: StaffRequest, pk: int) -> HttpResponse:
    """Let the person in `duplicate` count as this one."""
    number = request.POST.get("duplicate", "")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise Http404
    into, duplicate = _person(request, _family(request, pk).id), _person(request, number)
    try:
        merge(duplicate=duplicate, into=into, by=request.membership)
        messages.success(request, _("They are one person now. You can undo this below."))
    except CannotMerge:
        messages.error(request, _("These two are one person already."))
    return HttpResponseRedirect(reverse("inbox:person", args=[into.pk]))


@require_POST
@for_staff()
def unmerge_one(request: StaffRequest, pk: int) -> HttpResponse:
    """Make the person in the address someone of their own again."""
    person = _person(request, pk)
    was = _family(request, pk).id
    unmerge(person=person, by=request.membership)
    messages.success(request, _("They are two persons again."))
    return HttpResponseRedirect(reverse("inbox:person", args=[was]))


@require_POST
@for_staff()
def describe(request: StaffRequest, pk: int) -> HttpResponse:
    """Change the name and what is good to know."""
    family = _family(request, pk)
    form = PersonForm(request.POST)
    if not form.is_valid():
        return render(request, "inbox/person.html", _page(request, family, form), status=422)
    describe_person(person=_person(request, family.id), by=request.membership, **form.cleaned_data)
    messages.success(request, _("Changed."))
    return HttpResponseRedirect(reverse("inbox:person", args=[family.id]))
