"""Drawings of receptive fields and of filters: what is shown is what the layers and weights say."""

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from labkit.plots import fields, templates


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_three_filters_see_three_five_and_seven_pixels_around_the_same_centre():
    found = fields.levels([(3, 1)] * 3)
    assert [len(level) for level in found] == [7, 5, 3, 1]
    assert {np.mean(level) for level in found} == {3.0}


def test_neighbours_are_as_far_apart_as_the_strides_say():
    found = fields.levels([(3, 1), (2, 2), (3, 1)])
    assert [len(level) for level in found] == [8, 6, 3, 1]
    assert [set(np.diff(level)) for level in found[:3]] == [{1}, {1}, {2}]
    assert {np.mean(level) for level in found} == {3.5}


def test_every_panel_shows_all_dots_and_says_how_many_pixels():
    figure = fields.receptive_fields({"one": [(3, 1)] * 2, "two": [(2, 2), (2, 2)]})
    for frame, dots, pixels in zip(figure.axes, (5 + 3 + 1, 4 + 2 + 1), (5, 4), strict=True):
        assert sum(len(row.get_offsets()) for row in frame.collections) == dots
        assert frame.get_xlabel() == f"{pixels} pixels along one side"


def test_stacks_are_asked_for_by_name():
    with pytest.raises(ValueError, match="stacks"):
        fields.receptive_fields({})


def test_filters_are_scaled_each_by_its_own_largest_weight():
    w = np.zeros((3, 3, 2, 2))
    w[0, 0, 0, 0], w[1, 1, 1, 0] = 5.0, -0.01
    figure = templates.filters(w, columns=2)
    shown = [frame.images[0].get_array() for frame in figure.axes if frame.images]
    assert len(shown) == 3
    assert shown[0][0, 0].tolist() == [255, 128, 128] and shown[1][1, 0].tolist() == [128, 0, 128]
    assert np.all(shown[2] == 128)


def test_filters_need_three_channels():
    with pytest.raises(ValueError, match="w must have shape"):
        templates.filters(np.zeros((4, 1, 3, 3)))
