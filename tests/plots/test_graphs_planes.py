"""Pictures of functions over the plane."""

import matplotlib
import numpy as np
import pytest

matplotlib.use("agg")
import matplotlib.pyplot as plt

from labkit.plots import planes

X = np.array([[0.0, 0.0], [1.0, 2.0], [-1.0, 0.5]])
Y = np.array([0, 1, 2])


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_regions_show_what_is_predicted_and_every_example():
    right = lambda points: (points[:, 0] > 0).astype(int)  # noqa: E731
    figure = planes.regions({"right half": right, "all 2": lambda points: np.full(len(points), 2)}, X, Y)
    assert [frame.get_title(loc="left") for frame in figure.axes] == ["right half", "all 2"]
    shown = figure.axes[0].images[0].get_array()
    assert set(np.unique(shown[:, :40])) == {0} and set(np.unique(shown[:, -40:])) == {1}
    assert sum(len(one.get_offsets()) for one in figure.axes[0].collections) == 3


def test_units_are_drawn_one_by_one():
    figure = planes.units(lambda points: points @ np.ones((2, 8)), X, Y, [f"unit {k}" for k in range(8)])
    assert len(figure.axes) == 12
    assert sum(bool(frame.images) for frame in figure.axes) == 8


def test_a_unit_that_is_never_active_is_drawn_too():
    planes.units(lambda points: np.zeros((len(points), 1)), X, Y, ["dead"])


def test_wrong_shapes_are_named():
    with pytest.raises(ValueError, match="X must have shape"):
        planes.regions({"a": lambda points: points}, np.zeros((3, 3)), Y)
    with pytest.raises(ValueError, match=r"activations\(points\) must have shape"):
        planes.units(lambda points: points, X, Y, ["one"])
    with pytest.raises(ValueError, match="the labels of 'a'"):
        planes.regions({"a": lambda points: np.zeros(3, int)}, X, Y)
