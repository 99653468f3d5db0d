"""`<row:id>` in an address (`apps.py` names it): the id of a row, of no more digits than a database takes."""

from __future__ import annotations

from django.urls.converters import IntConverter


class RowIdConverter(IntConverter):
    """A whole number that a database can hold; with more digits there is simply nothing at that address."""

    regex = "[0-9]{1,18}"
