"""Hidden checks of cross-validation: folds that nobody knows, found from the errors that they lead to."""

from itertools import combinations

import numpy as np

from labkit.checks import CheckFailed, StudentError, check, expect

CROSS = ("regression.k_fold_indices", "regression.fit_polynomial", "regression.sum_squared_error")
ONLY_LOOK = "Only look at the arguments: work on copies."


def fit(x, y, order):
    """Oracle: the best polynomial, highest power first."""
    powers = np.power.outer(x, np.arange(order)[::-1]) if order else np.empty((len(x), 0))
    return np.linalg.pinv(np.hstack([powers * x[:, None], np.ones((len(x), 1))])) @ y


def loss(theta, x, y):
    """Oracle: half the sum of squares, by Horner's rule."""
    value = 0.0
    for coefficient in theta:
        value = value * x + coefficient
    return np.square(y - value).sum() / 2


def own(student):
    """The student's own fit and loss, right or wrong."""

    def own_fit(x, y, order):
        return np.asarray(student.notebook.fit_polynomial(x, y, order), dtype=float)

    def own_loss(theta, x, y):
        return float(student.notebook.sum_squared_error(theta, x, y))

    return own_fit, own_loss


def errors(x, y, orders, held_out, fit, loss):
    """Training and validation error of every order when these examples are held out, (M, 2)."""
    out = np.isin(np.arange(len(x)), held_out)
    rows = []
    for order in orders:
        theta = fit(x[~out], y[~out], order)
        rows.append([loss(theta, x[part], y[part]) / part.sum() for part in (~out, out)])
    return np.array(rows)


def either(student, compare):
    """Compare with the truth, and where that fails, with what the student's own functions lead to.

    A wrong fit or a wrong error has cost its points where it was asked for.
    """
    try:
        compare(fit, loss)
    except CheckFailed as failure:
        try:
            compare(*own(student))
        except (CheckFailed, StudentError, TypeError, ValueError):
            raise failure from None


def tables(student, x, y, orders, k, seed):
    """The student's two tables of errors."""
    got = student.notebook.cross_validate(x, y, orders, k, np.random.default_rng(seed))
    got = expect.items("what cross_validate returns", got, 2, of="arrays")
    names = ("training", "validation")
    return [expect.array(name, one, (len(orders), k), "float") for name, one in zip(names, got, strict=True)]


@check(
    "regression.k_fold_indices",
    weight=3,
    hint="Every index in exactly one fold, and no fold larger than another by more than one.",
)
def random_folds(student, rng):
    """Other numbers of examples and of folds"""
    for n, k in ((200, 5), (17, 4), (5, 5), (9, 1), (101, 10)):
        got = student.notebook.k_fold_indices(n, k, np.random.default_rng(int(rng.integers(1000))))
        found = student.function("lambda folds: [np.asarray(fold) for fold in folds]")(got)
        expect.true(
            len(found) == k, "has another number of folds than k.", what=f"the result for n = {n}, k = {k}"
        )
        sizes = [len(fold) for fold in found]
        expect.true(
            max(sizes) - min(sizes) <= 1,
            "differ by more than one.",
            what=f"the sizes for n = {n}, k = {k}",
            got=sizes,
        )
        together = np.concatenate([np.asarray(fold) for fold in found])
        expect.true(
            together.dtype.kind in "iu" and sorted(together.tolist()) == list(range(n)),
            "are not 0 … n-1, each once.",
            what=f"the indices for n = {n}, k = {k}",
        )


@check(
    "regression.k_fold_indices",
    side=True,
    weight=2.5,
    hint="A shuffled order, cut into pieces: neighbours should not stay together.",
)
def well_mixed(student, rng):
    """Neighbours do not stay together"""
    n, k = 400, 4
    got = student.notebook.k_fold_indices(n, k, np.random.default_rng(int(rng.integers(1000))))
    found = student.function("lambda folds: [np.asarray(fold) for fold in folds]")(got)
    home = np.zeros(n)
    for j, fold in enumerate(found):
        home[fold] = j
    together = float(np.mean(home[1:] == home[:-1]))
    expect.true(
        0.12 < together < 0.4,
        "are in the same fold too often, or too rarely.",
        what="neighbours",
        got=together,
    )


