"""Checks of linear_regression.ipynb: worked numbers, and properties that every right answer has."""

import numpy as np

from labkit.checks import CheckFailed, Finding, StudentError, check, expect

ORDER = "Which power stands in the first column, and what stands in the last one?"


def examples(rng, N=12):
    """Inputs between -1 and 2 and some outputs, (N,) each."""
    return rng.uniform(-1.0, 2.0, N), rng.standard_normal(N)


def right_or_own(compare, right, own):
    """Compare with what is right, and where that fails, with what follows from the student's own functions.

    A function that is wrong costs its points where it is asked for, and not again where it is used.
    """
    try:
        compare(right)
    except CheckFailed as failure:
        try:
            compare(own())
        except (CheckFailed, StudentError, TypeError, ValueError):
            raise failure from None


def parabola(student, fit):
    """A fit of order 2 finds 2x² − x + 3 from five points of it, with the right features or with the student's own."""
    x = np.array([-1.0, 0.0, 1.0, 2.0, 3.0])
    y = 2 * x**2 - x + 3
    theta = expect.array("theta", fit(x, y), (3,), "float")

    def own():
        X = student.notebook.polynomial_features(x, 2)
        exact = np.shape(X) == (5, 3) and np.allclose(X @ theta, y, 1e-5, 1e-5)
        return theta if exact else np.full(3, np.inf)

    right_or_own(
        lambda goal: expect.close("theta", theta, goal, rtol=1e-5, atol=1e-6), np.array([2.0, -1.0, 3.0]), own
    )


@check("regression.predict_line", hint="Slope times input, plus intercept: which of the two is theta[0]?")
def three_predictions(student, rng):
    """Slope 2, intercept 1"""
    got = student.notebook.predict_line(np.array([2.0, 1.0]), np.array([0.0, 1.0, 10.0]))
    expect.close("predictions", got, [1.0, 3.0, 21.0])


@check("regression.predict_line", hint="Both parameters must have a say.")
def intercept_alone(student, rng):
    """A slope of 0 predicts the intercept everywhere"""
    got = student.notebook.predict_line(np.array([0.0, -4.0]), rng.standard_normal(5))
    expect.close("predictions", got, np.full(5, -4.0))


@check("regression.fit_line", hint="First the slope, then the intercept.")
def through_two_points(student, rng):
    """Two points determine a line"""
    theta = student.notebook.fit_line(np.array([1.0, 3.0]), np.array([5.0, 9.0]))
    expect.close("theta", theta, [2.0, 3.0])


@check("regression.fit_line", weight=2, hint="Work out XᵀX and Xᵀy for these three points on paper.")
def three_points(student, rng):
    """Three points that can be done by hand"""
    theta = student.notebook.fit_line(np.array([0.0, 1.0, 2.0]), np.array([1.0, 3.0, 2.0]))
    expect.close("theta", theta, [0.5, 1.5])


@check(
    "regression.fit_line", weight=2, hint="At the minimum the gradient Xᵀ(y − Xθ) is zero, in both entries."
)
def nothing_left_to_gain(student, rng):
    """Residuals add up to 0, and so do residuals times inputs"""
    x, y = examples(rng)
    theta = expect.array("theta", student.notebook.fit_line(x, y), (2,), "float")
    residuals = y - (theta[0] * x + theta[1])
    expect.number("the sum of the residuals", residuals.sum(), 0.0, atol=1e-8)
    expect.number("the sum of residuals times inputs", residuals @ x, 0.0, atol=1e-8)


@check("regression.polynomial_features", weight=2, hint=ORDER)
def powers_of_two_and_three(student, rng):
    """Powers of 2, 3 and −1 up to the third"""
    got = student.notebook.polynomial_features(np.array([2.0, 3.0, -1.0]), 3)
    wanted = np.array([[8.0, 4, 2, 1], [27, 9, 3, 1], [-1, 1, -1, 1]])
    reversed_order = isinstance(got, np.ndarray) and np.array_equal(got, wanted[:, ::-1])
    expect.close(
        "X", got, wanted, hint="The powers are right, their order is not." if reversed_order else None
    )


