"""hw1: correct work in any style loses nothing, and every mistake is caught where it is."""

import pytest
from corpus import ROOT, corpus_of, named, parameters

CORRECT, WRONG = (parameters("hw1", correct=correct) for correct in (True, False))


@pytest.fixture(scope="module")
def corpus(class_of):
    with corpus_of(class_of("hw1")) as made:
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
        ("linear_regression_polynomial_features_increasing", "regression.polynomial_features", 0.4),
        ("linear_regression_sum_squared_error_no_half", "regression.sum_squared_error", 0.4),
        ("linear_regression_cross_validate_reshuffled", "regression.cross_validate", 0.7),
        ("linear_regression_choose_and_test_by_test_error", "regression.choose_and_test", 0.7),
        ("matrix_calculus_quadratic_symmetric", "calculus.quadratic", 0.3),
        ("matrix_calculus_traces_third_once", "calculus.traces", 0.3),
    ],
)
def test_mistake_costs_its_share(corpus, tmp_path, name, question, most):
    (path,) = (ROOT / "samples/hw1/cells/wrong").glob(f"{name}.py")
    assert corpus.share(path, tmp_path, question) <= most


@pytest.mark.parametrize(
    "name", ["quadratic_measured", "quadratic_labkit", "traces_labkit", "bilinear_measured"]
)
def test_measured_gradient_is_worth_nothing(corpus, tmp_path, name):
    (path,) = (ROOT / "samples/hw1/cells/wrong").glob(f"matrix_calculus_{name}.py")
    (question,) = named(path, "must fail")
    assert corpus.share(path, tmp_path, question) == 0


@pytest.mark.parametrize(
    "name, others",
    [
        (
            "polynomial_features_increasing",
            ("fit_polynomial", "sum_squared_error", "fit_ridge", "cross_validate"),
        ),
        ("sum_squared_error_no_half", ("cross_validate", "choose_and_test")),
        ("cross_validate_sums", ("choose_and_test",)),
    ],
)
def test_mistake_is_not_paid_for_twice(corpus, tmp_path, name, others):
    (path,) = (ROOT / "samples/hw1/cells/wrong").glob(f"linear_regression_{name}.py")
    for other in others:
        assert corpus.share(path, tmp_path / other, f"regression.{other}") == 1, other
