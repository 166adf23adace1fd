"""Pictures of fits and of errors against a step: what is drawn is what was given, and a wrong argument is named."""

import re

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from labkit.plots import fits, powers


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


x, y = np.linspace(0, 1, 5), np.array([1.0, 3.0, 2.0, 5.0, 4.0])


def test_every_example_has_its_residual():
    (frame,) = fits.fit(x, y, lambda x: 2 * x).axes
    segments = frame.collections[0].get_segments()
    assert np.allclose(segments, [[(a, 2 * a), (a, b)] for a, b in zip(x, y, strict=True)])


def test_fit_can_do_without_residuals():
    (frame,) = fits.fit(x, y, lambda x: 2 * x, residuals=False).axes
    assert len(frame.collections) == 0


def test_curves_reach_the_new_examples():
    figure = fits.curves(x, y, {"one": np.sin, "two": np.cos}, others=(x + 1, y))
    lines = {line.get_label(): line for line in figure.axes[0].lines}
    assert lines["one"].get_xdata().max() > 2
    assert lines["one"].get_linestyle() != lines["two"].get_linestyle()


def test_errors_of_folds_become_a_mean_with_its_standard_error():
    table = np.array([[1.0, 3.0], [2.0, 2.0]])
    figure = fits.errors_against_order([1, 2], {"folds": table, "all": [4.0, 5.0]}, "error", log=False)
    folds, plain = figure.axes[0].containers
    assert folds.lines[0].get_ydata().tolist() == [2.0, 2.0]
    assert np.allclose(folds.lines[2][0].get_segments()[0], [[1, 1], [1, 3]])  # ± std / √2 = 1
    assert plain.lines[0].get_ydata().tolist() == [4.0, 5.0]


def test_coefficients_are_named_by_their_power():
    figure = fits.against_lambda([1, 10], np.ones((2, 4)), {"validation": [1.0, 2.0]})
    names = [text.get_text() for text in figure.axes[1].get_legend().get_texts()]
    assert names == ["of x^3", "of x^2", "of x", "constant"]


def test_guide_has_its_slope():
    figure = powers.against([1e-2, 1e-1, 1], {"f": {"error": [1e-4, 1e-2, 1]}}, "h", "error", {"slope 2": 2})
    error, guide = figure.axes[0].lines
    assert np.allclose(error.get_ydata(), guide.get_ydata())


def test_error_of_zero_is_left_out():
    figure = powers.against([0.1, 1], {"f": {"error": [0.0, 1.0]}}, "h", "error")
    assert np.isnan(figure.axes[0].lines[0].get_ydata()[0])


WRONG = {
    "y must have shape (5,), not (4,)": lambda: fits.fit(x, y[:4], np.sin),
    "predict(x) must have shape (5,), not (1,)": lambda: fits.fit(x, y, lambda x: x[:1]),
    "fitted must be a dictionary": lambda: fits.curves(x, y, np.sin),
    "errors['a'] must have shape (2,), not (3,)": lambda: fits.errors_against_order(
        [1, 2], {"a": x[:3]}, "e"
    ),
    "lams must be positive": lambda: fits.against_lambda([0, 1], np.ones((2, 2)), {"a": [1, 2]}),
    "thetas must have shape (2, P), not (3, 2)": lambda: fits.against_lambda(
        [1, 2], np.ones((3, 2)), {"a": [1, 2]}
    ),
    "steps must be positive": lambda: powers.against([0, 1], {"a": {"b": [1, 2]}}, "h", "e"),
    "charts['a'] must be a dictionary": lambda: powers.against([1, 2], {"a": [1, 2]}, "h", "e"),
}


@pytest.mark.parametrize("words", WRONG)
def test_wrong_argument_is_named(words):
    with pytest.raises((TypeError, ValueError), match=re.escape(words)):
        WRONG[words]()
