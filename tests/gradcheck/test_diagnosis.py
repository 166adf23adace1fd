import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.diagnosis import Context, diagnose

seeds = st.integers(0, 2**32 - 1)
shapes = st.sampled_from([(1,), (2,), (5,), (3, 4), (4, 4), (2, 3, 4), (6, 1), (8, 8)])


def context(shape, rng, **more):
    return Context("dW", "W", batch_size=6, reg=0.1, parameter=rng.standard_normal(shape), **more)


@given(seeds, shapes, st.floats(1e-3, 1e3))
@settings(max_examples=150, deadline=None)
def test_random_errors_have_no_name(seed, shape, size):
    rng = np.random.default_rng(seed)
    expected = rng.standard_normal(shape)
    got = expected + size * rng.standard_normal(shape)
    alternatives = {
        "upstream_ignored": rng.standard_normal(shape),
        "last_example": rng.standard_normal(shape),
    }
    about = context(shape, rng, upstream=rng.standard_normal((6, *shape)), alternatives=alternatives)
    assert diagnose(expected, got, context=about) is None


@given(seeds, shapes)
@settings(max_examples=50, deadline=None)
def test_right_gradients_are_never_diagnosed(seed, shape):
    rng = np.random.default_rng(seed)
    expected = rng.standard_normal(shape)
    about = context(shape, rng, uncertainty=1e-9)
    assert diagnose(expected, expected, context=about) is None
    assert diagnose(expected, expected + 1e-9 * rng.standard_normal(shape), context=about) is None


@given(seeds, shapes)
@settings(max_examples=50, deadline=None)
def test_errors_below_the_uncertainty_say_nothing(seed, shape):
    rng = np.random.default_rng(seed)
    expected = rng.standard_normal(shape)
    assert diagnose(expected, -expected, context=context(shape, rng, uncertainty=10.0)) is None


@given(seeds, shapes, st.sampled_from([-1.0, 2.0, 0.5, 6.0, 1 / 6]))
@settings(max_examples=50, deadline=None)
def test_constants_are_named_at_any_shape(seed, shape, constant):
    rng = np.random.default_rng(seed)
    expected = rng.standard_normal(shape)
    codes = {-1.0: "sign", 2.0: "factor_2", 0.5: "factor_half", 6.0: "missing_mean", 1 / 6: "mean_twice"}
    found = diagnose(expected, constant * expected, context=context(shape, rng))
    assert found is not None and found.code == codes[constant]


@given(seeds, st.integers(2, 6))
@settings(max_examples=40, deadline=None)
def test_rows_in_another_order(seed, n):
    rng = np.random.default_rng(seed)
    expected, order = rng.standard_normal((n, 4)), rng.permutation(n)
    found = diagnose(expected, expected[order])
    if np.array_equal(order, np.arange(n)):
        assert found is None
    else:
        assert found is not None and found.code in {"permuted", "offset", "flipped"}


def test_unknown_entries_are_no_evidence():
    rng = np.random.default_rng(0)
    expected = rng.standard_normal((6, 6))
    got = 2 * expected
    expected[rng.random(expected.shape) < 0.7] = np.nan
    assert diagnose(expected, got).code == "factor_2"
    assert diagnose(np.full((3, 3), np.nan), np.ones((3, 3))) is None


def test_two_entries_are_not_enough_for_an_odd_constant():
    expected = np.array([1.0, 2.0])
    assert diagnose(expected, 1.37 * expected) is None
    expected = np.array([1.0, 2.0, -0.3, 4.1])
    assert diagnose(expected, 1.37 * expected).code == "factor"


def test_summed_over_the_wrong_axis():
    upstream = np.random.default_rng(0).standard_normal((4, 4))
    found = diagnose(
        upstream.sum(axis=0), upstream.sum(axis=1), context=Context("db", "b", upstream=upstream)
    )
    assert found.code == "wrong_axis"
    assert "axis 1" in found.sentence


