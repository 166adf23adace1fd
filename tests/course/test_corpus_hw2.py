"""hw2: correct work in any style loses nothing, and every mistake is caught where it is."""

import pytest
from corpus import ROOT, corpus_of, parameters

CORRECT, WRONG = (parameters("hw2", correct=correct) for correct in (True, False))


@pytest.fixture(scope="module")
def corpus(class_of):
    with corpus_of(class_of("hw2")) as made:
        yield made


@pytest.mark.parametrize("path", CORRECT)
def test_correct_work_in_any_style_loses_nothing(corpus, path, tmp_path):
    assert corpus.lost(path, tmp_path) == {}


@pytest.mark.parametrize("path", WRONG)
def test_mistake_is_caught_where_it_is_and_named(corpus, path, tmp_path):
    corpus.assert_caught(path, tmp_path)


@pytest.mark.parametrize(
    "name, question, most",
    [
        ("softmax_no_penalty", "softmax.fast_loss_and_grad", 0.7),
        ("softmax_no_mean", "softmax.fast_loss_and_grad", 0.5),
        ("softmax_slow_no_penalty", "softmax.loss_and_grad", 0.7),
        ("softmax_log_of_probability", "softmax.loss", 0.7),
        ("knn_ties_largest_label", "knn.predict_labels", 0.85),
        ("knn_nan_for_duplicates", "knn.compute_L2_distances_vectorized", 0.75),
        ("knn_one_loop", "knn.compute_L2_distances_vectorized", 0.75),
    ],
)
def test_mistake_costs_its_share(corpus, tmp_path, name, question, most):
    (path,) = (ROOT / "samples/hw2/modules/wrong").glob(f"{name}.py")
    assert 0 < corpus.share(path, tmp_path, question) <= most