@check(
    "regression.polynomial_features", hint="How many columns are there for order 1, and how many for order 0?"
)
def small_orders(student, rng):
    """Order 1 gives x and a 1; order 0 gives the 1 alone"""
    x = rng.standard_normal(4)
    expect.close("X of order 1", student.notebook.polynomial_features(x, 1), np.column_stack([x, np.ones(4)]))
    expect.close("X of order 0", student.notebook.polynomial_features(x, 0), np.ones((4, 1)))


FEATURES = "regression.polynomial_features"


@check(
    "regression.fit_polynomial",
    weight=2,
    after=FEATURES,
    hint="Coefficients in the order of the columns of X.",
)
def exact_parabola(student, rng):
    """Points on 2x² − x + 3"""
    parabola(student, lambda x, y: student.notebook.fit_polynomial(x, y, 2))


@check("regression.fit_polynomial", after=FEATURES, hint="With a single column of ones, which θ is best?")
def order_zero(student, rng):
    """Order 0 gives the mean"""
    x, y = examples(rng)
    expect.close("theta", student.notebook.fit_polynomial(x, y, 0), [y.mean()])


@check(
    "regression.sum_squared_error",
    weight=2,
    hint="Residuals 1, 0 and −2: square, add, and do not forget the ½.",
)
def residuals_by_hand(student, rng):
    """Residuals 1, 0 and −2"""
    theta, x, y = np.array([1.0, 0.0]), np.array([0.0, 1.0, 2.0]), np.array([1.0, 1.0, 0.0])
    got = student.notebook.sum_squared_error(theta, x, y)
    usual = {5.0: "Is there a ½?", 5 / 6: "A sum, not a mean.", 5 / 3: "A sum, not a mean; and is there a ½?"}
    value = float(got) if isinstance(got, int | float | np.number) else np.nan
    found = next((hint for wrong, hint in usual.items() if np.isclose(value, wrong)), None)
    right_or_own(
        lambda residuals: expect.number("the error", got, np.square(residuals).sum() / 2, hint=found),
        np.array([1.0, 0.0, -2.0]),
        lambda: y - student.notebook.polynomial_features(x, 1) @ theta,
    )


@check("regression.sum_squared_error", after=FEATURES, hint="The order of the polynomial is len(theta) − 1.")
def error_of_a_constant(student, rng):
    """A constant, and a cubic"""
    error = student.notebook.sum_squared_error
    expect.number(
        "the error of θ = (1)", error(np.array([1.0]), np.array([0.0, 5.0]), np.array([3.0, 1.0])), 2.0
    )
    theta, x, gaps = rng.standard_normal(4), rng.standard_normal(6), rng.standard_normal(6)
    y = np.polyval(theta, x) + gaps
    got = error(theta, x, y)
    right_or_own(
        lambda goal: expect.number("the error of a cubic", got, np.square(goal).sum() / 2),
        gaps,
        lambda: y - student.notebook.polynomial_features(x, 3) @ theta,
    )


def folds_of(student, n, k, seed):
    """The student's folds as a list of integer arrays."""
    got = student.notebook.k_fold_indices(n, k, np.random.default_rng(seed))
    found = student.function("lambda folds: [np.asarray(fold) for fold in folds]")(got)
    expect.true(len(found) == k, f"should be {k} folds.", what="the result", got=len(found))
    for j, fold in enumerate(found):
        expect.true(
            isinstance(fold, np.ndarray) and fold.ndim == 1 and fold.dtype.kind in "iu",
            "should be one row of integers.",
            what=f"fold {j}",
            got=fold,
        )
    return found


@check("regression.k_fold_indices", weight=2, hint="Each of 0 … n-1 is held out exactly once.")
def every_index_once(student, rng):
    """Every index is in exactly one fold"""
    for n, k in ((10, 5), (6, 6)):
        found = np.concatenate(folds_of(student, n, k, 3))
        expect.true(
            np.array_equal(np.sort(found), np.arange(n)),
            "do not hold every index exactly once.",
            what=f"the folds of {n} examples",
            got=found,
        )


