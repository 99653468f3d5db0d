"""The one guarded door to an organisation's rows.

Every row but a few global ones belongs to exactly one organisation. Its manager gives a queryset that refuses to touch
the database until it was told whose rows are meant: `of(organisation)`, `visible_to(membership)`, or, for work that is
done for all organisations at once, `across_organisations("why")`. A forgotten filter is then an error in the first
test, not a leak in production.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models.lookups import Exact

if TYPE_CHECKING:
    from klankbord.people.models import Membership, Organisation


class UnscopedQuery(RuntimeError):
    """A query on tenant data that does not say whose."""


class _Compared(models.Func):
    """A column that SQLite compares but by which it looks nothing up (a unary plus keeps indexes away from it)."""

    template = "%(expressions)s"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        """With the plus."""
        return self.as_sql(compiler, connection, template="+%(expressions)s", **context)


class TenantQuerySet[M: models.Model](models.QuerySet[M]):
    """A queryset that does nothing before it knows whose rows are meant.

    A related manager (`conversation.messages`) is already bound to its parent's rows and passes.
    """

    _scoped: bool = False

    def of(self, organisation: Organisation | int) -> Self:
        """The rows of this organisation."""
        key = organisation if isinstance(organisation, int) else organisation.pk
        scoped = self.all()
        scoped._scoped = True
        return scoped.filter(organisation_id=key)

    def sifted(self, organisation: Organisation | int) -> Self:
        """This organisation's rows among those that the other conditions find by an index of their own.

        As `of`, for a list of ids, addresses or marks. Without statistics SQLite takes the index on the organisation
        for the better one and would read all of its rows to find a few.
        """
        key = organisation if isinstance(organisation, int) else organisation.pk
        scoped = self.all()
        scoped._scoped = True
        return scoped.filter(Exact(_Compared(models.F("organisation_id")), key))

    def visible_to(self, membership: Membership) -> Self:
        """What this member of staff may see: by default all of the organisation while the membership is active."""
        scoped = self.of(membership.organisation_id)
        return scoped if membership.is_active else scoped.none()

    def across_organisations(self, reason: str) -> Self:
        """All organisations' rows; `reason` says why that is right here."""
        if not reason:
            raise UnscopedQuery("say why all organisations' rows are wanted")
        scoped = self.all()
        scoped._scoped = True
        return scoped

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]  # absent from the stubs
        clone._scoped = self._scoped
        return clone

    def _check(self) -> None:
        bound_to_parent = "instance" in self._hints  # type: ignore[attr-defined]  # absent from the stubs
        if not (self._scoped or bound_to_parent or self.query.is_empty()):
            raise UnscopedQuery(
                f"{self.model.__name__}: say whose rows with of(), visible_to() or across_organisations()"
            )

    def _fetch_all(self) -> None:
        if self._result_cache is None:
            self._check()
        super()._fetch_all()

    def iterator(self, chunk_size: int | None = None) -> Iterator[M]:
        """As Django's, once scoped."""
        self._check()
        return super().iterator(chunk_size) if chunk_size else super().iterator()

    def count(self) -> int:
        """As Django's, once scoped."""
        self._check()
        return super().count()

    def exists(self) -> bool:
        """As Django's, once scoped."""
        self._check()
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """As Django's, once scoped."""
        self._check()
        return super().aggregate(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        """As Django's, once scoped."""
        self._check()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        """As Django's, once scoped."""
        self._check()
        return super().delete()

    def explain(self, *, format: str | None = None, **options: Any) -> str:
        """As Django's, once scoped."""
        self._check()
        return super().explain(format=format, **options)

    def get_or_create(self, defaults: Any = None, **kwargs: Any) -> tuple[M, bool]:
        """As Django's; naming the organisation among the conditions is scope enough."""
        return super(TenantQuerySet, self._scope_by(kwargs)).get_or_create(defaults, **kwargs)

    def update_or_create(self, defaults: Any = None, create_defaults: Any = None, **kwargs: Any) -> tuple[M, bool]:
        """As Django's; naming the organisation among the conditions is scope enough."""
        return super(TenantQuerySet, self._scope_by(kwargs)).update_or_create(defaults, create_defaults, **kwargs)

    def _scope_by(self, conditions: dict[str, Any]) -> Self:
        if "organisation" in conditions or "organisation_id" in conditions:
            return self.across_organisations("the organisation is among the conditions")
        return self


class TenantModel(models.Model):
    """A row of one organisation."""

    organisation = models.ForeignKey("people.Organisation", on_delete=models.CASCADE, related_name="+")

    unguarded = models.Manager()
    """Only for what Django does by itself (cascades, following a foreign key); application code never calls it."""

    class Meta:
        abstract = True
        base_manager_name = "unguarded"
