"""Hidden checks of linear_regression.ipynb up to single fits: other numbers, and oracles of their own."""

import numpy as np

from labkit.checks import CheckFailed, StudentError, check, expect

ONLY_LOOK = "Only look at the arguments: work on copies."
FEATURES = "regression.polynomial_features"


def design(x, order):
    """Oracle: one column after the other, by repeated multiplication."""
    columns = [np.ones(len(x))]
    for _ in range(order):
        columns.insert(0, columns[0] * x)
    return np.array(columns).T


def least_squares(X, y, lam=0.0):
    """Oracle: the best coefficients by singular values."""
    U, s, Vt = np.linalg.svd(X, full_matrices=False)
    return Vt.T @ (s / (s**2 + lam) * (U.T @ y))


def own_design(student, x, order):
    """What the student's own polynomial_features makes of x; None where a fit cannot be built on it."""
    try:
        X = np.asarray(student.notebook.polynomial_features(x, order), dtype=float)
    except (StudentError, TypeError, ValueError):
        return None
    usable = X.shape == (len(x), order + 1) and np.isfinite(X).all()
    return X if usable and np.linalg.matrix_rank(X) == min(X.shape) else None


def true_to_either(student, x, order, compare):
    """Compare with the truth, and where that fails, with what is right for the student's own features.

    Features that are wrong have cost their points where they were asked for.
    """
    try:
        compare(design(x, order))
    except CheckFailed as failure:
        own = own_design(student, x, order)
        if own is None:
            raise
        try:
            compare(own)
        except CheckFailed:
            raise failure from None


@check("regression.predict_line", weight=2, hint="One multiplication and one addition per input.")
def random_lines(student, rng):
    """Random lines, also for a single input"""
    for N in (7, 1):
        theta, x = rng.standard_normal(2), 10 * rng.standard_normal(N)
        expect.close(
            "predictions", student.notebook.predict_line(theta, x), [theta[0] * v + theta[1] for v in x]
        )


@check("regression.fit_line", weight=4, hint="XᵀX θ = Xᵀy, with a row [x, 1] for each example.")
def random_fits(student, rng):
    """Random examples, also far from zero and whole numbers"""
    for N, middle, scale in ((30, 0.0, 1.0), (5, 2.0, 3.0), (60, 900.0, 300.0), (2, 0.0, 1.0)):
        x, y = middle + scale * rng.standard_normal(N), 10 * rng.standard_normal(N)
        gaps = x - x.mean()
        slope = gaps @ (y - y.mean()) / (gaps @ gaps)
        expect.close(
            "theta",
            student.notebook.fit_line(x, y),
            [slope, y.mean() - slope * x.mean()],
            rtol=1e-5,
            atol=1e-7,
        )
    expect.close(
        "theta", student.notebook.fit_line(np.array([0, 1, 3]), np.array([0, 0, 7])), [2.5, -1.0], atol=1e-7
    )


@check("regression.fit_line", side=True, weight=0.5, hint=ONLY_LOOK)
def fit_looks_only(student, rng):
    """x and y stay as they are"""
    expect.unchanged(student, student.notebook.fit_line, x=rng.standard_normal(6), y=rng.standard_normal(6))


@check("regression.polynomial_features", weight=4, hint="Column j holds x to the power order − j.")
def random_features(student, rng):
    """Random inputs, orders 0 to 7"""
    for N, order in ((6, 5), (1, 3), (9, 0), (3, 7), (4, 2)):
        x = 2 * rng.standard_normal(N)
        expect.close("X", student.notebook.polynomial_features(x, order), design(x, order))


@check("regression.polynomial_features", hint="0⁰ is 1, and a negative number has powers too.")
def special_inputs(student, rng):
    """Zeros, negative inputs and whole numbers"""
    for x in (np.zeros(3), np.array([-2.0, 0.0, 0.5]), np.array([3, -1, 0, 2])):
        expect.close("X", student.notebook.polynomial_features(x, 3), design(x.astype(float), 3))


@check("regression.polynomial_features", side=True, weight=0.5, hint=ONLY_LOOK)
def features_look_only(student, rng):
    """x stays as it is"""
    call = student.notebook.polynomial_features
    expect.unchanged(student, lambda x: call(x, 4), x=rng.standard_normal(5))


@check(
    "regression.fit_polynomial",
    weight=4,
    after=FEATURES,
    hint="The normal equations, with the matrix of powers as X.",
)
def random_polynomials(student, rng):
    """Random examples, orders 0 to 5"""
    for N, order in ((40, 3), (8, 5), (12, 1), (5, 0), (4, 3)):
        x, y = rng.uniform(-1.5, 1.5, N), rng.standard_normal(N)
        theta = student.notebook.fit_polynomial(x, y, order)
        true_to_either(
            student,
            x,
            order,
            lambda X, theta=theta, y=y: expect.close(
                "theta", theta, least_squares(X, y), rtol=1e-4, atol=1e-5
            ),
        )


@check("regression.fit_polynomial", side=True, weight=0.5, after=FEATURES, hint=ONLY_LOOK)
def polynomial_looks_only(student, rng):
    """x and y stay as they are"""
    call = student.notebook.fit_polynomial
    expect.unchanged(student, lambda x, y: call(x, y, 2), x=rng.standard_normal(6), y=rng.standard_normal(6))


@check("regression.sum_squared_error", weight=4, after=FEATURES, hint="½, and a sum over all examples.")
def random_errors(student, rng):
    """Random coefficients, orders 0 to 4, also for a single example"""
    for N, order in ((11, 4), (1, 2), (6, 0), (30, 1)):
        theta, x, y = rng.standard_normal(order + 1), rng.standard_normal(N), rng.standard_normal(N)
        got = student.notebook.sum_squared_error(theta, x, y)
        true_to_either(
            student,
            x,
            order,
            lambda X, got=got, theta=theta, y=y: expect.number(
                "the error", got, sum((y - X.dot(theta)) ** 2) / 2
            ),
        )


