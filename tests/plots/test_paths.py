"""Paths of update rules: they are followed, drawn, and animated by a drawing that needs nothing else."""

import re
import xml.etree.ElementTree as ElementTree

import matplotlib.pyplot as plt
import numpy as np
import pytest

from labkit.plots import paths

EXTENT, MINIMUM = (-2.0, 2.0, -1.0, 1.0), (0.0, 0.0)


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def bowl(x, y):
    return x**2 + 10 * y**2


def rule(w, dw, config):
    count = config.get("count", 0) + 1
    return w - config["learning_rate"] * dw, {**config, "count": count}


def walked(rate=0.04, steps=12):
    return paths.follow(rule, lambda p: np.array([2.0, 20.0]) * p, (1.5, 0.8), steps, {"learning_rate": rate})


def test_path_has_start_and_every_step_and_leaves_config_alone():
    config = {"learning_rate": 0.5}
    path = paths.follow(rule, lambda p: p, np.array([4.0, 2.0]), 2, config)
    np.testing.assert_allclose(path, [[4, 2], [2, 1], [1, 0.5]])
    assert config == {"learning_rate": 0.5}


def test_rule_without_config_is_named():
    with pytest.raises(TypeError, match="rule must return next_w and config"):
        paths.follow(lambda w, dw, config: w, lambda p: p, (1.0, 2.0), 1, {})


def test_a_rule_may_move_its_parameter_in_place():
    def halve(w, dw, config):
        w -= 0.5 * dw
        return w, config

    start = np.array([4.0, 2.0])
    assert np.array_equal(paths.follow(halve, lambda p: p, start, 2, {}), [[4, 2], [2, 1], [1, 0.5]])
    assert np.array_equal(start, [4, 2])


def test_still_picture_has_a_panel_for_each_start_with_heights_below():
    figure = paths.contour_paths(bowl, {"a": {"SGD": walked()}, "b": {"SGD": walked(0.02)}}, EXTENT, MINIMUM)
    assert len(figure.axes) == 4
    assert [axes.get_title(loc="left") for axes in figure.axes[:2]] == ["a", "b"]


def test_numbers_against_settings_are_drawn_on_logarithmic_axes():
    axes = paths.against([1, 10], {"SGD": [3, 30]}, "condition", "steps").axes[0]
    assert axes.get_xscale() == axes.get_yscale() == "log"


def test_animation_is_one_small_drawing_without_files_or_network():
    shown = paths.race(bowl, {"SGD": walked(), "<fast>": walked(0.06)}, EXTENT, MINIMUM, "Two & more")
    svg = shown.html[shown.html.index("<svg") : shown.html.index("</svg>") + 6]
    root = ElementTree.fromstring(svg)
    links = [
        value for element in root.iter() for name, value in element.attrib.items() if name.endswith("href")
    ]
    assert all(link.startswith("data:image/png;base64,") for link in links)
    assert "<script" not in shown.html and not re.search(r'(src|href)="http', shown.html)
    assert len(shown.html) < 1_000_000
    assert shown.still.startswith(b"\x89PNG")
    assert set(shown._repr_mimebundle_()) == {"text/html", "image/png", "text/plain"}


def test_animation_takes_one_moment_for_each_step_and_ends_where_the_path_ends():
    path = walked(steps=12)
    html = paths.race(bowl, {"SGD": path}, EXTENT, MINIMUM).html
    places = re.search(r'type="translate" values="([^"]*)"', html)[1].split(";")
    assert len(places) == 13
    x, y = map(float, places[-1].split(","))
    np.testing.assert_allclose([x / 160 - 2, 1 - y / 200], path[-1], atol=1e-3)


def test_two_animations_in_a_page_have_names_of_their_own():
    first, second = (paths.race(bowl, {"SGD": walked()}, EXTENT, MINIMUM).html for _ in "ab")
    assert re.search(r'svg id="(\w+)"', first)[1] != re.search(r'svg id="(\w+)"', second)[1]


def test_path_that_runs_away_or_stands_still_is_animated():
    away = np.array([[0.0, 0.0], [1e9, np.inf], [np.nan, 0.0]])
    html = paths.race(bowl, {"away": away, "still": np.zeros((3, 2))}, EXTENT, MINIMUM).html
    assert "nan" not in html.partition("base64")[0] and "inf" not in re.sub(r"base64,[^\"]*", "", html)


@pytest.mark.parametrize(
    ("problem", "call"),
    {
        "paths must have at least 1 entry": lambda: paths.race(bowl, {}, EXTENT, MINIMUM),
        "paths['a'] must have shape (T, 2)": lambda: paths.race(bowl, {"a": np.zeros(3)}, EXTENT, MINIMUM),
        "the same number of steps": lambda: paths.race(
            bowl, {"a": walked(), "b": walked(steps=3)}, EXTENT, MINIMUM
        ),
        "minimum must have shape (2,)": lambda: paths.race(bowl, {"a": walked()}, EXTENT, (0.0,)),
    }.items(),
)
def test_wrong_argument_is_named(problem, call):
    with pytest.raises((TypeError, ValueError), match=re.escape(problem)):
        call()
