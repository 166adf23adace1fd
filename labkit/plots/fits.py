"""Fits of one variable by another: the curve and its residuals, errors against the order, coefficients against λ.

fits.fit(area, rent, lambda x: theta[0] * x + theta[1], "square feet", "rent in dollars", residuals=True)
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from labkit.plots import given
from labkit.plots.style import LINES, MARKERS, PALETTE, panels, styled

Curve = Callable[[np.ndarray], np.ndarray]
GRID = 301


@styled
def fit(
    x: np.ndarray,
    y: np.ndarray,
    predict: Curve,
    xlabel: str = "x",
    ylabel: str = "y",
    title: str = "",
    residuals: bool = True,
) -> Figure:
    """Examples, one fitted curve, and for each example its residual as a vertical line.

    Args:
        x, y: examples, (N,) each.
        predict: maps (M,) places to (M,) predictions.
    """
    given.numbers("y", y, len(given.numbers("x", x, "N")))
    predicted = given.numbers("predict(x)", predict(np.asarray(x)), len(x))
    places = _grid(float(np.min(x)), float(np.max(x)))
    figure, axes = panels(1, 1, size=(6.2, 3.8))
    frame = axes[0, 0]
    if residuals:
        frame.vlines(x, predicted, y, color=PALETTE[1], linewidth=1.2, label="residuals")
    frame.plot(places, predict(places), color=PALETTE[2], label="fit")
    frame.plot(x, y, "o", color=PALETTE[0], markersize=5 if len(x) < 60 else 3, label="examples")
    frame.set(xlabel=xlabel, ylabel=ylabel, title=title)
    frame.legend()
    return figure


@styled
def curves(
    x: np.ndarray,
    y: np.ndarray,
    fitted: Mapping[str, Curve],
    others: tuple[np.ndarray, np.ndarray] | None = None,
    height: tuple[float, float] | None = None,
    title: str = "",
) -> Figure:
    """Several fitted curves over the same examples.

    Args:
        x, y: examples that were fitted, (N,) each.
        fitted: label -> a function that maps (M,) places to (M,) predictions.
        others: further examples (x, y), drawn apart; the curves reach as far as these.
        height: lower and upper end of the y axis.
    """
    given.several("fitted", fitted)
    given.numbers("y", y, len(given.numbers("x", x, "N")))
    figure, axes = panels(1, 1, size=(6.8, 4.2))
    frame = axes[0, 0]
    frame.plot(x, y, "o", color="#999999", markersize=3, label="fitted examples", zorder=1)
    ends = [float(np.min(x)), float(np.max(x))]
    if others is not None:
        given.numbers("others[1]", others[1], len(given.numbers("others[0]", others[0], "M")))
        frame.plot(*others, "x", color=PALETTE[6], markersize=4, label="new examples", zorder=1)
        ends += [float(np.min(others[0])), float(np.max(others[0]))]
    places = _grid(min(ends), max(ends))
    for number, (label, curve) in enumerate(fitted.items()):
        values = given.numbers(f"fitted[{label!r}](x)", curve(places), GRID)
        color, line = PALETTE[number % len(PALETTE)], LINES[number % len(LINES)]
        frame.plot(places, values, color=color, linestyle=line, label=label)
    frame.set(xlabel="x", ylabel="y", title=title)
    if height is not None:
        frame.set_ylim(height)
    frame.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


@styled
def errors_against_order(
    orders: Sequence[int], errors: Mapping[str, np.ndarray], ylabel: str, log: bool = True, title: str = ""
) -> Figure:
    """Errors against the order of a polynomial; several errors per order become a mean with an error bar.

    Args:
        orders: M whole numbers.
        errors: label -> (M,) numbers, or (M, K) of which mean and standard error (over K folds) are drawn.
        log: whether the axis of errors is logarithmic.
    """
    given.several("errors", errors)
    figure, axes = panels(1, 1, size=(6.0, 3.6))
    frame = axes[0, 0]
    for number, (label, values) in enumerate(errors.items()):
        shape = (len(orders), "K") if np.ndim(values) == 2 else (len(orders),)
        table = given.numbers(f"errors[{label!r}]", values, *shape)
        mean, spread = (table, None) if table.ndim == 1 else (table.mean(axis=1), _standard_error(table))
        style = number % len(PALETTE)
        frame.errorbar(
            np.asarray(orders) + 0.04 * number,  # bars side by side
            mean,
            spread,
            label=label,
            color=PALETTE[style],
            marker=MARKERS[style],
            linestyle=LINES[style],
        )
    frame.set(xlabel="order of the polynomial", ylabel=ylabel, title=title, xticks=list(orders))
    if log:
        frame.set_yscale("log")
    frame.legend()
    return figure


@styled
def against_lambda(lams: Sequence[float], thetas: np.ndarray, errors: Mapping[str, np.ndarray]) -> Figure:
    """Ridge regression: errors (left) and coefficients (right) against λ on a logarithmic axis.

    Args:
        lams: M positive numbers.
        thetas: (M, P), the coefficients for each λ, highest power first.
        errors: label -> (M,) numbers.
    """
    given.several("errors", errors)
    if np.any(given.numbers("lams", lams, "M") <= 0):
        raise ValueError(f"lams must be positive, because their axis is logarithmic; they have {min(lams)}")
    table = given.numbers("thetas", thetas, len(lams), "P")
    figure, axes = panels(1, 2, size=(5.0, 3.6))
    losses, coefficients = axes[0]
    for place, values in enumerate(table.T):
        power = table.shape[1] - 1 - place
        style = place % len(PALETTE)
        label = "constant" if power == 0 else "of x" if power == 1 else f"of x^{power}"
        coefficients.semilogx(lams, values, color=PALETTE[style], linestyle=LINES[style], label=label)
    for number, (label, values) in enumerate(errors.items()):
        given.numbers(f"errors[{label!r}]", values, len(lams))
        look = {"color": PALETTE[number % len(PALETTE)], "linestyle": LINES[number % len(LINES)]}
        losses.loglog(lams, values, label=label, **look)
    coefficients.axhline(0, color=PALETTE[6], linewidth=0.8)
    coefficients.set(xlabel="λ", ylabel="coefficient", title="Coefficients")
    losses.set(xlabel="λ", ylabel="error", title="Errors")
    coefficients.legend(fontsize=8, loc="center left", bbox_to_anchor=(1.0, 0.5))
    losses.legend()
    return figure


def _grid(lowest: float, highest: float) -> np.ndarray:
    """GRID places from one end to the other, and a little beyond."""
    beyond = 0.02 * (highest - lowest)
    return np.linspace(lowest - beyond, highest + beyond, GRID)


def _standard_error(table: np.ndarray) -> np.ndarray:
    """Standard error of each row's mean; zero for a single column."""
    count = table.shape[1]
    return table.std(axis=1, ddof=1) / np.sqrt(count) if count > 1 else np.zeros(len(table))