@check(
    "regression.cross_validate",
    weight=3,
    after=CROSS,
    hint="Per example: divide by the number of examples whose errors were summed, in each of the two tables.",
)
def leave_one_out(student, rng):
    """As many folds as examples"""
    x, y, orders = rng.uniform(-1, 2, 9), rng.standard_normal(9), [1, 3, 0]
    training, validation = tables(student, x, y, orders, 9, int(rng.integers(1000)))

    def compare(fit, loss):
        goal = np.array([errors(x, y, orders, [i], fit, loss) for i in range(9)])  # (9, M, 2)
        expect.several(
            lambda: expect.close(
                "training errors, each row sorted", np.sort(training), np.sort(goal[:, :, 0].T), rtol=1e-5
            ),
            lambda: expect.close(
                "validation errors, each row sorted", np.sort(validation), np.sort(goal[:, :, 1].T), rtol=1e-5
            ),
        )

    either(student, compare)


@check(
    "regression.cross_validate",
    weight=4,
    after=CROSS,
    hint="One shuffle for all orders; in every turn, fit on all folds but one and measure on that one.",
)
def some_folds(student, rng):
    """Each column belongs to one fold, the same for every order, and the folds fit together"""
    for n, k in ((8, 4), (7, 3), (6, 2)):
        x, y, orders = rng.uniform(-1, 2, n), rng.standard_normal(n), [2, 0, 1]
        training, validation = tables(student, x, y, orders, k, int(rng.integers(1000)))

        def compare(fit, loss, x=x, y=y, orders=orders, n=n, k=k, got=(training, validation)):
            sizes = {n // k, -(-n // k)}
            parts = [part for size in sizes for part in combinations(range(n), size)]
            possible = {part: errors(x, y, orders, part, fit, loss) for part in parts}
            used = []
            for j in range(k):
                column = np.stack([one[:, j] for one in got], axis=1)  # (M, 2)
                fitting = [part for part, goal in possible.items() if np.allclose(column, goal, 1e-5, 1e-9)]
                expect.true(
                    bool(fitting),
                    "belong to no fold that is the same for all orders.",
                    what=f"the errors in column {j}",
                )
                used += fitting[0]
            expect.true(sorted(used) == list(range(n)), "were not held out once each.", what="the examples")

        either(student, compare)


@check(
    "regression.cross_validate",
    side=True,
    weight=3,
    after=CROSS,
    hint="Draw from rng only: the same state, the same folds.",
)
def folds_from_rng(student, rng):
    """Other folds for another generator, the same for the same; x and y stay as they are"""
    x, y = rng.uniform(-1, 1, 24), rng.standard_normal(24)
    (_, once), (_, again), (_, other) = (tables(student, x, y, [1, 2], 4, seed) for seed in (3, 3, 4))
    same, different = drawn(student)
    expect.true(
        np.allclose(again, once) or not same, "differ for the same state of rng.", what="validation errors"
    )
    expect.true(
        not np.allclose(once, other) or not different,
        "are the same for another state of rng.",
        what="validation errors",
    )
    call = student.notebook.cross_validate
    expect.unchanged(
        student, lambda x, y: call(x, y, [1], 3, np.random.default_rng(1)), x=x, y=y, hint=ONLY_LOOK
    )


def drawn(student):
    """Whether the student's own folds are the same for one state of rng, and others for another one.

    Folds that are not shuffled as they should be have cost their points where they were asked for.
    """
    try:
        first, again, other = (
            student.function("lambda folds: np.concatenate(folds)")(
                student.notebook.k_fold_indices(24, 4, np.random.default_rng(seed))
            )
            for seed in (3, 3, 4)
        )
        return np.array_equal(first, again), not np.array_equal(first, other)
    except (StudentError, TypeError, ValueError):
        return True, True


CHOICE = ("regression.cross_validate", *CROSS)


def decided(rng, orders, best, n=20, k=5):
    """Examples of which this order is the best whatever the folds are: nobody has to draw those that others draw."""
    place = orders.index(best)
    while True:
        x = rng.uniform(-1, 1, n)
        y = np.polyval(np.append([3.0], np.zeros(best)), x) + 0.02 * rng.standard_normal(n)
        for _ in range(12):
            folds = np.array_split(rng.permutation(n), k)
            mean = np.mean([errors(x, y, orders, fold, fit, loss)[:, 1] for fold in folds], axis=0)
            if np.delete(mean, place).min() < 3 * mean[place]:
                break
        else:
            return x, y


@check(
    "regression.choose_and_test",
    weight=4,
    after=CHOICE,
    hint="Order by validation error; θ from all training data; one error per example on the test data.",
)
def chooses_by_validation(student, rng):
    """The order that cross-validation prefers, though another one is better on the test set"""
    for orders, best in (([9, 2, 1], 2), ([0, 10, 3, 1], 3)):
        (x, y), x_test = decided(rng, orders, best), rng.uniform(-1, 1, 30)
        y_test = 1 - 2 * x_test + 0.1 * rng.standard_normal(30)  # a line: order 1 would win here
        seed = int(rng.integers(1000))
        got = student.notebook.choose_and_test(x, y, x_test, y_test, orders, 5, np.random.default_rng(seed))
        order, theta, test_error = expect.items("the result", got, 3)
        fitting = preferred(student, x, y, orders, seed) | {best}
        expect.true(
            isinstance(order, int | np.integer) and int(order) in fitting,
            f"should be {best}, one of the orders given.",
            what="order",
            got=order,
        )

        def compare(
            fit, loss, x=x, y=y, order=int(order), theta=theta, x_test=x_test, y_test=y_test, got=test_error
        ):
            goal = fit(x, y, order)
            expect.several(
                lambda: expect.close("theta", theta, goal, rtol=1e-4, atol=1e-5),
                lambda: expect.number("test_error", got, loss(goal, x_test, y_test) / len(x_test), rtol=1e-4),
            )

        either(student, compare)


def undecided(rng, orders, n=12):
    """Noisy examples, and the order of the smallest mean error when one example is held out at a time.

    Another order has the smallest error of all, another one the smallest median, and that order is the best one for
    few examples only.
    """
    while True:
        x = rng.permutation(np.linspace(-1, 1, n)) + rng.uniform(-0.05, 0.05, n)
        y = 0.5 * x + rng.standard_normal(n)
        each = np.stack([errors(x, y, orders, [i], fit, loss)[:, 1] for i in range(n)], axis=1)  # (M, n)
        mean = each.mean(axis=1)
        best, second = np.argsort(mean)[:2]
        few = np.mean(each.argmin(axis=0) == best) < 0.4
        other = best not in (each.min(axis=1).argmin(), np.median(each, axis=1).argmin())
        if few and other and mean[second] > 1.05 * mean[best]:
            return x, y, orders[best]


@check(
    "regression.choose_and_test",
    weight=1,
    side=True,
    after=CHOICE,
    hint="The table has a column for each fold. How does one number for each order come of it?",
)
def all_folds_count(student, rng):
    """Noisy examples, one held out at a time: the mean over all folds decides"""
    orders = [2, 0, 1, 3]
    for _ in range(6):
        x, y, best = undecided(rng, orders)
        seed = int(rng.integers(1000))
        got = student.notebook.choose_and_test(x, y, x, y, orders, len(x), np.random.default_rng(seed))
        order, _, _ = expect.items("the result", got, 3)
        expect.number("order", order, order)
        expect.true(
            float(order) in preferred(student, x, y, orders, seed, len(x)) | {best},
            "is not the one with the smallest mean validation error.",
            what="order",
            expected=str(best),
            got=order,
        )


def preferred(student, x, y, orders, seed, k=5):
    """The order that the student's own cross_validate prefers, as a set; empty where it gives no table."""
    try:
        _, validation = tables(student, x, y, orders, k, seed)
    except (CheckFailed, StudentError, TypeError, ValueError):
        return set()
    return {orders[int(np.argmin(validation.mean(axis=1)))]}
