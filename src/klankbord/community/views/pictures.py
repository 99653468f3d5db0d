"""The pictures in public texts. Each was drawn anew when it came in; what is served is WebP and nothing else."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from klankbord.community.models import Picture
from klankbord.community.pictures import pictures_of_tokens
from klankbord.conversations.models import Message
from klankbord.files.actions import read_file
from klankbord.files.pictures import TYPE
from klankbord.people.requests import membership_of, organisation_of


@require_safe
def picture(request: HttpRequest, picture_id: int) -> HttpResponse:
    """`/questions/pictures/<id>/`: for everybody while its message is; for staff also while that is held."""
    organisation = organisation_of(request)
    rows = Picture.objects.of(organisation).filter(pk=picture_id, attachment__isnull=False)
    found = rows.select_related("file", "attachment").first()
    if found is None or found.attachment is None:
        raise Http404
    shown = Message.objects.of(organisation).filter(pk=found.attachment.message_id, conversation__is_public=True)
    public = shown.public().filter(conversation__hidden_at__isnull=True).exists()
    if not public and (membership_of(request) is None or not shown.exists()):
        raise Http404
    return _serve(found, "public, max-age=3600" if public else "private, no-store")


@require_safe
def draft_picture(request: HttpRequest, token: str) -> HttpResponse:
    """`/questions/pictures/draft/<token>/`: for who uploaded it, until it is posted."""
    for found in pictures_of_tokens(organisation_of(request), [token]):
        return _serve(found, "private, max-age=600")
    raise Http404


def _serve(picture: Picture, keeping: str) -> HttpResponse:
    try:
        content = read_file(picture.file)
    except OSError:
        raise Http404 from None
    response = HttpResponse(content, content_type=TYPE)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Content-Disposition"] = "inline"
    response.headers["Cache-Control"] = keeping
    return response
