"""What HTML pages share: templates, and values as text that is safe to look at."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from labkit.printing.text import clean_terminal

COURSE = "Neural Networks and Deep Learning"
TEMPLATES = Path(__file__).with_name("templates")
MAX_TEXT = 4000


def render(template: str, **values: Any) -> str:
    """A page from a template; what is put into it is escaped. Filters: `points` and `shown`."""
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(points=points, shown=shown_text)
    return made


def points(value: Any) -> str:
    """Points for people: at most two decimals, none where there are none."""
    if not isinstance(value, int | float) or not math.isfinite(value):
        return "–"
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"


def shown_text(value: Any) -> str:
    """Any value as text that is safe to look at and not too long."""
    if value is None:
        return ""
    text = clean_terminal(str(value))
    return (
        text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]} [… {len(text) - MAX_TEXT:,} characters more]"
    )
