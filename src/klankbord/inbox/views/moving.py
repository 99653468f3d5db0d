"""Whose it is, and where it stands: assign, done, reopen, spam."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from klankbord.conversations.actions.assign import assign
from klankbord.conversations.actions.change_state import finish, mark_spam, reopen
from klankbord.conversations.models import Conversation
from klankbord.inbox.access import StaffRequest, for_staff
from klankbord.inbox.views.acting import acting_on, back_to
from klankbord.people.models import Membership, Team


@require_POST
@for_staff()
def give(request: StaffRequest, pk: int) -> HttpResponse:
    """Let someone answer: `to` is `me`, `nobody`, `member-<id>` or `team-<id>`.

    A person takes it within the team it is with; giving it to a team takes it from the person who had it.
    """
    with acting_on(request.membership, pk) as conversation:
        member, team, said = _receiver(request.membership, conversation, request.POST.get("to", ""))
        assign(conversation=conversation, to=member, team=team, by=request.membership)
    messages.success(request, said)
    return back_to(request, pk)


def _receiver(
    membership: Membership, conversation: Conversation, to: str
) -> tuple[Membership | None, Team | None, str]:
    kind, _dash, number = to.partition("-")
    if to == "me":
        return membership, conversation.team, _("It is yours now.")
    if to == "nobody":
        return None, None, _("It is for anyone now.")
    if number.isascii() and number.isdigit() and len(number) <= 18:
        if kind == "member":
            members = Membership.objects.visible_to(membership).active().select_related("user")
            member: Membership | None = members.filter(pk=int(number)).first()
            if member is not None:
                return member, conversation.team, _("%(name)s answers now.") % {"name": member.user.name}
        if kind == "team":
            team: Team | None = Team.objects.visible_to(membership).filter(pk=int(number)).first()
            if team is not None:
                return None, team, _("%(name)s answers now.") % {"name": team.name}
    raise Http404


def _change(verb: Callable[..., None], said: Callable[[], str]) -> Callable[[StaffRequest, int], HttpResponse]:
    def change(request: StaffRequest, pk: int) -> HttpResponse:
        with acting_on(request.membership, pk) as conversation:
            verb(conversation=conversation, by=request.membership)
        messages.success(request, said())
        return back_to(request, pk)

    return change


done = require_POST(for_staff()(_change(finish, lambda: _("Done. It comes back when they write again."))))
back = require_POST(for_staff()(_change(reopen, lambda: _("It is open again."))))
spam = require_POST(for_staff()(_change(mark_spam, lambda: _("Put with the spam. Nobody waits for it any more."))))
