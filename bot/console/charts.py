"""Charts as SVG inside the page: drawn by pygal, coloured and lettered by `static/figures.css`, for light and dark.

The CSP forbids styles and scripts of their own, and pygal brings both: they are taken out. What a chart says stands in
the table below it, so that to who hears the page it is one picture with a name.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any
from xml.etree.ElementTree import Element

import pygal
from markupsafe import Markup
from pygal.style import Style

Values = Sequence[float | None]

#: Size of the drawing in its own units; the page stretches it. Letters stay readable at the width of a phone.
WIDTH, TALL, BAR, AROUND = 400, 230, 27, 44
#: Letters of a label beside a bar.
LONGEST = 24
#: Labels under columns, at most; and columns up to which each carries its value.
LABELS, FEW = 6, 12
#: Space for the value beside the longest bar; height of a legend.
ROOM, LEGEND = 1.1, 30
LETTERS = Style(label_font_size=14, major_label_font_size=14, value_font_size=14, legend_font_size=14)
DROPPED = {"defs", "desc", "title"}


def bars(title: str, labels: Sequence[str], series: Sequence[tuple[str, Values]]) -> Markup:
    """One bar beside each label, the first on top; of two series, two."""
    height = AROUND + len(labels) * BAR * len(series) + (LEGEND if len(series) > 1 else 0)
    most = max((value or 0 for _, values in series for value in values), default=0)
    chart = pygal.HorizontalBar(
        height=height, show_x_labels=False, print_values=True, range=(0, most * ROOM or 1), **_look(series)
    )
    chart.x_labels = [_short(label) for label in labels[::-1]]  # pygal draws from below
    return _drawn(chart, title, [(name, list(values)[::-1]) for name, values in series])


def columns(title: str, labels: Sequence[str], series: Sequence[tuple[str, Values]]) -> Markup:
    """One column above each label; of two series, one on top of the other."""
    few = len(labels) <= FEW
    chart = pygal.StackedBar(
        height=TALL,
        print_values=few,
        show_y_labels=not few,
        show_y_guides=not few,
        x_labels_major_every=-(-len(labels) // LABELS) or 1,
        show_minor_x_labels=False,
        **_look(series),
    )
    chart.x_labels = list(labels)
    heights = [sum(value or 0 for value in column) for column in zip(*(values for _, values in series), strict=True)]
    chart.y_labels = _steps(max(heights, default=0))
    return _drawn(chart, title, series)


def _short(label: str) -> str:
    return label if len(label) <= LONGEST else label[: LONGEST - 1].rstrip() + "…"


def _steps(most: float) -> list[int]:
    """Round numbers from 0 to the highest, at most six."""
    most = max(most, 1)
    step = next(size * 10**power for power in count() for size in (1, 2, 5) if most <= 5 * size * 10**power)
    return list(range(0, int(-(-most // step)) * step + step, step))[:6]


def _look(series: Sequence[tuple[str, Values]]) -> dict[str, Any]:
    return {
        "width": WIDTH,
        "style": LETTERS,
        "js": [],
        "css": [],
        "disable_xml_declaration": True,
        "no_prefix": True,
        "show_legend": len(series) > 1,
        "legend_at_bottom": True,
        "legend_at_bottom_columns": 1,
        "truncate_legend": -1,
        "truncate_label": -1,
        "print_values_position": "top",
        "print_zeroes": False,
        "show_x_guides": False,
        "value_formatter": lambda value: f"{value:,.0f}",
        "margin": 8,
        "no_data_text": "",
    }


def _drawn(chart: Any, title: str, series: Sequence[tuple[str, Values]]) -> Markup:
    for name, values in series:
        chart.add(name, list(values))
    chart.add_xml_filter(lambda root: _bare(root, title))
    return Markup(chart.render())


def _bare(root: Element, title: str) -> Element:
    """The drawing alone, with its name."""
    for parent in list(root.iter()):
        for child in [child for child in parent if _is_extra(child)]:
            parent.remove(child)
        parent.attrib.pop("style", None)
    root.attrib.pop("id", None)
    root.attrib.update({"role": "img", "aria-label": title, "class": "chart", "focusable": "false"})
    return root


def _is_extra(node: Element) -> bool:
    """Comments, styles, scripts, and what only its script would show."""
    return not isinstance(node.tag, str) or node.tag in DROPPED or "tooltip-overlay" in node.get("class", "")