def test_sum_of_an_upstream_gradient_that_lacks_a_factor_is_no_wrong_axis():
    rng = np.random.default_rng(0)
    upstream, slope = rng.standard_normal((2, 5, 4))
    right, got = (upstream * slope).sum(axis=0), upstream.sum(axis=0)
    found = diagnose(right, got, context=Context("db", "b", upstream=upstream))
    assert found is None or found.code != "wrong_axis"


def test_every_entry_holds_the_same_sum():
    expected = np.random.default_rng(0).standard_normal((3, 4))
    assert diagnose(expected, np.full((3, 4), expected.sum())).code == "summed_too_much"
    rows = np.broadcast_to(expected.mean(axis=0), (3, 4))
    assert diagnose(expected, rows).code == "summed_too_much"


def test_a_border_is_recognised():
    rng = np.random.default_rng(0)
    expected = rng.standard_normal((12, 12))
    got = expected.copy()
    got[0, 3:8] += rng.standard_normal(5)
    got[3:8, -1] += rng.standard_normal(5)
    found = diagnose(expected, got)
    assert found.code == "few_entries"
    assert "border" in found.sentence


def test_a_constant_added_for_safety_is_not_taken_for_something_about_the_places():
    rng = np.random.default_rng(0)
    scores, labels = 2 * rng.standard_normal((7, 5)), rng.integers(0, 5, 7)
    right = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    chosen = right[np.arange(7), labels][:, None]
    right[np.arange(7), labels] -= 1
    found = diagnose(
        right * chosen / (chosen + 1e-7), right
    )  # the slope of log(p + 1e-7), and that of log(p)
    assert found.code == "nearly"
    assert "0.01%" in found.sentence


def test_entries_never_written_are_recognised():
    expected = np.random.default_rng(0).standard_normal((5, 6))
    got = expected.copy()
    got[:, -1] = 0
    found = diagnose(expected, got)
    assert found.code == "entries_left_out"
    assert "dW" not in found.sentence
    assert "[:, 5]" in found.hint


def test_every_diagnosis_has_a_sentence_and_a_hint():
    rng = np.random.default_rng(0)
    expected = rng.standard_normal((5, 5))
    about = Context("dW", "W", batch_size=5, reg=0.1, parameter=rng.standard_normal((5, 5)))
    wrong = [
        -expected,
        2 * expected,
        0 * expected,
        expected.T,
        expected - 0.1 * about.parameter,
        np.roll(expected, 1, 0),
    ]
    for got in wrong:
        found = diagnose(expected, got, context=about)
        assert found.sentence.startswith("dW ") and found.sentence.endswith(".")
        assert found.hint
        assert 0.8 <= found.confidence <= 1


def test_shapes_must_agree():
    with pytest.raises(ValueError, match=r"\(3,\)"):
        diagnose(np.ones(3), np.ones((3, 1)))


def softmax_scores(rng, n=6, c=4):
    scores, labels = rng.standard_normal((n, c)), rng.integers(0, c, n)
    p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    return p, np.eye(c)[labels]


@pytest.mark.parametrize("missed", [1, 2, -1])
@pytest.mark.parametrize("summed", [True, False])
def test_a_wrong_share_of_the_correct_class_is_named(missed, summed):
    p, correct = softmax_scores(np.random.default_rng(0))
    right, got = ((p - correct) / 6, (p - correct + missed * correct) / 6)
    if summed:
        right, got = right.sum(axis=0), got.sum(axis=0)
    assert diagnose(right, got, context=Context("db", "b", batch_size=6)).code == "label_term"


def test_gradients_of_scores_that_do_not_sum_to_zero():
    rng = np.random.default_rng(0)
    p, correct = softmax_scores(rng)
    hidden, weight = rng.standard_normal((6, 5)), rng.standard_normal((4, 5))
    right, got = ((scores.T @ hidden / 6 + 0.1 * weight) for scores in (p - correct, p**2 - correct))
    found = diagnose(right, got, context=Context("dW", "W", batch_size=6, reg=0.1, parameter=weight))
    assert found.code == "not_balanced"
    assert "axis 0" in found.sentence


