"""Reading a conversation."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from klankbord.inbox.access import StaffRequest, for_staff, is_partial
from klankbord.inbox.pages import Writing, conversation_page, header, read_frame, read_list, thread
from klankbord.inbox.reading import find_conversation
from klankbord.inbox.uploads import read_tokens


@require_GET
@for_staff()
def show_conversation(request: StaffRequest, pk: int) -> HttpResponse:
    """A conversation with its list and its person; for a script that keeps it true, the thread and the header alone."""
    if is_partial(request):
        return _fresh(request, pk)
    context = conversation_page(request, pk)
    tokens = request.GET.getlist("kept")
    if tokens:  # files of a reply that was taken back
        writing: Writing = context["writing"]
        writing.files = read_tokens(tokens, membership=request.membership, conversation=context["conversation"])
    return render(request, "inbox/conversation.html", context)


def _fresh(request: StaffRequest, pk: int) -> HttpResponse:
    conversation = find_conversation(request.membership, pk)
    frame = read_frame(request)
    context = frame.context | read_list(request, frame) | thread(request, conversation)
    return render(request, "inbox/fresh_conversation.html", context | header(conversation, frame.surroundings))
