"""Pictures for k-nearest neighbours: distances, regions, the choice of k and of the norm, many dimensions."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from labkit.plots import given
from labkit.plots.style import MARKERS, PALETTE, SEQUENTIAL, panels, picture_axes, pixels, styled

Predict = Callable[[np.ndarray], np.ndarray]


@styled
def distance_matrix(dists: np.ndarray) -> Figure:
    """The matrix of distances (num_test, num_train) as a picture: bright is far."""
    given.numbers("dists", dists, "num_test", "num_train")
    figure, axes = panels(1, 1, size=(8.6, 3.4))
    low, high = np.percentile(dists, [0.5, 99.5])
    shown = axes[0, 0].imshow(
        dists, cmap=SEQUENTIAL, aspect="auto", vmin=low, vmax=high, interpolation="antialiased"
    )
    axes[0, 0].set(title="Distances", xlabel="training image", ylabel="test image")
    axes[0, 0].grid(False)
    figure.colorbar(shown, ax=axes[0, 0], label="distance (bright is far)", extend="both")
    return figure


@styled
def brightest_and_darkest(images: Any, dists: np.ndarray, count: int = 8) -> Figure:
    """The test pictures whose rows in the matrix of distances are brightest and darkest, with the row's mean.

    Args:
        images: the num_test pictures, dists: (num_test, num_train).
    """
    given.pictures("images", images)
    means = given.numbers("dists", dists, len(images), "num_train").mean(axis=1)
    ranked = np.argsort(means)
    figure, axes = panels(2, count, size=(1.05, 1.35))
    for row, (name, chosen) in enumerate((("bright", ranked[::-1]), ("dark", ranked))):
        for frame, i in zip(axes[row], chosen, strict=False):
            picture_axes(frame, f"{means[i]:,.0f}", size=8)
            frame.imshow(pixels(images[i]))
        axes[row, 0].set_ylabel(f"{name}est rows")
    figure.suptitle("The brightest and the darkest rows, with their mean distance", fontsize=11)
    return figure


@styled
def decision_regions(
    predictors: dict[str, Predict], X: np.ndarray, y: np.ndarray, resolution: int = 140
) -> Figure:
    """Which label each point of the plane would get, a panel for every classifier.

    Args:
        predictors: by their titles, functions from points (N, 2) to labels (N,).
        X: (num_train, 2), the training points, y: (num_train,), their labels.
        resolution: how many points of the plane are asked along each side.
    """
    given.several("predictors", predictors)
    given.numbers("X", X, "num_train", 2)
    given.labels("y", y, len(X), len(PALETTE))
    low, high = X.min(axis=0) - 0.4, X.max(axis=0) + 0.4
    across, up = (np.linspace(low[axis], high[axis], resolution) for axis in (0, 1))
    grid = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
    classes = int(y.max()) + 1
    colors = ListedColormap(PALETTE[:classes])
    figure, axes = panels(1, len(predictors), size=(4.4, 4.0), sharex=True, sharey=True)
    for frame, (title, predict) in zip(axes[0], predictors.items(), strict=True):
        regions = given.numbers(f"predictors[{title!r}]: the labels", predict(grid), len(grid))
        regions = regions.reshape(resolution, resolution)
        extent = (low[0], high[0], low[1], high[1])
        frame.imshow(
            regions, cmap=colors, vmin=0, vmax=classes - 1, origin="lower", extent=extent, alpha=0.28
        )
        for edge in range(classes):
            frame.contour(across, up, regions == edge, levels=[0.5], colors="#444444", linewidths=0.7)
        for label in range(classes):
            inside = y == label
            frame.scatter(
                *X[inside].T, color=PALETTE[label], marker=MARKERS[label], s=36, edgecolor="white",
                linewidth=0.6, label=f"class {label}",
            )  # fmt: skip
        frame.set(title=title, xlabel="first feature")
        frame.grid(False)
    axes[0, 0].set_ylabel("second feature")
    axes[0, 0].legend(loc="upper left", frameon=True, framealpha=0.9)
    return figure


@styled
def errors_against_k(ks: Sequence[int], errors: np.ndarray) -> Figure:
    """Cross-validation error against k: every fold as a dot, mean and standard deviation over the folds.

    Args:
        ks: the values of k.
        errors: (number of folds, len(ks)), errors between 0 and 1.
    """
    given.numbers("errors", errors, "folds", len(ks))
    figure, axes = panels(1, 1, size=(6.6, 3.8))
    frame = axes[0, 0]
    frame.plot(np.tile(ks, len(errors)), errors.ravel(), ".", color="#999999", label="single folds")
    means, spread = errors.mean(axis=0), errors.std(axis=0)
    frame.errorbar(ks, means, spread, color=PALETTE[0], marker="o", label="mean ± standard deviation")
    best = int(np.argmin(means))
    frame.plot(
        ks[best], means[best], "*", color=PALETTE[1], markersize=15, label=f"lowest mean: k = {ks[best]}"
    )
    frame.set(title="Cross-validation over k", xlabel="k, the number of neighbours", ylabel="error")
    frame.set_xticks(list(ks))
    frame.legend()
    return figure


@styled
def errors_of_norms(errors: dict[str, np.ndarray]) -> Figure:
    """Cross-validation error of each norm: the folds as dots, joined fold by fold, and mean ± deviation.

    Args:
        errors: (number of folds,) errors by the name of the norm.
    """
    given.several("errors", errors)
    for name, fold_errors in errors.items():
        given.numbers(f"errors[{name!r}]", fold_errors, len(next(iter(errors.values()))))
    figure, axes = panels(1, 1, size=(5.2, 3.6))
    frame, places = axes[0, 0], np.arange(len(errors))
    table = np.array(list(errors.values()))  # (norms, folds)
    frame.plot(places, table, "-", color="#BBBBBB", linewidth=0.9, marker=".", zorder=1)
    for place, (fold_errors, color, marker) in enumerate(zip(table, PALETTE, MARKERS, strict=False)):
        mean, spread = fold_errors.mean(), fold_errors.std()
        frame.errorbar(place, mean, spread, color=color, marker=marker, markersize=9, linestyle="none")
        frame.annotate(f"{mean:.3f}", (place, mean), (12, -3), textcoords="offset points", color=color)
    frame.set(
        title="Cross-validation over norms", xlabel="norm", ylabel="error", xlim=(-0.5, len(errors) - 0.5)
    )
    frame.set_xticks(places, list(errors))
    return figure


@styled
def times(seconds: dict[str, float], title: str) -> Figure:
    """Running times as bars on a logarithmic scale, fastest last.

    Args:
        seconds: time by the name of what was timed.
    """
    given.several("seconds", seconds)
    figure, axes = panels(1, 1, size=(6.6, 0.8 + 0.5 * len(seconds)))
    frame = axes[0, 0]
    bars = frame.barh(list(seconds), list(seconds.values()), color=PALETTE[: len(seconds)], height=0.6)
    frame.bar_label(bars, [_duration(value) for value in seconds.values()], padding=4)
    frame.set(xscale="log", title=title, xlabel="seconds (logarithmic)")
    frame.set_xlim(10 ** np.floor(np.log10(min(seconds.values()))), 10 * max(seconds.values()))
    frame.xaxis.set_minor_formatter(NullFormatter())
    frame.grid(False, axis="y")
    frame.invert_yaxis()
    return figure


def _duration(seconds: float) -> str:
    if seconds >= 1:
        return f"{seconds:.1f} s"
    return f"{seconds * 1e3:.1f} ms" if seconds >= 1e-3 else f"{seconds * 1e6:.0f} µs"


@styled
def contrast(
    dimensions: Sequence[int], ratios: Sequence[float], pictures: tuple[int, float] | None = None
) -> Figure:
    """How many times farther the farthest point is than the nearest, against the number of dimensions.

    Args:
        dimensions: the numbers of dimensions D.
        ratios: for each, farthest over nearest distance among random points.
        pictures: (D, ratio) of real pictures, drawn as a star.
    """
    given.numbers("dimensions", dimensions, "K")
    given.numbers("ratios", ratios, len(dimensions))
    figure, axes = panels(1, 1, size=(6.2, 3.8))
    frame = axes[0, 0]
    frame.loglog(dimensions, ratios, marker="o", color=PALETTE[0], label="uniformly random points")
    if pictures is not None:
        frame.loglog(*pictures, "*", color=PALETTE[1], markersize=16, linestyle="none", label="our pictures")
    frame.axhline(1, color="black", linestyle=":", linewidth=1.2, label="all points equally far")
    frame.set(
        title="The curse of dimensionality", xlabel="dimensions D", ylabel="farthest / nearest distance"
    )
    frame.legend()
    return figure