@check("regression.k_fold_indices", hint="11 examples in 3 folds: 4, 4 and 3.")
def nearly_equal(student, rng):
    """Sizes differ by one at most"""
    sizes = sorted(len(fold) for fold in folds_of(student, 11, 3, 3))
    expect.true(sizes == [3, 4, 4], "should be 3, 4 and 4.", what="the sizes for n = 11 and k = 3", got=sizes)


@check(
    "regression.k_fold_indices",
    side=True,
    weight=3,
    hint="Draw an order from rng, which is passed in, and from nothing else.",
)
def shuffled(student, rng):
    """The order is random, and the same when rng is in the same state"""
    once, again, other = (np.concatenate(folds_of(student, 60, 4, seed)) for seed in (1, 1, 2))
    expect.true(not np.array_equal(once, np.arange(60)), "are in order: shuffle first.", what="the indices")
    expect.true(np.array_equal(once, again), "differ although rng is in the same state.", what="two results")
    expect.true(not np.array_equal(once, other), "is the same for another state of rng.", what="the result")


CROSS = ("regression.k_fold_indices", "regression.fit_polynomial", "regression.sum_squared_error")


def both_tables(student, x, y, orders, k, seed=5):
    """Training and validation errors, two arrays (M, k)."""
    got = student.notebook.cross_validate(x, y, orders, k, np.random.default_rng(seed))
    got = expect.items("what cross_validate returns", got, 2, of="arrays")
    names = ("training", "validation")
    return [expect.array(name, one, (len(orders), k), "float") for name, one in zip(names, got, strict=True)]


@check(
    "regression.cross_validate",
    weight=2,
    after=CROSS,
    hint="Fit on two examples, measure on the third, three times; ½ and per example.",
)
def one_left_out(student, rng):
    """Three examples in three folds, order 0: by hand"""
    x, y = np.arange(3.0), np.array([0.0, 1.0, 0.0])
    tables = both_tables(student, x, y, [0], 3)

    def compare(goals):
        names = ("training errors, sorted", "validation errors, sorted")
        expect.several(
            *(
                lambda name=name, got=got, goal=goal: expect.close(name, np.sort(got[0]), np.sort(goal))
                for name, got, goal in zip(names, tables, goals, strict=True)
            )
        )

    def own():
        turns = []
        for out in np.eye(3, dtype=bool):
            theta = student.notebook.fit_polynomial(x[~out], y[~out], 0)
            turns.append(
                [student.notebook.sum_squared_error(theta, x[p], y[p]) / p.sum() for p in (~out, out)]
            )
        return np.array(turns, dtype=float).T

    right_or_own(compare, np.array([[0.0, 0.125, 0.125], [0.125, 0.125, 0.5]]), own)


@check("regression.cross_validate", weight=2, after=CROSS, hint="Draw the folds once, before any loop.")
def same_folds(student, rng):
    """The same order, listed twice, gets the same errors twice"""
    x, y = examples(rng, 23)
    training, validation = both_tables(student, x, y, [2, 1, 2], 4)
    expect.true(np.ptp(validation[0]) > 1e-9, "are the same for all folds.", what="the validation errors")
    expect.close("the second row of order 2, validation,", validation[2], validation[0])
    expect.close("the second row of order 2, training,", training[2], training[0])


@check(
    "regression.cross_validate", after=CROSS, hint="Which rows are in the fit, and which ones in the error?"
)
def exact_models(student, rng):
    """A parabola is predicted exactly by orders 2 and 3, and not by order 1"""
    x, _ = examples(rng, 20)
    training, validation = both_tables(student, x, 1 - x + 2 * x**2, [1, 2, 3], 5)
    expect.close(
        "the errors of orders 2 and 3", np.concatenate([training[1:], validation[1:]]), np.zeros((4, 5))
    )
    expect.true(
        bool(np.all(validation[0] > 1e-4)), "should not be 0.", what="the validation error of order 1"
    )


CHOICE = ("regression.cross_validate", *CROSS)


def chosen(student, x, y, x_test, y_test, orders, k=4, seed=7):
    """Order, theta and test error, as choose_and_test returns them."""
    got = student.notebook.choose_and_test(x, y, x_test, y_test, orders, k, np.random.default_rng(seed))
    return expect.items("what choose_and_test returns", got, 3, of="things: order, theta and test error")


