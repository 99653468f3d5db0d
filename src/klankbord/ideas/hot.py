"""What makes a list fast that thousands ask for: rows without objects, and pieces of HTML that were made before.

Django spends more time on putting a query together than SQLite on answering it. A list's query is put together once for
each organisation, board and choice, and after that only asked. A piece of HTML is kept under everything that it depends
on, so it is never wrong: whatever changes makes another key, and what nobody asks for any more is forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from markupsafe import Markup

from klankbord.design.kept import Kept
from klankbord.people.tenancy import TenantQuerySet

_MOST_QUERIES = 2_000


ROWS: Kept[Markup] = Kept(8_000_000, len)
"""Rows of lists, by everything that stands in them."""
_queries: Kept[tuple[str, tuple[Any, ...]]] = Kept(_MOST_QUERIES, lambda _value: 1)


def plain_rows(key: Hashable, make: Callable[[], Any]) -> list[tuple[Any, ...]]:
    """The rows of a `values_list` query as the database gives them. `key` stands for the query with all its values.

    SQLite gives moments without a zone: see `as_moment`.

    Raises:
        UnscopedQuery: the query does not say whose rows it wants.
    """
    sql, parameters = _queries.get_or((connection.vendor, key), lambda: _compiled(make()))
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _compiled(queryset: TenantQuerySet[Any]) -> tuple[str, tuple[Any, ...]]:
    queryset._check()
    sql, parameters = queryset.query.sql_with_params()
    return sql, tuple(parameters)


def as_moment(value: Any) -> datetime | None:
    """A moment out of a plain row: SQLite gives it without a zone, as text or not; it is in UTC."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    if not isinstance(moment, datetime):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
