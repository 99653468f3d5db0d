"""The customer says whether their private question may stand in public. Whoever has the link is the customer."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from markupsafe import Markup

from klankbord.community.actions.publish import decide, publication_with
from klankbord.markup.markdown import render_post
from klankbord.participation.drafts import looked_over
from klankbord.people.requests import organisation_of


@csrf_exempt  # the unguessable address is the proof, for reading as for deciding
@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest, token: str) -> HttpResponse:
    """`/questions/consent/<token>/`"""
    publication = publication_with(organisation=organisation_of(request), token=token)
    if publication is None:
        raise Http404
    draft = looked_over(request, publication.organisation, publication.title, publication.text, publication.answer)
    answer = request.POST.get("answer") if request.method == "POST" else None
    if answer == "no" or (answer == "yes" and not draft.is_unsettled):
        agree = answer == "yes"
        became = decide(publication=publication, agree=agree, pseudonym=request.POST.get("name", ""))
        if became is not None:
            return redirect("community:question", became.pk)
        return redirect(request.path)
    context = {
        "publication": publication,
        "is_open": publication.is_open,
        "text": Markup(render_post(publication.text)),  # noqa: S704 - the renderer lets no HTML through
        "answer": Markup(render_post(publication.answer)),  # noqa: S704 - the same
        "name": request.POST.get("name", publication.conversation.person.canonical.pseudonym),
        "draft": draft,
    }
    response = render(request, "community/consent.html", context, status=422 if request.method == "POST" else 200)
    add_never_cache_headers(response)
    response["Cache-Control"] = "no-store, private"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
