"""The ideas that somebody shared, on their page."""

from __future__ import annotations

from collections.abc import Sequence

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from klankbord.ideas.listing import rows_of
from klankbord.ideas.models import Idea
from klankbord.people.models import Organisation

MOST = 20


class SharedIdeas:
    """Provides `ProfileSection`: only what everybody may read, also on one's own page."""

    def render(self, *, person_ids: Sequence[int], organisation: Organisation, own: bool) -> SafeString:
        """Their latest ideas with what became of them."""
        del own
        theirs = Idea.objects.of(organisation).listed().filter(conversation__person_id__in=person_ids)
        rows = rows_of(organisation, theirs.order_by("-created_at", "-pk")[:MOST])
        if not rows:
            return SafeString("")
        return SafeString(render_to_string("ideas/profile.html", {"rows": rows}))
