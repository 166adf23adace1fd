"""Public checks of nndl/knn.py: worked numbers, properties, and agreement between your own methods."""

from dataclasses import replace

import numpy as np

from labkit.checks import CheckFailed, Finding, StudentError, check, expect

# Two training points and three test points in the plane, with distances that you can do in your head.
TRAIN = np.array([[0.0, 0.0], [6.0, 8.0]])
TEST = np.array([[0.0, 0.0], [3.0, 4.0], [6.0, 8.0]])
L2 = np.array([[0.0, 10.0], [5.0, 5.0], [10.0, 0.0]])
L1 = np.array([[0.0, 14.0], [7.0, 7.0], [14.0, 0.0]])
LARGEST = np.array([[0.0, 8.0], [4.0, 4.0], [8.0, 0.0]])

# Runs a call and counts the lines of Python that it executes (sys.settrace sees every one).
COUNT_LINES = """lambda call, *inputs: (
    sys := __import__('sys'), old := sys.gettrace(), seen := [],
    trace := (lambda frame, event, detail: (seen.append(event), trace)[1]),
    sys.settrace(trace), call(*inputs), sys.settrace(old), len(seen))[-1]"""

# Runs a call and gives the largest amount of memory, in bytes, that was taken meanwhile.
PEAK_MEMORY = """lambda call, *inputs: (
    tracer := __import__('tracemalloc'), running := tracer.is_tracing(), tracer.start(), tracer.reset_peak(),
    before := tracer.get_traced_memory()[0], call(*inputs), peak := tracer.get_traced_memory()[1],
    None if running else tracer.stop(), peak - before)[-1]"""


def trained(student, X, y=None):
    """A model that knows the points X, all with label 0 unless y says otherwise."""
    model = student.knn.KNN()
    model.train(X, np.zeros(len(X), dtype=np.int64) if y is None else np.asarray(y))
    return model


def mistake(got, expected):
    """The name of a usual mistake, from the values alone; None when nothing fits."""
    if not isinstance(got, np.ndarray) or got.dtype.kind not in "biuf":
        return None
    wanted = np.asarray(expected, dtype=float)
    if got.shape != wanted.shape:
        swapped = got.shape == wanted.T.shape
        return (
            "rows for training points and columns for test points; it is the other way round"
            if swapped
            else None
        )
    if got.dtype.kind != "f":
        return "an array of integers, which cuts off fractions: what dtype did you give it?"
    if np.isnan(got).any():
        return "the root of a negative number: can rounding make your square negative?"
    usual = {
        "the squares of the distances: is there a root?": wanted**2,
        "the roots of the distances: is there a root too many?": np.sqrt(np.abs(wanted)),
        "half of the distances": wanted / 2,
    }
    return next((name for name, values in usual.items() if np.allclose(got, values)), None)


def vote(what, got, expected, hint=None):
    """Labels as expected; whether they are an array of integers is a check of its own."""
    got = np.array(got) if isinstance(got, list) else got
    if isinstance(got, np.ndarray) and got.dtype.kind == "f" and np.array_equal(got, np.rint(got)):
        got = got.astype(np.int64)
    expect.labels(what, got, expected, hint)


def same(what, got, expected):
    """Distances equal up to rounding; where they are not, the usual mistakes are called by their names."""
    tolerance = 1e-4 * float(np.max(expected, initial=1.0))
    try:
        expect.close(what, got, expected, rtol=1e-4, atol=tolerance)
    except CheckFailed as failure:
        found = mistake(got, expected)
        raise CheckFailed(*(replace(one, diagnosis=found) for one in failure.findings)) from None


def agree(reference, compare):
    """Two of the student's own functions agree. Which of them is wrong is for other checks: no points here."""
    try:
        expected = reference()
    except StudentError as error:
        problem = (
            f"There is nothing to compare with: compute_distances says {error.error_type or error.kind}."
        )
        raise CheckFailed(Finding("", problem), credit=1.0) from None
    try:
        compare(expected)
    except CheckFailed as failure:
        raise CheckFailed(*failure.findings, credit=1.0) from None
    except (TypeError, ValueError):
        problem = "What compute_distances returns cannot be compared with."
        raise CheckFailed(Finding("", problem), credit=1.0) from None


def points_stay(student, rng, method):
    """Neither the test points nor the training points are written to."""
    points = rng.standard_normal((4, 3))
    kept = student.keep(points)
    model = trained(student, kept, np.zeros(4, dtype=np.int64))
    expect.unchanged(student, getattr(model, method), X=rng.standard_normal((2, 3)))
    expect.true(np.array_equal(student.value(kept), points), "was changed in place.", what="X_train")


