"""How the views that change something find their conversation, and where they go afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from klankbord.conversations.models import Conversation
from klankbord.inbox.access import StaffRequest
from klankbord.people.models import Membership


@contextmanager
def acting_on(membership: Membership, pk: int) -> Iterator[Conversation]:
    """The conversation, locked within a transaction, so that what arrives in this moment is not overwritten.

    Raises:
        Http404: there is none of this id in the member's organisation.
    """
    with transaction.atomic():
        rows = Conversation.objects.visible_to(membership).select_for_update(of=("self",))
        found: Conversation | None = rows.select_related("organisation", "channel", "person").filter(pk=pk).first()
        if found is None:
            raise Http404
        yield found


def back_to(request: StaffRequest, pk: int, **more: str | list[str]) -> HttpResponse:
    """To the conversation, in the list in which it was opened, or among what it was found with."""
    query = {name: request.POST[name][:200] for name in ("q", "view", "after") if request.POST.get(name)} | more
    return HttpResponseRedirect(
        reverse("inbox:conversation", args=[pk]) + (f"?{urlencode(query, doseq=True)}" if query else "")
    )