@check("regression.sum_squared_error", side=True, weight=0.5, hint=ONLY_LOOK)
def error_looks_only(student, rng):
    """theta, x and y stay as they are"""
    call = student.notebook.sum_squared_error
    x, y = rng.standard_normal((2, 6))
    expect.unchanged(student, lambda theta, x, y: call(theta, x, y), theta=rng.standard_normal(3), x=x, y=y)


@check(
    "regression.fit_ridge",
    weight=5,
    after=FEATURES,
    hint="(XᵀX + λI)θ = Xᵀy: λ as it is, on the whole diagonal.",
)
def random_ridges(student, rng):
    """Random examples, cheap and expensive, also with fewer examples than coefficients"""
    for N, order, lam in ((20, 3, 0.5), (9, 2, 10.0), (4, 6, 0.1), (30, 1, 200.0), (15, 0, 3.0)):
        x, y = rng.uniform(-1.3, 1.3, N), rng.standard_normal(N)
        theta = student.notebook.fit_ridge(x, y, order, lam)
        true_to_either(
            student,
            x,
            order,
            lambda X, theta=theta, y=y, lam=lam: expect.close(
                "theta", theta, least_squares(X, y, lam), rtol=1e-5, atol=1e-7
            ),
        )


@check(
    "regression.fit_ridge",
    weight=1,
    after=FEATURES,
    hint="λ as it is, however small. Is anything else left out, cut off or added?",
)
def next_to_no_price(student, rng):
    """λ = 0 and λ = 10⁻⁶, with six and seven coefficients"""
    for N, order, lam in ((30, 5, 0.0), (20, 6, 1e-6), (15, 5, 1e-6)):
        x = np.linspace(-1.2, 1.2, N) + rng.uniform(-0.02, 0.02, N)
        y = rng.standard_normal(N)
        theta = student.notebook.fit_ridge(x, y, order, lam)
        true_to_either(
            student,
            x,
            order,
            lambda X, theta=theta, y=y, lam=lam: expect.close(
                "theta", theta, least_squares(X, y, lam), rtol=1e-4, atol=1e-5
            ),
        )


@check("regression.fit_ridge", side=True, weight=0.5, after=FEATURES, hint=ONLY_LOOK)
def ridge_looks_only(student, rng):
    """x and y stay as they are"""
    call = student.notebook.fit_ridge
    expect.unchanged(
        student, lambda x, y: call(x, y, 2, 0.3), x=rng.standard_normal(6), y=rng.standard_normal(6)
    )


@check("regression.matching_lambda", weight=2, hint="The expectation of ‖Eθ‖² is a sum over all N examples.")
def noise_as_ridge(student, rng):
    """Other numbers of examples, other noise"""
    for n, sigma in ((30, 0.1), (7, 2.0), (1, 0.5)):
        expect.number(
            f"λ for n = {n}, σ = {sigma}", student.notebook.matching_lambda(n, sigma), n * sigma * sigma
        )


@check(
    "regression.fit_noisy",
    weight=4,
    after=FEATURES,
    hint="New noise on every entry of every copy, with standard deviation sigma; y stays as it is.",
)
def many_copies(student, rng):
    """With many copies, the average over all noise"""
    for order, sigma in ((1, 0.6), (2, 0.4)):
        x, y = rng.uniform(-1.5, 1.5, 25), 2 + rng.standard_normal(25)
        theta = np.asarray(
            student.notebook.fit_noisy(
                x, y, order, sigma, 8000, np.random.default_rng(int(rng.integers(1000)))
            )
        )

        def compare(X, theta=theta, y=y, sigma=sigma):
            expect.close("theta", theta, least_squares(X, y, len(y) * sigma**2), rtol=0, atol=0.03)

        true_to_either(student, x, order, compare)


@check(
    "regression.fit_noisy",
    weight=1,
    side=True,
    after=FEATURES,
    hint="A single copy: by how much does θ change from one noise to another? Draw noise, then fit.",
)
def one_copy(student, rng):
    """A single copy: the mean and the spread of θ over 300 draws of the noise"""
    sigma, order, draws = 0.3, 1, 300
    x = np.linspace(-1.5, 1.5, 12) + rng.uniform(-0.05, 0.05, 12)
    y = 5 + rng.standard_normal(12)
    fits = student.function(
        "lambda fit, x, y, order, sigma, seeds: np.array("
        "[fit(x, y, order, sigma, 1, np.random.default_rng(int(seed))) for seed in seeds])"
    )
    seeds = rng.integers(10**6, size=draws)
    got = expect.array(
        "thetas", fits(student.notebook.fit_noisy, x, y, order, sigma, seeds), (draws, 2), "float"
    )

    def compare(X):
        noise = sigma * rng.standard_normal((10 * draws, *X.shape))
        known = np.stack([np.linalg.lstsq(X + one, y, rcond=None)[0] for one in noise])
        spread = known.std(axis=0)
        # Six standard deviations of an estimate from 300 draws, and from ten times as many.
        expect.close(
            "mean of θ, in units of its spread",
            (got.mean(axis=0) - known.mean(axis=0)) / spread,
            np.zeros(2),
            0,
            6 * np.sqrt(1.1 / draws),
        )
        expect.close("spread of θ over the right one", got.std(axis=0) / spread, np.ones(2), 0, 0.4)

    true_to_either(student, x, order, compare)
