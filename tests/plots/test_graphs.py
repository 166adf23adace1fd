"""Pictures of computational graphs: what stands where, and what is refused."""

from itertools import pairwise

import matplotlib
import numpy as np
import pytest

matplotlib.use("agg")
import matplotlib.pyplot as plt

from labkit.plots import graphs, layered

PRODUCT = {"x": (), "y": (), "z": (), "q": ("+", "x", "y"), "f": ("×", "q", "z")}
VALUES = {"x": -2, "y": 5, "z": -4, "q": 3, "f": -12}
SLOPES = {"f": 1, "q": -4, "z": 3, "x": -4, "y": -4}


class Recorded:
    """What an autograd tensor looks like to the picture."""

    def __init__(self, data, parents=(), operation="", name="", requires_grad=True):
        self.data, self.parents, self.name = np.asarray(data, dtype=float), parents, name
        self.function = type(operation, (), {}) if operation else None
        self.requires_grad, self.grad = requires_grad, None

    def downstream(self, upstream):
        return [(parent, upstream) for parent in self.parents if parent.requires_grad]


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts if text.get_text()]


def boxes(figure, *words):
    """Where these texts are drawn, in pixels."""
    figure.canvas.draw()
    found = [
        text for text in figure.axes[0].texts if text.get_text() and (not words or text.get_text() in words)
    ]
    return [text.get_window_extent() for text in found]


def test_value_above_and_gradient_below_each_wire():
    figure = graphs.graph(PRODUCT, VALUES, SLOPES)
    place = {text.get_text(): text.get_position() for text in figure.axes[0].texts}
    for value, slope in (("q = 3", "−4"), ("f = −12", "1")):
        assert value in place and slope in place
    assert place["f = −12"][1] > place["1"][1]
    assert place["f = −12"][0] == place["1"][0]


def test_no_two_texts_overlap():
    nodes = {
        "a": (), "b": (), "c": (), "u": ("×", "a", "b"), "v": ("+", "a", "c"), "w": ("max", "u", "v"), "g": ("exp", "w")
    }  # fmt: skip
    numbers = {name: np.array([[-1.234, 5.678], [9.0, -2.5]]) for name in nodes}
    branches = {("a", "u"): -3.21, ("a", "v"): 4.56}
    figure = graphs.graph(nodes, numbers, numbers | branches, title="every wire has six numbers")
    found = boxes(figure)
    assert len(found) == 7 + 2 * 7 + 2 + 3
    for place, one in enumerate(found):
        assert not any(one.overlaps(other) for other in found[:place])


def test_long_names_stay_inside_their_boxes():
    figure = graphs.graph(
        {"temperature": (), "f": ("log-sum-exp", "temperature")}, {"temperature": 1, "f": 2}
    )
    figure.canvas.draw()
    patches = [one.get_window_extent() for one in figure.axes[0].patches if hasattr(one, "get_boxstyle")]
    for text in boxes(figure, "temperature", "log-sum-exp"):
        assert any(box.x0 <= text.x0 and text.x1 <= box.x1 for box in patches)


def test_gradients_of_branches_are_shown_where_a_wire_forks():
    slopes = {"b": 1, "a": 6, ("a", "b"): 3}
    assert texts(graphs.graph({"a": (), "b": ("×", "a", "a")}, {"a": 3, "b": 9}, slopes)).count("3") == 3
    alone = graphs.graph({"a": (), "b": ("exp", "a")}, {}, {"b": 1, "a": 7, ("a", "b"): 7})
    assert texts(alone).count("7") == 1


def test_names_with_an_underscore_are_not_shown():
    assert "_q = 3" not in texts(graphs.graph({"x": (), "_q": ("+ 1", "x")}, {"x": 2, "_q": 3}))


def test_recorded_graph():
    x = Recorded(2.0, name="x")
    c = Recorded(3.0, requires_grad=False)
    y = Recorded(6.0, (x, c), "Multiply", "y")
    z = Recorded(8.0, (y, x), "Add")
    z.grad, y.grad, x.grad = np.array(1.0), np.array(1.0), np.array(4.0)
    shown = texts(graphs.recorded(z, "a title"))
    for text in ("x", "3", "×", "+", "y = 6", "8", "4", "a title"):
        assert text in shown


def test_recorded_graph_before_backward():
    x = Recorded(2.0, name="x")
    assert "exp" in texts(graphs.recorded(Recorded(7.39, (x,), "Exp")))


def test_large_graphs_are_refused():
    one = Recorded(1.0)
    for _ in range(3000):
        one = Recorded(1.0, (one,), "Exp")
    with pytest.raises(ValueError, match="more than 60 nodes"):
        graphs.recorded(one)
    chain = {"n0": ()} | {f"n{i}": ("exp", f"n{i - 1}") for i in range(1, 70)}
    with pytest.raises(ValueError, match="70 nodes"):
        graphs.graph(chain)


def test_unknown_inputs_and_cycles_are_refused():
    with pytest.raises(ValueError, match=r"'y'.*not in nodes"):
        graphs.graph({"x": (), "f": ("+", "x", "y")})
    with pytest.raises(ValueError, match="cycle through a, b"):
        graphs.graph({"a": ("exp", "b"), "b": ("log", "a")})
    with pytest.raises(TypeError, match="nodes must be a dictionary"):
        graphs.graph(["x"])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (-12, "−12"),
        (0.0, "0"),
        (-0.0, "0"),
        (1e-17, "0"),
        (0.73106, "0.731"),
        (np.array([0.22, 0.26]), "[0.22  0.26]"),
        (np.eye(2), "[1  0]\n[0  1]"),
        (np.zeros(5), "(5,)"),
        (np.zeros((100, 50)), "(100, 50)"),
        (np.float32(1.5), "1.5"),
    ],
)
def test_numbers_as_written(value, text):
    assert graphs.written(value) == text


def test_wires_go_to_the_right_and_nodes_stay_apart():
    rng = np.random.default_rng(0)
    for _ in range(20):
        inputs = {"n0": (), "n1": ()}
        for place in range(2, 15):
            inputs[f"n{place}"] = tuple(f"n{i}" for i in rng.integers(0, place, rng.integers(1, 3)))
        plan = layered.plan(inputs, dict.fromkeys(inputs, (0.4, 0.4)))
        for name, sources in inputs.items():
            for source in sources:
                assert plan.layer[source] < plan.layer[name]
                passed = [layer for layer, _ in plan.route(source, name)]
                assert passed == list(range(plan.layer[source] + 1, plan.layer[name]))
        for layer in range(plan.count):
            heights = sorted(plan.height[name] for name in inputs if plan.layer[name] == layer)
            assert all(low + 0.8 <= high + 1e-9 for low, high in pairwise(heights))


def test_a_chain_is_a_straight_line():
    inputs = {"a": (), "b": ("a",), "c": ("b",), "d": ("c",)}
    plan = layered.plan(inputs, dict.fromkeys(inputs, (0.4, 0.4)))
    assert np.ptp(list(plan.height.values())) < 1e-9


def test_a_tree_has_no_crossings():
    inputs = dict.fromkeys("abcd", ()) | {"p": ("a", "b"), "q": ("c", "d"), "r": ("p", "q")}
    plan = layered.plan(inputs, dict.fromkeys(inputs, (0.4, 0.4)))
    assert sorted("abcd", key=lambda name: -plan.height[name]) == list("abcd")