@check("knn.compute_distances", weight=2)
def triangle(student, rng):
    """A 3-4-5 triangle"""
    model = trained(student, np.array([[3.0, 4.0]]))
    same("the distance from (0, 0) to (3, 4)", model.compute_distances(np.zeros((1, 2))), [[5.0]])


@check("knn.compute_distances", weight=2, hint="Write down the shape first: how many rows, how many columns?")
def rows_and_columns(student, rng):
    """A row for every test point, a column for every training point"""
    same("dists", trained(student, TRAIN).compute_distances(TEST), L2)


@check("knn.compute_distances", weight=2, hint="Which function measures the difference of two points?")
def any_norm(student, rng):
    """The norm that is passed is the norm that is used"""
    model = trained(student, TRAIN)
    taxi, largest = "lambda v: np.sum(np.abs(v))", "lambda v: np.max(np.abs(v))"
    same("dists with the 1-norm", model.compute_distances(TEST, student.function(taxi)), L1)
    same("dists with the ∞-norm", model.compute_distances(TEST, norm=student.function(largest)), LARGEST)
    constant = model.compute_distances(TEST, norm=student.function("lambda v: 7.0"))
    same("dists with a “norm” that always says 7", constant, np.full((3, 2), 7.0))


@check("knn.compute_distances", side=True, hint="Only dists is yours to write to.")
def loops_leave_data_alone(student, rng):
    """The points themselves stay as they are"""
    points_stay(student, rng, "compute_distances")


@check(
    "knn.compute_L2_distances_vectorized", weight=2, hint="Try it on paper with TEST[1] and TRAIN[1] first."
)
def worked_numbers(student, rng):
    """Distances that you can do in your head"""
    same("dists", trained(student, TRAIN).compute_L2_distances_vectorized(TEST), L2)


@check(
    "knn.compute_L2_distances_vectorized",
    side=True,
    weight=0.5,
    after="knn.compute_distances",
    hint="They differ: compare one entry of each with a distance that you compute by hand.",
)
def agrees_with_loops(student, rng):
    """The same distances as your two loops"""
    model = trained(student, rng.normal(size=(7, 12)))
    X = rng.normal(size=(4, 12))
    got = model.compute_L2_distances_vectorized(X)
    agree(lambda: model.compute_distances(X), lambda expected: same("dists", got, expected))


@check("knn.compute_L2_distances_vectorized", side=True, weight=5)
def equal_points(student, rng):
    """Points that occur in both sets are at distance 0, not NaN"""
    X = rng.uniform(0, 255, size=(150, 40))
    dists = trained(student, X).compute_L2_distances_vectorized(X)
    nan = int(np.isnan(dists).sum()) if isinstance(dists, np.ndarray) and dists.dtype.kind == "f" else 0
    expect.true(
        nan == 0,
        f"{nan} of the distances are NaN; every one of them is a point's distance to itself.",
        hint="Print the smallest number under your root. Why is it not exactly 0, and what is its root?",
        what="dists",
    )
    dists = expect.array("dists", dists, (150, 150), "float")
    expect.close("every point's distance to itself", np.diagonal(dists).copy(), np.zeros(150), atol=0.5)


@check(
    "knn.compute_L2_distances_vectorized",
    weight=2,
    hint="What is np.uint8(200) + np.uint8(100)? Convert before you compute.",
)
def uint8_pixels(student, rng):
    """Pixels in uint8 do not wrap around"""
    train, test = np.array([[0, 200], [255, 0]], np.uint8), np.array([[210, 40], [0, 0]], np.uint8)
    expected = np.array([[np.hypot(210, 160), np.hypot(45, 40)], [200.0, 255.0]])
    same("dists", trained(student, train).compute_L2_distances_vectorized(test), expected)


@check(
    "knn.compute_L2_distances_vectorized",
    side=True,
    weight=16,
    seconds=4,
    hint="Which loop runs once for every point, or every pair?",
)
def no_python_loop(student, rng):
    """As many lines of Python for 60 points as for 6, and a million points in a moment"""
    counts = []
    for size in (6, 60):
        model = trained(student, rng.normal(size=(size + 2, 5)))
        X = rng.normal(size=(size, 5))
        expect.array("dists", model.compute_L2_distances_vectorized(X), (size, size + 2))
        counts.append(student.function(COUNT_LINES)(model.compute_L2_distances_vectorized, X))
    expect.true(
        counts[1] - counts[0] < 54,
        f"Python executed {counts[0]:,} lines for 6 test points and {counts[1]:,} for 60: there is a loop.",
        what="compute_L2_distances_vectorized",
    )
    for num_test, num_train in ((1_000_000, 2), (2, 1_000_000)):  # a count can be evaded, a clock cannot
        model, X = trained(student, rng.normal(size=(num_train, 2))), rng.normal(size=(num_test, 2))
        expect.array("dists", model.compute_L2_distances_vectorized(X), (num_test, num_train))