def test_both_parts_with_a_wrong_factor_each():
    rng = np.random.default_rng(0)
    data, weight = rng.standard_normal((2, 4, 5))
    about = Context("dW", "W", batch_size=6, reg=0.1, parameter=weight)
    found = diagnose(data + 0.1 * weight, 0.7 * data + 0.3 * weight, context=about)
    assert found.code == "both_parts"
    assert "0.7 times" in found.sentence and "3 times" in found.sentence


@pytest.mark.parametrize("reg", [None, 0.1])
def test_the_share_of_one_example_alone(reg):
    rng = np.random.default_rng(0)
    scores, hidden, weight = (
        rng.standard_normal((6, 4)),
        rng.standard_normal((6, 5)),
        rng.standard_normal((4, 5)),
    )
    right, got = (
        scores.T @ hidden + (reg or 0) * weight,
        np.outer(scores[-1], hidden[-1]) + (reg or 0) * weight,
    )
    found = diagnose(right, got, context=Context("dW", "W", batch_size=6, reg=reg, parameter=weight))
    assert found.code == "one_share"


@pytest.mark.parametrize("reg", [None, 0.1])
def test_a_variable_that_the_loss_does_not_depend_on(reg):
    rng = np.random.default_rng(0)
    weight, got = rng.standard_normal((2, 4, 5))
    about = Context("dW", "W", reg=reg, parameter=weight)
    noise = 1e-11 * rng.standard_normal((4, 5))
    found = diagnose(noise + (reg or 0) * weight, got, context=about)
    assert found.code == "no_influence"
    assert ("but for reg × W" in found.sentence) == bool(reg)


def test_a_sum_of_what_cancels():
    rng = np.random.default_rng(0)
    p, correct = softmax_scores(rng, 4, 4)
    scores = p - correct
    found = diagnose(scores.sum(axis=0), scores.sum(axis=1), context=Context("db", "b"))
    assert found.code == "cancelled"


@pytest.mark.parametrize("derivative", [np.ones_like, np.sign, lambda w: 1.5 * w**2, lambda w: 1 / w])
def test_a_regularization_that_is_not_the_one_of_the_loss(derivative):
    rng = np.random.default_rng(0)
    data, weight = rng.standard_normal((2, 4, 5))
    about = Context("dW", "W", batch_size=6, reg=0.1, parameter=weight)
    found = diagnose(data + 0.1 * derivative(weight), data + 0.1 * weight, context=about)
    assert found.code == "other_regularization"


def test_a_mean_where_shares_must_be_added():
    upstream = np.random.default_rng(0).standard_normal((3, 2, 4, 4))
    right, got = upstream.sum(axis=(0, 2, 3)), upstream.mean(axis=(0, 2, 3))
    found = diagnose(right, got, context=Context("db", "b", batch_size=3, upstream=upstream))
    assert found.code == "mean_for_sum"
    assert "1/48" in found.sentence


def test_every_picture_has_its_sum_in_the_wrong_places():
    rng = np.random.default_rng(0)
    right, got = np.zeros((2, 3, 2, 4, 4))
    for n, c in np.ndindex(3, 2):
        for share in rng.standard_normal(3):
            right[n, c, *rng.integers(0, 4, 2)] += share
            got[n, c, *rng.integers(0, 4, 2)] += share
    found = diagnose(right, got, context=Context("dx", "x", upstream=rng.standard_normal((3, 2, 2, 2))))
    assert found.code == "misplaced"


def test_lines_that_labels_may_be_the_reason_for_have_no_name_in_a_loss():
    rng = np.random.default_rng(0)
    expected = rng.standard_normal((6, 7))
    got = expected.copy()
    got[3] += rng.standard_normal(7)
    assert diagnose(expected, got, context=Context("dW", "W")) is None
    got[4, 2] += 1
    assert diagnose(expected, got, context=Context("dW", "W")).code == "few_entries"
