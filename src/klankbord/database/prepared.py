"""A query that is asked on every page: Django works out its SQL once, and from then on only its values change.

Working out the SQL costs many times what SQLite needs to answer a small query. The queryset stays the definition: it is
made once with marks in the place of the values, and read as plain tuples (`docs/decisions/prepared-queries.md`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models import QuerySet
from django.utils import timezone, translation

type Plain = tuple[Any, ...]
"""A row as the database's driver gives it: on SQLite moments are text."""

_MARK = 7_000_000_000_000_000


class Seen:
    """What a query gave, which nobody has looked into yet.

    Attributes:
        state: The same for the same rows, and for no others.
    """

    __slots__ = ("state",)

    def __init__(self, state: str | tuple[Plain, ...]) -> None:
        self.state = state

    def plain(self) -> list[Plain]:
        """The rows as the driver gives them."""
        return list(map(tuple, json.loads(self.state))) if isinstance(self.state, str) else list(self.state)


class Prepared:
    """A queryset with whole numbers or texts for values, ending in `values_list(...)`.

    `make` is called for each kind of database, with a mark of its own for each value (a number, or a text for those
    named in `texts`); it makes the queryset and does not look at the marks. Everything else in it stays as it was then,
    so it depends on neither the moment, the language nor the time zone: what differs is a value, or is made of the rows
    afterwards.
    """

    def __init__(
        self, make: Callable[..., QuerySet[Any, Any]], values: Sequence[str], *, texts: Sequence[str] = ()
    ) -> None:
        self._make = make
        self._values = (*values, *texts)
        self._texts = frozenset(texts)
        self._names = frozenset(self._values)
        self._compiled: dict[str, _Compiled] = {}

    def seen(self, **values: int | str) -> Seen:
        """Ask, and look into nothing yet: enough to tell one state from another.

        Raises:
            TypeError: a value is missing, or is not one of this query's.
        """
        if values.keys() != self._names:
            raise TypeError(
                f"the query takes {', '.join(self._values)}, and was given {', '.join(values) or 'nothing'}"
            )
        link = connections[DEFAULT_DB_ALIAS]
        compiled = self._compiled.get(link.vendor) or self._compile()
        with link.cursor() as cursor:
            cursor.execute(compiled.sql, [values[each] if name else each for name, each in compiled.parameters])
            found: list[Plain] = cursor.fetchall()
        return Seen(found[0][0] if compiled.is_one_text else tuple(found))

    def plain(self, **values: int | str) -> list[Plain]:
        """The rows as the driver gives them.

        Raises:
            TypeError: a value is missing, or is not one of this query's.
        """
        return self.seen(**values).plain()

    def converted(self, rows: Sequence[Plain]) -> Iterator[Plain]:
        """These plain rows as Django would give them."""
        link = connections[DEFAULT_DB_ALIAS]
        compiled = self._compiled.get(link.vendor) or self._compile()
        yield from map(tuple, compiled.compiler.apply_converters([list(row) for row in rows], compiled.converters))

    def rows(self, **values: int | str) -> list[Plain]:
        """The rows as Django would give them."""
        return list(self.converted(self.plain(**values)))

    def _compile(self) -> _Compiled:
        link = connections[DEFAULT_DB_ALIAS]
        # Made twice: what differs besides the marks (a moment, a random number) would stay as it is now for ever. In no
        # language and no place: else it would be that of whoever asked first.
        with translation.override(None), timezone.override(UTC):
            compiled, again = (self._made(link, _MARK + apart) for apart in (0, len(self._values)))
        if (compiled.sql, compiled.parameters) != (again.sql, again.parameters):
            raise ValueError("the query depends on something else than its values")
        self._compiled[link.vendor] = compiled
        return compiled

    def _made(self, link: Any, first: int) -> _Compiled:
        marks: dict[str, int | str] = {name: first + place for place, name in enumerate(self._values)}
        marks |= {name: f"the text {marks[name]}" for name in self._texts}
        queryset = self._make(**marks)
        check = getattr(queryset, "_check", None)
        if check is not None:  # tenant data: refused here as anywhere when it does not say whose
            check()
        return _Compiled(queryset, link, {mark: name for name, mark in marks.items()})


# What JSON tells apart as SQLite does: whole numbers and texts (moments and truths are kept as these), nothing with a
# fraction, no bytes.
_WHOLE = (models.IntegerField, models.CharField, models.TextField, models.BooleanField, models.DateField)


class _Compiled:
    """A query as it is sent.

    On SQLite its rows come as one text where they can: Python lets other threads go first before each row that it
    reads, and with a thread waiting that costs more than the row.
    """

    def __init__(self, queryset: QuerySet[Any, Any], link: Any, names: dict[int | str, str]) -> None:
        self.compiler: Any = queryset.query.get_compiler(connection=link)
        self.sql, parameters = self.compiler.as_sql()
        self.parameters: list[tuple[bool, Any]] = [
            (True, names[each]) if isinstance(each, int | str) and each in names else (False, each)
            for each in parameters
        ]
        missing = set(names.values()) - {each for is_name, each in self.parameters if is_name}
        if missing:
            raise ValueError(f"the query does not use {', '.join(sorted(missing))}")
        columns = [column for column, _sql, _alias in self.compiler.select]
        self.converters = self.compiler.get_converters(columns)
        self.is_one_text = link.vendor == "sqlite" and all(isinstance(_kind_of(each), _WHOLE) for each in columns)
        if self.is_one_text:
            names_of = ", ".join(f"c{place}" for place in range(len(columns)))
            self.sql = (
                f"WITH each({names_of}) AS ({self.sql}) SELECT json_group_array(json_array({names_of})) FROM each"  # noqa: S608 - names of ours
            )


def _kind_of(column: Any) -> Any:
    field = column.output_field
    return field.target_field if isinstance(field, models.ForeignKey) else field
