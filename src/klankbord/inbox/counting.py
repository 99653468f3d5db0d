"""Counting no further than anybody looks: "99+" costs the same in an archive of any size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection

from klankbord.people.tenancy import TenantQuerySet

MOST_COUNTED = 99


def capped_counts(wanted: Mapping[str, TenantQuerySet[Any]]) -> dict[str, int]:
    """How many rows each queryset has, `MOST_COUNTED + 1` standing for more; one query for all of them.

    Raises:
        UnscopedQuery: a queryset that does not say whose rows are meant.
    """
    counts = dict.fromkeys(wanted, 0)
    names: list[str] = []
    parts: list[str] = []
    values: list[Any] = []
    for name, rows in wanted.items():
        rows._check()
        try:
            sql, params = rows.order_by().values("pk")[: MOST_COUNTED + 1].query.sql_with_params()
        except EmptyResultSet:
            continue
        names.append(name)
        parts.append(f"(SELECT COUNT(*) FROM ({sql}) AS capped)")  # noqa: S608 - Django's own SQL, values apart
        values += params
    if not parts:
        return counts
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)
        return counts | dict(zip(names, cursor.fetchone(), strict=True))


def shown_count(count: int) -> str:
    """As it stands beside a list: nothing for none, "99+" for more than anyone counts."""
    if not count:
        return ""
    return f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count)