@check(
    "regression.choose_and_test",
    after=CHOICE,
    hint="Average the validation errors over the folds; which order has the smallest?",
)
def finds_the_cubic(student, rng):
    """Data from a cubic: order 3, and an error close to that of the noise"""
    x, x_test = rng.uniform(-1, 1, 60), rng.uniform(-1, 1, 50)
    y, y_test = (2 * v**3 - v + 0.01 * rng.standard_normal(len(v)) for v in (x, x_test))
    order, theta, test_error = chosen(student, x, y, x_test, y_test, [1, 3, 0])

    def compare(goal):
        cubic, error = goal
        expect.number("order", order, 3)
        expect.close("theta", theta, cubic, atol=0.05)
        expect.true(
            0.1 * error < float(test_error) < 3 * error,
            "is not as small as it should be.",
            what="test_error",
            got=test_error,
        )

    def own():
        cubic = np.asarray(student.notebook.fit_polynomial(x, y, 3), dtype=float)
        return cubic, float(student.notebook.sum_squared_error(cubic, x_test, y_test)) / len(x_test)

    right_or_own(compare, (np.array([2.0, 0.0, -1.0, 0.0]), 0.5 * 0.01**2), own)


@check(
    "regression.choose_and_test",
    side=True,
    after=CHOICE,
    hint="What may depend on the test data: order, theta, or test_error?",
)
def test_set_stays_out(student, rng):
    """Other test data, same order and same theta"""
    x, y = examples(rng, 30)
    results = [chosen(student, x, y, x[:9], y[:9] + shift, [0, 1, 2, 4]) for shift in (0.0, 50.0)]
    expect.number("order with other test data", results[1][0], results[0][0])
    expect.close("theta with other test data", results[1][1], np.asarray(results[0][1]))
    expect.true(results[1][2] > results[0][2], "does not depend on the test data.", what="test_error")


@check("regression.fit_ridge", weight=2, hint="With order 0, X is a column of ones: θ is Σy divided by what?")
def constant_ridge(student, rng):
    """Two examples, order 0, λ = 2"""
    got = student.notebook.fit_ridge(np.array([0.0, 1.0]), np.array([3.0, 5.0]), 0, 2.0)
    expect.close("theta", got, [2.0])


@check("regression.fit_ridge", after=FEATURES, hint="What is left of the formula for λ = 0?")
def free_coefficients(student, rng):
    """λ = 0 is least squares; an enormous λ leaves next to nothing"""
    parabola(student, lambda x, y: student.notebook.fit_ridge(x, y, 2, 0.0))
    x, y = examples(rng)
    expect.close("theta for λ = 10¹²", student.notebook.fit_ridge(x, y, 2, 1e12), np.zeros(3), atol=1e-8)


@check(
    "regression.matching_lambda",
    weight=0.1,
    hint="Your answer to question 7: on what does the last of the three terms depend?",
)
def no_noise_no_ridge(student, rng):
    """No noise, no λ; more noise, more λ"""
    expect.number("λ for σ = 0", student.notebook.matching_lambda(10, 0.0), 0.0)
    small, large = (student.notebook.matching_lambda(10, sigma) for sigma in (0.1, 0.2))
    expect.true(0 < small < large, "should grow with σ.", what="λ", got=(small, large))


@check(
    "regression.fit_noisy",
    after=FEATURES,
    hint="Without noise, all copies are the same, and the best θ is that of one copy.",
)
def copies_without_noise(student, rng):
    """σ = 0: the same as fit_polynomial"""
    parabola(student, lambda x, y: student.notebook.fit_noisy(x, y, 2, 0.0, 3, rng))


@check(
    "regression.fit_noisy", side=True, hint="Noise comes from rng, which is passed in, and from nothing else."
)
def noise_from_rng(student, rng):
    """Another state of rng, another θ; the same state, the same θ"""
    x, y = examples(rng)
    once, again, other = (
        student.notebook.fit_noisy(x, y, 2, 0.3, 2, np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    expect.close("the second result for the same state of rng", again, np.asarray(once))
    if np.allclose(once, other):
        raise CheckFailed(Finding("theta", "is the same for another state of rng: where is the noise?"))
