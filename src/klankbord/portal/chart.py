"""The chart of the promise: a column a week, with a line for how certain it is. The table below it says the same."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from markupsafe import Markup

from klankbord.portal.promise_score import Week

_WIDTH, _HEIGHT = 360, 172
_LEFT, _RIGHT, _TOP, _BOTTOM = 38, 6, 10, 26
_PLOT = _HEIGHT - _TOP - _BOTTOM


def _y(percent: float) -> float:
    return round(_TOP + _PLOT * (1 - percent / 100), 1)


def promise_chart(weeks: Sequence[Week]) -> Markup:
    """Inline SVG: the share in time of each week, oldest first; a week with too few answers stays empty."""
    slot = (_WIDTH - _LEFT - _RIGHT) / max(len(weeks), 1)
    width = round(slot * 0.56, 1)
    parts: list[Markup] = []
    for percent in (0, 50, 100):
        line = Markup(
            '<line class="grid" x1="{}" x2="{}" y1="{}" y2="{}"/><text x="{}" y="{}" text-anchor="end">{}%</text>'
        )
        parts.append(line.format(_LEFT, _WIDTH - _RIGHT, _y(percent), _y(percent), _LEFT - 5, _y(percent) + 4, percent))
    for number, week in enumerate(weeks):
        middle = round(_LEFT + slot * (number + 0.5), 1)
        parts.append(_column(week, middle, width))
        if (len(weeks) - 1 - number) % 4 == 0:
            text = Markup('<text x="{}" y="{}" text-anchor="middle">{}</text>')
            parts.append(text.format(middle, _HEIGHT - 8, format_date(week.begins, pgettext("short date", "j M"))))
    label = _("Share of answers in time, for each of the last %(count)s weeks. The table below has the figures.")
    return Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        _WIDTH, _HEIGHT, label % {"count": len(weeks)}, Markup("").join(parts)
    )


def _column(week: Week, middle: float, width: float) -> Markup:
    if not week.score.is_shown:
        return Markup('<circle class="too-few" cx="{}" cy="{}" r="2"/>').format(middle, _y(0) - 5)
    low, high = week.score.interval
    kind = "column running" if week.is_running else "column"
    top = _y(week.score.percent)
    column = Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="2"/>').format(
        kind, round(middle - width / 2, 1), top, width, round(_y(0) - top, 1)
    )
    return column + Markup('<path class="whisker" d="M{0} {1}V{2}"/>').format(middle, _y(low), _y(high))
