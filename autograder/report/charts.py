"""Charts as inline SVG; their colours are the page's, so they are right in the dark and on paper."""

from __future__ import annotations

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from autograder.documents.page import points

WIDTH, HEIGHT = 720, 230
LEFT, RIGHT, TOP, BOTTOM = 12, 12, 24, 26


def histogram(totals: NDArray[np.float64], most: float, unit: str) -> Markup:
    """How many submissions have how many points.

    Args:
        totals: (students,).
        most: the most points there are.
        unit: what is counted, for the description that screen readers read.
    """
    bins = 20 if len(totals) >= 60 else 10
    counts, edges = np.histogram(np.clip(totals, 0, most), bins=bins, range=(0, most or 1))
    step = (WIDTH - LEFT - RIGHT) / bins
    room = HEIGHT - TOP - BOTTOM
    shapes, words = [], []
    for number, count in enumerate(counts.tolist()):
        x, height = LEFT + number * step, room * count / max(1, counts.max())
        if count:
            y = HEIGHT - BOTTOM - height
            shapes.append(
                f'<rect class="pillar" x="{x + 1:.1f}" y="{y:.1f}" width="{step - 2:.1f}" height="{height:.1f}"/>'
                f'<text x="{x + step / 2:.1f}" y="{y - 6:.1f}">{count}</text>'
            )
            words.append(f"{points(edges[number])} to {points(edges[number + 1])} points: {count}")
    for number in range(0, bins + 1, bins // 10):
        anchor = "start" if number == 0 else "end" if number == bins else "middle"
        shapes.append(
            f'<text class="tick" x="{LEFT + number * step:.1f}" y="{HEIGHT - 8}" '
            f'style="text-anchor:{anchor}">{points(edges[number])}</text>'
        )
    floor = HEIGHT - BOTTOM
    shapes.append(f'<line class="axis" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{floor}" y2="{floor}"/>')
    label = f"Histogram of points, number of {unit}: {'; '.join(words)}."
    return Markup(
        f'<svg role="img" aria-label="{label}" viewBox="0 0 {WIDTH} {HEIGHT}" class="chart">{"".join(shapes)}</svg>'
    )
