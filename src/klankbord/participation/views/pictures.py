"""The pictures in public texts. Each was drawn anew when it came in; what is served is WebP and nothing else."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from klankbord.files.models import StoredFile
from klankbord.files.pictures import EVERYBODYS, picture_response
from klankbord.participation.models import Picture
from klankbord.participation.pictures import picture_of
from klankbord.participation.seeing import is_shown, may_read
from klankbord.people.requests import membership_of, organisation_of, person_of


@require_safe
def picture(request: HttpRequest, picture_id: int) -> HttpResponse:
    """`/pictures/<id>/`: for everybody while its message is; a panel's for the panel; for staff also what is held."""
    organisation = organisation_of(request)
    rows = Picture.objects.of(organisation).filter(pk=picture_id, attachment__message__conversation__is_public=True)
    found = rows.select_related("file", "attachment__message__conversation").first()
    if found is None or found.attachment is None:
        raise Http404
    message = found.attachment.message
    if membership_of(request) is None and not may_read(message, person_of(request)):
        raise Http404
    everybodys = is_shown(message) and not message.conversation.in_circle
    return _serve(found.file, EVERYBODYS if everybodys else "private, no-store")


@require_safe
def draft_picture(request: HttpRequest, token: str) -> HttpResponse:
    """`/pictures/draft/<token>/`: for who uploaded it, until it is posted."""
    found = picture_of(organisation_of(request), token)
    if found is None:
        raise Http404
    return _serve(found.file, "private, max-age=600")


def _serve(file: StoredFile, keeping: str) -> HttpResponse:
    try:
        return picture_response(file, keeping)
    except OSError:
        raise Http404 from None