@check(
    "knn.compute_L2_distances_vectorized",
    side=True,
    weight=10,
    seconds=4,
    hint="Multiply out ‖x − z‖². Which term is a matrix product?",
)
def little_memory(student, rng):
    """No array of shape (num_test, num_train, D) on the way"""
    model, X = trained(student, rng.normal(size=(80, 500))), rng.normal(size=(60, 500))
    expect.array("dists", model.compute_L2_distances_vectorized(X), (60, 80))
    peak = student.function(PEAK_MEMORY)(model.compute_L2_distances_vectorized, X) / 1e6
    expect.true(
        peak < 8,
        f"took {peak:.0f} MB for a result of 0.04 MB. An array of shape (60, 80, 500) takes 19 MB.",
        what="compute_L2_distances_vectorized",
    )
    model, X = trained(student, rng.normal(size=(2000, 400))), rng.normal(size=(1500, 400))  # 9.6 GB at once
    expect.array("dists", model.compute_L2_distances_vectorized(X), (1500, 2000))


@check(
    "knn.compute_L2_distances_vectorized",
    side=True,
    weight=2,
    hint="Beware of -=, *= and out= on X and on self.X_train.",
)
def leaves_data_alone(student, rng):
    """The points themselves stay as they are"""
    points_stay(student, rng, "compute_L2_distances_vectorized")


@check(
    "knn.compute_distances_vectorized",
    weight=2,
    hint="For each norm: what happens along the axis of the features?",
)
def both_norms(student, rng):
    """Distances that you can do in your head, in both norms"""
    model = trained(student, TRAIN)
    expect.several(
        lambda: same("dists with ord=1", model.compute_distances_vectorized(TEST, 1), L1),
        lambda: same("dists with ord=np.inf", model.compute_distances_vectorized(TEST, np.inf), LARGEST),
    )


@check(
    "knn.compute_distances_vectorized",
    side=True,
    weight=2,
    hint="Is the last block smaller? Is it written where it belongs?",
)
def one_by_one(student, rng):
    """All test points together give the same as one after the other, for sizes that no block divides"""
    for num_test, num_train in ((13, 7), (31, 2), (101, 53)):
        model, X = trained(student, rng.normal(size=(num_train, 6))), rng.normal(size=(num_test, 6))
        for ord in (1, np.inf):
            rows = [model.compute_distances_vectorized(X[i : i + 1], ord) for i in range(num_test)]
            what = f"dists of {num_test} and {num_train} points, ord={ord}"
            expect.array(f"dists of 1 and {num_train} points, ord={ord}", rows[0], (1, num_train))
            same(what, model.compute_distances_vectorized(X, ord), np.concatenate(rows))


@check(
    "knn.compute_distances_vectorized",
    side=True,
    weight=0.5,
    after="knn.compute_distances",
    hint="They differ: compare one entry of each with a distance that you compute by hand.",
)
def norms_agree_with_loops(student, rng):
    """The same distances as your two loops"""
    taxi = student.function("lambda v: np.sum(np.abs(v))")
    model, X = trained(student, rng.normal(size=(7, 12))), rng.normal(size=(4, 12))
    got = model.compute_distances_vectorized(X, 1)
    agree(lambda: model.compute_distances(X, taxi), lambda expected: same("dists with ord=1", got, expected))


@check(
    "knn.compute_distances_vectorized",
    weight=2,
    hint="Which is larger in uint8, 3 - 5 or 5 - 3? Convert before you compute.",
)
def uint8_differences(student, rng):
    """Pixels in uint8 do not wrap around"""
    model = trained(student, np.array([[5, 200, 255]], np.uint8))
    X = np.array([[3, 250, 0]], np.uint8)
    same("dists with ord=1", model.compute_distances_vectorized(X, 1), [[307.0]])
    same("dists with ord=np.inf", model.compute_distances_vectorized(X, np.inf), [[255.0]])


@check(
    "knn.compute_distances_vectorized",
    weight=0.5,
    hint="How large is a block when a single pair has more features than the block was to have numbers?",
)
def very_many_features(student, rng):
    """A few points with 140,000 features"""
    X, model = np.zeros((2, 140_000)), trained(student, np.ones((3, 140_000)))
    same("dists with ord=1", model.compute_distances_vectorized(X, 1), np.full((2, 3), 140_000.0))
    same("dists with ord=np.inf", model.compute_distances_vectorized(X, np.inf), np.ones((2, 3)))


