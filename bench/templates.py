"""A list of fifty conversations by Django's templates and by Jinja2, from the same plain rows, in one run.

Run: `python -m bench.templates` (or as a file). Prints one JSON object; the ratio is Jinja2's pages a second over those
of Django's templates, above 1 in Jinja2's favour. Both escape, both give the same bytes (checked before measuring),
both are compiled beforehand; rounds alternate, so that a busy machine slows both.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.template import Context, Engine
from jinja2 import Environment, FileSystemLoader

from klankbord import clock
from klankbord.design import styleguide
from klankbord.design.jinja import environment

ROWS = 50
ROUNDS = 9
SECONDS = 0.25
NOW = datetime(2026, 5, 20, 8, 30, tzinfo=UTC)

# The same list in both languages: a link, three states, a clock, five escaped values. Only the syntax differs.
_ROW = (
    '<li><a href="/inbox/{{ row.id }}/"%(current)s%(unread)s><b>{{ row.name }}</b>'
    '<span class="tag clock {{ row.urgency }}">{{ row.words }}</span><span class="what">{{ row.subject }}</span>'
    '{%% if row.topic %%}<span class="tag">{{ row.topic }}</span>{%% endif %%}'
    '<span class="meta">%(place)s · {{ row.channel }}</span></a></li>'
)
_STATES = {
    "current": '{% if row.current %} aria-current="true"{% endif %}',
    "unread": '{% if row.unread %} class="unread"{% endif %}',
}
DJANGO = "<ol>{% for row in rows %}" + _ROW % {**_STATES, "place": "{{ forloop.counter }}"} + "{% endfor %}</ol>"
JINJA = "<ol>{% for row in rows %}" + _ROW % {**_STATES, "place": "{{ loop.index }}"} + "{% endfor %}</ol>"
COMPONENTS = (
    '{% import "design/components.html" as ui %}<ol>{% for row in rows %}{{ ui.queue_row("/inbox/" ~ row.id ~ "/",'
    " row.name, row.subject, row.face, row.due, row.share, current=row.current, unread=row.unread, meta=row.channel) }}"
    "{% endfor %}</ol>"
)


def plain_rows() -> list[dict[str, Any]]:
    """Rows as `values()` gives them, with a name and a subject that need escaping here and there."""
    return [
        {
            "id": 204_518 + number,
            "name": f"Klant {number} & zoon",
            "subject": f"Vraag {number}: boek <te laat> \u2013 en nu?",
            "topic": "e-books" if number % 3 else "",
            "channel": "e-mail",
            "urgency": ("", "soon", "late")[number % 3],
            "words": "nog 25 min",
            "current": number == 1,
            "unread": number % 4 == 0,
            "face": f"klant {number}",
            "due": NOW + timedelta(minutes=20 * number - 100),
            "share": number / ROWS,
        }
        for number in range(ROWS)
    ]


def per_second(render: Callable[[], str]) -> float:
    """Pages a second during `SECONDS`."""
    done, begin = 0, time.perf_counter()
    while (passed := time.perf_counter() - begin) < SECONDS:
        render()
        done += 1
    return done / passed


def renderers() -> dict[str, Callable[[], str]]:
    """Three ways to the list: Django's templates, Jinja2, and our component with a drawn face and a clock a row."""
    rows = plain_rows()
    django = Engine(autoescape=True).from_string(DJANGO)
    plain = Environment(autoescape=True).from_string(JINJA)
    ours = environment(loader=FileSystemLoader(styleguide.HERE / "jinja2")).from_string(COMPONENTS)
    return {
        "django": lambda: str(django.render(Context({"rows": rows}))),
        "jinja2": lambda: plain.render(rows=rows),
        "components": lambda: ours.render(rows=rows),
    }


def measure() -> dict[str, float | int]:
    """Medians of pages a second, and the ratios to Django's templates.

    Raises:
        AssertionError: the two languages did not give the same page, so the comparison would mean nothing.
    """
    styleguide.configure()
    ways = renderers()
    if ways["django"]() != ways["jinja2"]():
        raise AssertionError("the two pages differ")
    found: dict[str, list[float]] = {name: [] for name in ways}
    with clock.reading(NOW):
        for render in ways.values():
            render()
        for _ in range(ROUNDS):
            for name, render in ways.items():
                found[name].append(per_second(render))
    middle = {name: statistics.median(values) for name, values in found.items()}
    ratios = [one / other for one, other in zip(found["jinja2"], found["django"], strict=True)]
    return {
        "rows": ROWS,
        "django_per_second": round(middle["django"]),
        "jinja2_per_second": round(middle["jinja2"]),
        "components_per_second": round(middle["components"]),
        "ratio": round(statistics.median(ratios), 2),
        "ratio_lowest": round(min(ratios), 2),
        "ratio_highest": round(max(ratios), 2),
        "components_ratio": round(middle["components"] / middle["django"], 2),
    }


if __name__ == "__main__":
    print(json.dumps(measure()))
