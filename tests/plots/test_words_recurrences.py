"""Pictures of words and of recurrences: every count is shown, every word named, nothing told by colour alone."""

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from labkit.plots import recurrences, words


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


COUNTS = np.array([[900, 10], [1, 0]])


def test_confusion_shows_every_count_and_colours_by_share():
    figure = words.confusion({"window": COUNTS, "centre": COUNTS.T}, ["none", "LOC"])
    first, second = figure.axes[:2]
    assert [text.get_text() for text in first.texts] == ["900", "10", "1", "0"]
    assert first.images[0].get_array()[1].tolist() == [1.0, 0.0]
    assert first.get_ylabel() == "true" and second.get_xlabel() == "predicted"


def test_numbers_are_readable_on_their_squares():
    frame = words.confusion({"window": COUNTS}, ["none", "LOC"]).axes[0]
    assert [text.get_color() for text in frame.texts] == ["black", "white", "black", "white"]


def test_confusion_of_a_class_that_never_occurs():
    frame = words.confusion({"empty": np.zeros((2, 2), int)}, ["a", "b"]).axes[0]
    assert np.isfinite(frame.images[0].get_array()).all()


def test_confusion_names_what_does_not_fit():
    with pytest.raises(ValueError, match=r"tables\['window'\] must have shape \(3, 3\), not \(2, 2\)"):
        words.confusion({"window": COUNTS}, ["a", "b", "c"])


def test_plane_names_every_word_and_gives_each_group_a_marker():
    groups = {
        "places": {"oslo": (0.0, 1.0), "cork": (0.1, 1.0)},
        "people": {"anna": (1.0, 0.0)},
        "nobody": {},
    }
    frame = words.plane(groups, "After training").axes[0]
    assert {text.get_text() for text in frame.texts} == {"oslo", "cork", "anna"}
    markers = [collection.get_paths()[0].vertices.shape for collection in frame.collections]
    assert len(frame.collections) == 2 and len(set(markers)) == 2
    assert [text.get_text() for text in frame.get_legend().get_texts()] == ["places", "people"]


def test_names_of_neighbouring_words_are_written_on_different_sides():
    groups = {"two": {"left": (0.0, 0.0), "right": (0.01, 0.0), "far": (1.0, 1.0)}}
    frame = words.plane(groups).axes[0]
    offsets = {text.get_text(): text.xyann for text in frame.texts}
    assert offsets["left"] != offsets["right"]


def test_words_in_one_point_are_drawn():
    assert words.plane({"same": {"a": (1.0, 2.0), "b": (1.0, 2.0)}}).axes[0].texts


def test_portraits_show_eigenvalues_and_the_path():
    A = np.array([[0.0, -2.0], [2.0, 0.0]])
    states = np.array([[1.0, 0.0], [0.0, 2.0], [-4.0, 0.0]])
    figure = recurrences.portraits({"turns": (A, states)})
    above, below = figure.axes
    assert sorted(above.collections[0].get_offsets()[:, 1].tolist()) == pytest.approx([-2.0, 2.0])
    assert above.get_xlim()[1] > 2  # the eigenvalues are inside
    assert below.lines[0].get_xydata().tolist() == states.tolist()


def test_sizes_are_logarithmic_and_zeros_left_out():
    figure = recurrences.sizes(
        {"linear": {"a": [1.0, 0.0, 1e-30], "b": [1.0, 2.0, 4.0]}}, "step", "length", first=1
    )
    frame = figure.axes[0]
    one, other, level = frame.lines
    assert frame.get_yscale() == "log"
    assert np.isnan(one.get_ydata()).tolist() == [False, True, False]
    assert one.get_xdata().tolist() == [1, 2, 3]
    assert (one.get_linestyle(), one.get_marker()) != (other.get_linestyle(), other.get_marker())
    assert level.get_ydata() == [1, 1]


def test_sizes_name_what_is_not_a_line():
    with pytest.raises(ValueError, match=r"charts\['linear'\]\['a'\] must have shape \(T,\), not \(1, 2\)"):
        recurrences.sizes({"linear": {"a": [[1.0, 2.0]]}}, "step", "length")