@check(
    "knn.compute_distances_vectorized",
    side=True,
    weight=7,
    seconds=4,
    hint="Let NumPy do many pairs in one step, a block at a time.",
)
def no_loop_over_pairs(student, rng):
    """No Python loop over all pairs"""
    model, X = trained(student, rng.normal(size=(120, 5))), rng.normal(size=(100, 5))
    expect.array("dists", model.compute_distances_vectorized(X, 1), (100, 120))
    lines = student.function(COUNT_LINES)(model.compute_distances_vectorized, X, 1)
    expect.true(
        lines < 100 * 120,
        f"Python executed {lines:,} lines for the 12,000 pairs of 100 and 120 points: it visits each pair.",
        what="compute_distances_vectorized",
    )
    model, X = trained(student, rng.normal(size=(2000, 5))), rng.normal(size=(1500, 5))
    expect.array("dists", model.compute_distances_vectorized(X, 1), (1500, 2000))  # a clock cannot be evaded


@check("knn.predict_labels", weight=2, hint="Find the column of the nearest point; whose label is it?")
def nearest_neighbour(student, rng):
    """k = 1: the label of the nearest point"""
    model = trained(student, np.zeros((3, 1)), [7, 3, 5])
    dists = np.array([[2.0, 1.0, 4.0], [9.0, 8.0, 0.5], [1.0, 2.0, 3.0], [0.2, 0.3, 0.1], [0.3, 0.1, 0.2]])
    got = model.predict_labels(dists)
    positions = np.array_equal(got, [1, 2, 0, 2, 1])
    hint = "These are positions in the training set. Whose labels stand there?" if positions else None
    vote("predict_labels(dists)", got, [3, 5, 7, 5, 3], hint)


@check("knn.predict_labels", weight=3, hint="Which k columns are nearest? Count their labels.")
def plurality(student, rng):
    """k = 3 and k = 5: the label with the most votes"""
    model = trained(student, np.zeros((5, 1)), [0, 4, 4, 0, 0])
    dists = np.array([[1.0, 2.0, 3.0, 4.0, 5.0], [5.0, 4.0, 3.0, 2.0, 1.0], [4.0, 2.0, 3.0, 5.0, 1.0]])
    vote("predict_labels(dists, k=3)", model.predict_labels(dists, k=3), [4, 0, 4])
    vote("predict_labels(dists, k=5)", model.predict_labels(dists, k=5), [0, 0, 0])


@check(
    "knn.predict_labels",
    weight=1.5,
    hint="Several labels have the largest count. Which of them does your code take?",
)
def ties(student, rng):
    """Equally many votes: the smallest label wins, not the nearest or the first"""
    model = trained(student, np.zeros((4, 1)), [8, 2, 8, 2])
    dists = np.array([[1.0, 2.0, 3.0, 4.0], [4.0, 3.0, 2.0, 1.0]])
    vote("predict_labels(dists, k=2)", model.predict_labels(dists, k=2), [2, 2])
    vote("predict_labels(dists, k=4)", model.predict_labels(dists, k=4), [2, 2])
    three = trained(student, np.zeros((3, 1)), [9, 6, 3])
    vote("three labels, one vote each", three.predict_labels(np.array([[1.0, 2.0, 3.0]]), k=3), [3])


@check("knn.predict_labels", hint="How many columns are there to choose from?")
def more_neighbours_than_points(student, rng):
    """k larger than the number of training points: all of them vote"""
    model = trained(student, np.zeros((3, 1)), [1, 6, 6])
    vote("predict_labels(dists, k=10)", model.predict_labels(np.array([[1.0, 2.0, 3.0]]), k=10), [6])


@check(
    "knn.predict_labels",
    side=True,
    weight=2,
    hint="What is the dtype of the array that you fill with labels?",
)
def integer_labels(student, rng):
    """Labels are integers, one for every row of dists"""
    model = trained(student, np.zeros((3, 1)), [1, 0, 1])
    expect.array("predict_labels(dists)", model.predict_labels(rng.random((4, 3))), (4,), "integer")
    expect.array("one test point", model.predict_labels(rng.random((1, 3)), k=2), (1,), "integer")


@check(
    "knn.predict_labels", side=True, hint="Sorting in place also sorts what the caller holds in her hands."
)
def distances_stay(student, rng):
    """The distances themselves stay as they are"""
    model = trained(student, np.zeros((4, 1)), [1, 0, 1, 2])
    expect.unchanged(student, lambda dists: model.predict_labels(dists, 3), dists=rng.random((5, 4)))
