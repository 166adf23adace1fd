"""Pictures of pictures: grids, a grid of classes, a row of altered copies, neighbours.

Images are (H, W, 3) with values 0 … 255 of any dtype, or flat rows (3·S·S,) of square pictures.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from labkit.plots import given
from labkit.plots.style import RIGHT, WRONG, panels, picture_axes, pixels, styled


@styled
def image_grid(
    images: Sequence[Any] | np.ndarray,
    titles: Sequence[str] = (),
    columns: int = 10,
    title: str = "",
    size: float = 1.0,
) -> Figure:
    """Pictures in reading order, each with its title above.

    Args:
        images: N pictures.
        titles: none, or one for each picture.
        columns: how many stand in a row.
        title: of the whole figure.
        size: width of a picture in inches.
    """
    given.pictures("images", images)
    given.whole("columns", columns)
    if len(titles):
        given.names("titles", titles, len(images))
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    figure, axes = panels(rows, columns, size=(size, size + (0.2 if titles else 0.0)))
    for place, frame in enumerate(axes.flat):
        picture_axes(frame, titles[place] if place < len(titles) else "", size=8)
        if place < len(images):
            frame.imshow(pixels(images[place]))
    if title:
        figure.suptitle(title)
    return figure


@styled
def class_grid(X: np.ndarray, y: np.ndarray, class_names: Sequence[str], per_class: int = 8) -> Figure:
    """A column for every class, with its name above and its first `per_class` pictures below.

    Args:
        X: N pictures, y: (N,) integer labels, class_names: a name for every label.
    """
    given.whole("per_class", per_class)
    given.pictures("X", X)
    y = given.labels("y", y, len(X), len(class_names))
    figure, axes = panels(per_class, len(class_names), size=(0.82, 0.82))
    for label, name in enumerate(class_names):
        chosen = np.flatnonzero(y == label)[:per_class]
        for row in range(per_class):
            picture_axes(axes[row, label], name if row == 0 else "")
            if row < len(chosen):
                axes[row, label].imshow(pixels(X[chosen[row]]))
    figure.get_layout_engine().set(w_pad=0.01, h_pad=0.01)
    return figure


@styled
def altered_copies(image: Any, copies: dict[str, Any]) -> Figure:
    """A picture and its altered copies in a row; below each, its L2 distance to the picture.

    Args:
        image: the picture.
        copies: altered copies by the name of what was done to them.
    """
    given.pictures("image", [image])
    given.several("copies", copies)
    for name, copy in copies.items():
        given.numbers(f"copies[{name!r}]", copy, *np.shape(image))
    figure, axes = panels(1, len(copies) + 1, size=(1.75, 2.3))
    picture_axes(axes[0, 0], "original", size=11)
    axes[0, 0].imshow(pixels(image))
    axes[0, 0].set_xlabel("distance 0")
    for frame, (name, copy) in zip(axes[0, 1:], copies.items(), strict=True):
        picture_axes(frame, name, size=11)
        frame.imshow(pixels(copy))
        gap = np.asarray(copy, dtype=float).ravel() - np.asarray(image, dtype=float).ravel()
        frame.set_xlabel(f"distance {np.linalg.norm(gap):,.1f}")
    return figure


@styled
def nearest_pictures(
    test: tuple[Any, Any],
    train: tuple[Any, Any],
    dists: np.ndarray,
    class_names: Sequence[str],
    count: int = 7,
) -> Figure:
    """Test pictures, each with its nearest training pictures to the right, nearest first.

    A neighbour of the same class has a solid blue frame and a ✓, one of another class a dashed orange one.

    Args:
        test: the pictures of some test points and their labels.
        train: all training pictures and their labels.
        dists: (len(test pictures), num_train), their distances.
        class_names: a name for every label.
        count: how many neighbours are shown.
    """
    (images, labels), (known, known_labels) = test, train
    given.pictures("test", images)
    given.pictures("train", known)
    given.labels("test: the labels", labels, len(images), len(class_names))
    given.labels("train: the labels", known_labels, len(known), len(class_names))
    given.numbers("dists", dists, len(images), len(known))
    figure, axes = panels(len(images), count + 1, size=(1.05, 1.28))
    for row, (image, label) in enumerate(zip(images, labels, strict=True)):
        picture_axes(axes[row, 0], class_names[label], size=9)
        axes[row, 0].title.set_fontweight("bold")
        axes[row, 0].imshow(pixels(image))
        ranked = np.argsort(dists[row])
        for frame, j in zip(axes[row, 1:], ranked, strict=False):
            agrees = known_labels[j] == label
            picture_axes(frame, f"{'✓ ' if agrees else ''}{class_names[known_labels[j]]}", size=8)
            frame.imshow(pixels(known[j]))
            _frame(frame, RIGHT if agrees else WRONG, "-" if agrees else (0, (2, 1.5)))
    figure.suptitle("In bold: test pictures. To their right: the nearest training pictures", fontsize=11)
    return figure


def _frame(axes: Any, color: str, line: Any) -> None:
    for spine in axes.spines.values():
        spine.set(visible=True, color=color, linewidth=2.2, linestyle=line)
