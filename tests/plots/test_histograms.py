"""Histograms by layer: one axis for all, zeros left out where it is logarithmic, lines that can be told apart."""

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from labkit.plots import histograms


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def layers(count=4):
    rng = np.random.default_rng(0)
    return [rng.standard_normal((20, 6)) for _ in range(count)]


def test_grid_has_a_row_for_every_start_and_a_column_for_every_layer():
    figure = histograms.grid({"small": layers(), "large": layers()}, "outputs", (-1, 1), layers=(1, 3, 4))
    assert len(figure.axes) == 6
    assert [frame.get_title(loc="center") for frame in figure.axes[:3]] == ["layer 1", "layer 3", "layer 4"]
    assert {frame.get_xlim() for frame in figure.axes} == {(-1.0, 1.0)}


def test_every_value_is_counted_also_beyond_the_limits():
    values = [np.array([-50.0, 0.0, 0.0, 50.0])]
    figure = histograms.grid({"start": values}, "outputs", (-1, 1), bins=5)
    assert figure.axes[0].patches[0].get_data().values.tolist() == [1, 0, 2, 0, 1]


def test_logarithmic_grid_leaves_zeros_out():
    values = [np.array([0.0, 0.0, 1e-3, -1e-3]), np.zeros(4)]
    figure = histograms.grid({"start": values}, "outputs", (1e-6, 1e6), log=True)
    first, second = figure.axes
    assert first.patches[0].get_data().values.sum() == 2
    assert second.patches[0].get_data().values.sum() == 0
    assert [text.get_text() for text in second.texts] == ["all are 0"]


def test_lines_differ_in_more_than_colour():
    figure = histograms.by_layer({"a": [1, 2, 3], "b": [3, 2, 1]}, "size", predicted={"a": [1, 2, 3]})
    one, circles, other = figure.axes[0].lines
    assert one.get_linestyle() != other.get_linestyle()
    assert one.get_marker() != other.get_marker()
    assert circles.get_linestyle() == "None"


def test_side_by_side_shares_one_legend():
    figure = histograms.side_by_side({"h": {"a": [1.0, 0.0]}, "dh": {"a": [1.0, 2.0]}}, title="both")
    assert [frame.get_legend() is None for frame in figure.axes] == [True, False]
