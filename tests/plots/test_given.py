"""What pictures are drawn from: a wrong argument is named, and a right one of any usual kind is drawn."""

import re

import matplotlib.pyplot as plt
import numpy as np
import pytest

from labkit.plots import curves, images, neighbours, surfaces, templates

rng = np.random.default_rng(0)
pics, names, y = np.zeros((4, 8, 8, 3)), ["a", "b"], np.array([0, 1, 1, 0])
flat = pics.reshape(4, -1)


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


WRONG = {
    "window must be a whole number of at least 1, not 0": lambda: curves.running_mean([1, 2], 0),
    "values must have shape (N,), not (2, 2)": lambda: curves.running_mean(np.ones((2, 2)), 2),
    "history must be numbers of shape (N,), not a NoneType": lambda: curves.loss_curve(None),
    "histories must be a dictionary": lambda: curves.loss_curves([1, 2]),
    "histories['a'] must have shape (N,), not ()": lambda: curves.loss_curves({"a": 1}),
    "accuracies['a'] must have shape (2,), not (1,)": lambda: curves.accuracy_against(
        [1, 2], {"a": [1]}, "x"
    ),
    "settings must be positive": lambda: curves.accuracy_against([0, 2], {"a": [1, 2]}, "x"),
    "curves['a'] must have shape (3,), not (4,)": lambda: curves.functions(
        np.arange(3), {"a": np.arange(4)}, "x", "y"
    ),
    "panels_of['a'] must have shape (1,), not (2,)": lambda: curves.bars({"a": [1, 2]}, ["x"], "y"),
    "images must be 1 or more pictures, not 0": lambda: images.image_grid([]),
    "(H, W, 3) or (3·S·S,), not (8, 3)": lambda: images.image_grid(pics[0]),
    "(H, W, 3) or (3·S·S,), not (100,)": lambda: images.image_grid(np.zeros((2, 100))),
    "titles must be 4 names, not 1": lambda: images.image_grid(pics, titles=["a"]),
    "y must have shape (4,), not (9,)": lambda: images.class_grid(pics, np.zeros(9, int), names),
    "y must be labels from 0 to 1; it has 0 to 2": lambda: images.class_grid(
        pics, y + np.arange(4) // 2 % 2, names
    ),
    "copies['a'] must have shape (8, 8, 3), not (4, 8, 3)": lambda: images.altered_copies(
        pics[0], {"a": pics[0][:4]}
    ),
    "dists must have shape (4, 4), not (2, 2)": lambda: images.nearest_pictures(
        (pics, y), (pics, y), np.zeros((2, 2)), names
    ),
    "test: the labels must be labels from 0 to 1": lambda: images.nearest_pictures(
        (pics, y + 4), (pics, y), np.zeros((4, 4)), names
    ),
    "W must have shape (2, D), not (192, 2)": lambda: templates.templates(np.zeros((192, 2)), names),
    "W must be pictures of shape": lambda: templates.templates(np.zeros((2, 193)), names),
    "scores must have shape (4, 2), not (3, 2)": lambda: templates.score_cards(
        pics, np.zeros((3, 2)), y, names
    ),
    "y must be integer labels, not float64": lambda: templates.score_cards(
        pics, np.zeros((4, 2)), y / 1, names
    ),
    "gradient(point) must have shape (2,), not (3,)": lambda: surfaces.descend(
        lambda p: np.zeros(3), [1, 2], 0.1, 3
    ),
    "paths['a'] must have shape (T, 2), not (4,)": lambda: surfaces.descent_paths(np.add, {"a": np.zeros(4)}),
    "values must have shape (3, 3), not (2, 3)": lambda: surfaces.heat_map(
        np.zeros((2, 3)), [1, 2, 3], [1, 2, 3], "r", "c"
    ),
    "values must have at least 1 number": lambda: surfaces.heat_map(
        np.full((1, 1), np.nan), [1], [1], "r", "c"
    ),
    "dists must have shape (num_test, num_train), not (5,)": lambda: neighbours.distance_matrix(np.zeros(5)),
    "dists must have shape (4, num_train), not (9, 3)": lambda: neighbours.brightest_and_darkest(
        pics, np.zeros((9, 3))
    ),
    "X must have shape (num_train, 2), not (4, 3)": lambda: neighbours.decision_regions(
        {"a": len}, np.zeros((4, 3)), y
    ),
    "y must be labels from 0 to 7; it has 9": lambda: neighbours.decision_regions(
        {"a": len}, np.zeros((4, 2)), y * 0 + 9
    ),
    "predictors['a']: the labels must have shape (9,), not ()": lambda: neighbours.decision_regions(
        {"a": len}, np.zeros((4, 2)), y, resolution=3
    ),
    "errors must have shape (folds, 2), not (5, 3)": lambda: neighbours.errors_against_k(
        [1, 2], np.zeros((5, 3))
    ),
    "errors['b'] must have shape (3,), not (4,)": lambda: neighbours.errors_of_norms(
        {"a": np.zeros(3), "b": np.zeros(4)}
    ),
    "seconds must have at least 1 entry, not 0": lambda: neighbours.times({}, "t"),
    "ratios must have shape (2,), not (1,)": lambda: neighbours.contrast([1, 2], [1]),
}


@pytest.mark.parametrize("words", WRONG)
def test_wrong_arguments_are_named(words):
    with pytest.raises((TypeError, ValueError), match=re.escape(words)):
        WRONG[words]()


RIGHT = {
    "empty history": lambda: curves.loss_curve([]),
    "runs that are no numbers any more": lambda: curves.loss_curves(
        {"a": [1.0, np.nan, np.inf], "b": []}, top=2.0
    ),
    "more runs than colours": lambda: curves.accuracy_against(
        [1, 2], {str(i): [0, 1] for i in range(9)}, "x"
    ),
    "more functions than colours": lambda: curves.functions(
        [1, 2], {str(i): np.array for i in range(9)}, "x", "y"
    ),
    "pictures of several kinds": lambda: images.image_grid([pics[0].astype(np.uint8), flat[1], pics[2][:4]]),
    "classes": lambda: images.class_grid(flat, y, names, per_class=1),
    "flat copies": lambda: images.altered_copies(flat[0], {"same": flat[1]}),
    "neighbours": lambda: images.nearest_pictures(
        (flat[:1], y[:1]), (flat, list(y)), np.zeros((1, 4)), names, 2
    ),
    "templates": lambda: templates.templates(np.ones((2, 192), np.float32), names),
    "score cards": lambda: templates.score_cards(pics[:2], np.zeros((2, 2)), y[:2], names),
    "heat map with a gap": lambda: surfaces.heat_map([[0.1, np.nan]], [1], [1, 2], "r", "c"),
}


@pytest.mark.parametrize("what", RIGHT)
def test_right_arguments_are_drawn(what):
    assert RIGHT[what]().axes
