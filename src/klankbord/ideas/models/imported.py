"""What was brought in from another product, kept as it came, so that it can go out again without a loss."""

from __future__ import annotations

from django.db import models

from klankbord.ideas.models.idea import Idea
from klankbord.people.models import Person
from klankbord.people.tenancy import TenantModel, TenantQuerySet


class ImportedIdea(TenantModel):
    """Where an idea came from, and the row as it stood there."""

    idea = models.OneToOneField(Idea, on_delete=models.CASCADE, related_name="imported")
    source = models.CharField(max_length=12, help_text="fider or uservoice.")
    number = models.CharField(max_length=60, help_text="Its number there.")
    author = models.CharField(max_length=200, blank=True, default="", help_text="Who posted it, as named there.")
    row = models.JSONField(help_text="All columns by their names.")
    header = models.JSONField(
        default=list, help_text="Their names in the order of the file: PostgreSQL keeps `row` in an order of its own."
    )
    before = models.JSONField(
        default=dict, help_text="What we would have written out just after; tells what changed here since."
    )

    objects = TenantQuerySet["ImportedIdea"].as_manager()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["organisation", "source", "number"], name="an_idea_is_brought_in_once"),
        ]


class ImportedVote(TenantModel):
    """A voter who was named in the file, and the columns about them."""

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    row = models.JSONField(help_text="The columns that differ from the idea's own row.")

    objects = TenantQuerySet["ImportedVote"].as_manager()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["idea", "person"], name="brought_in_one_vote_once")]
