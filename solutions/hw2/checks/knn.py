"""Public checks of knn.ipynb: worked numbers, properties, and agreement between your own functions."""

import numpy as np

from labkit.checks import check, expect

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


def advice(got, expected):
    """A hint for the usual mistakes, from the values alone; None when nothing fits."""
    if not isinstance(got, np.ndarray) or got.dtype.kind not in "biuf":
        return None
    wanted = np.asarray(expected)
    if got.shape != wanted.shape:
        if got.shape == wanted.T.shape:
            return "Rows belong to test points and columns to training points; yours are the other way round."
        return None
    if got.dtype.kind != "f" and not np.allclose(got, wanted):
        return "Your distances are integers, so their fractions are cut off. What dtype does your array have?"
    if np.isnan(got).any():
        return "NaN comes from the root of a negative number. Can rounding make your square negative?"
    usual = {
        "These are the squares of the distances.": wanted**2,
        "These are the roots of the distances.": np.sqrt(wanted),
        "These are half the distances.": wanted / 2,
    }
    return next((hint for hint, values in usual.items() if np.allclose(got, values)), None)


def same(what, got, expected):
    """Distances equal up to rounding, with advice where they are not."""
    scale = float(np.max(expected, initial=1.0))
    expect.close(what, got, expected, rtol=1e-4, atol=1e-4 * scale, hint=advice(got, expected))


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


@check("knn.compute_distances", hint="Only dists is yours to write to.")
def loops_leave_data_alone(student, rng):
    """The points themselves stay as they are"""
    model = trained(student, rng.standard_normal((4, 3)))
    expect.unchanged(student, model.compute_distances, X=rng.standard_normal((2, 3)))


@check("knn.temporary_gigabytes", hint="How many numbers does the array hold? How many bytes does one take?")
def one_gigabyte(student, rng):
    """125 million numbers of eight bytes are one gigabyte"""
    call = student.notebook.temporary_gigabytes
    expect.number("temporary_gigabytes(1, 1, 125_000_000)", call(1, 1, 125_000_000), 1.0, rtol=1e-3)
    expect.number("temporary_gigabytes(50, 100, 25_000)", call(50, 100, 25_000), 1.0, rtol=1e-3)


@check("knn.compute_L2_distances_vectorized", weight=2, hint="Try it on paper with TEST[1] and TRAIN[1] first.")
def worked_numbers(student, rng):
    """Distances that you can do in your head"""
    same("dists", trained(student, TRAIN).compute_L2_distances_vectorized(TEST), L2)


@check("knn.compute_L2_distances_vectorized", weight=2, after="knn.compute_distances")
def agrees_with_loops(student, rng):
    """The same distances as your two loops"""
    model = trained(student, rng.normal(size=(7, 12)))
    X = rng.normal(size=(4, 12))
    same("dists", model.compute_L2_distances_vectorized(X), model.compute_distances(X))


@check("knn.compute_L2_distances_vectorized", weight=2)
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


@check("knn.compute_L2_distances_vectorized", hint="What is np.uint8(200) + np.uint8(100)? Convert before you compute.")
def uint8_pixels(student, rng):
    """Pixels in uint8 do not wrap around"""
    train, test = np.array([[0, 200], [255, 0]], np.uint8), np.array([[210, 40], [0, 0]], np.uint8)
    expected = np.array([[np.hypot(210, 160), np.hypot(45, 40)], [200.0, 255.0]])
    same("dists", trained(student, train).compute_L2_distances_vectorized(test), expected)


@check("knn.compute_L2_distances_vectorized", weight=2, hint="Which loop runs once for every point, or every pair?")
def no_python_loop(student, rng):
    """As many lines of Python for 60 points as for 6"""
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


@check("knn.compute_L2_distances_vectorized", weight=2, hint="Multiply out ‖x − z‖². Which term is a matrix product?")
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


@check("knn.compute_L2_distances_vectorized", hint="Beware of -=, *= and out= on X and on self.X_train.")
def leaves_data_alone(student, rng):
    """The points themselves stay as they are"""
    model = trained(student, rng.standard_normal((4, 3)))
    expect.unchanged(student, model.compute_L2_distances_vectorized, X=rng.standard_normal((2, 3)))


@check("knn.compute_distances_vectorized", weight=2, hint="For each norm: what happens along the axis of the features?")
def both_norms(student, rng):
    """Distances that you can do in your head, in both norms"""
    model = trained(student, TRAIN)
    expect.several(
        lambda: same("dists with ord=1", model.compute_distances_vectorized(TEST, 1), L1),
        lambda: same("dists with ord=np.inf", model.compute_distances_vectorized(TEST, np.inf), LARGEST),
    )


@check("knn.compute_distances_vectorized", weight=2, after="knn.compute_distances", hint="Is the last block smaller?")
def blocks_that_do_not_fit(student, rng):
    """The same as your two loops, for sizes that no block divides"""
    taxi = student.function("lambda v: np.sum(np.abs(v))")
    largest = student.function("lambda v: np.max(np.abs(v))")
    for num_test, num_train in ((1, 1), (13, 7), (1, 37), (31, 2)):
        model, X = trained(student, rng.normal(size=(num_train, 6))), rng.normal(size=(num_test, 6))
        for ord, norm in ((1, taxi), (np.inf, largest)):
            got = model.compute_distances_vectorized(X, ord)
            same(f"dists of {num_test} and {num_train} points, ord={ord}", got, model.compute_distances(X, norm))


@check("knn.compute_distances_vectorized", hint="Which is larger in uint8, 3 - 5 or 5 - 3? Convert before you compute.")
def uint8_differences(student, rng):
    """Pixels in uint8 do not wrap around"""
    model = trained(student, np.array([[5, 200, 255]], np.uint8))
    X = np.array([[3, 250, 0]], np.uint8)
    same("dists with ord=1", model.compute_distances_vectorized(X, 1), [[307.0]])
    same("dists with ord=np.inf", model.compute_distances_vectorized(X, np.inf), [[255.0]])


@check("knn.compute_distances_vectorized", weight=2, hint="Let NumPy do many pairs in one step, a block at a time.")
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


@check("knn.predict_labels", weight=2, hint="Find the column of the nearest point; whose label is it?")
def nearest_neighbour(student, rng):
    """k = 1: the label of the nearest point"""
    model = trained(student, np.zeros((3, 1)), [7, 3, 5])
    dists = np.array([[2.0, 1.0, 4.0], [9.0, 8.0, 0.5], [1.0, 2.0, 3.0], [0.3, 0.2, 0.1]])
    expect.labels("predict_labels(dists)", model.predict_labels(dists), [3, 5, 7, 5])


@check("knn.predict_labels", weight=2, hint="Which k columns are nearest? Count their labels.")
def plurality(student, rng):
    """k = 3 and k = 5: the label with the most votes"""
    model = trained(student, np.zeros((5, 1)), [0, 4, 4, 0, 0])
    dists = np.array([[1.0, 2.0, 3.0, 4.0, 5.0], [5.0, 4.0, 3.0, 2.0, 1.0]])
    expect.labels("predict_labels(dists, k=3)", model.predict_labels(dists, k=3), [4, 0])
    expect.labels("predict_labels(dists, k=5)", model.predict_labels(dists, k=5), [0, 0])


@check("knn.predict_labels", weight=2, hint="Several labels have the largest count. Which of them does your code take?")
def ties(student, rng):
    """Equally many votes: the smallest label wins, not the nearest or the first"""
    model = trained(student, np.zeros((4, 1)), [8, 2, 8, 2])
    dists = np.array([[1.0, 2.0, 3.0, 4.0], [4.0, 3.0, 2.0, 1.0]])
    expect.labels("predict_labels(dists, k=2)", model.predict_labels(dists, k=2), [2, 2])
    expect.labels("predict_labels(dists, k=4)", model.predict_labels(dists, k=4), [2, 2])
    three = trained(student, np.zeros((3, 1)), [9, 6, 3])
    expect.labels("three labels, one vote each", three.predict_labels(np.array([[1.0, 2.0, 3.0]]), k=3), [3])


@check("knn.predict_labels", hint="How many columns are there to choose from?")
def more_neighbours_than_points(student, rng):
    """k larger than the number of training points: all of them vote"""
    model = trained(student, np.zeros((3, 1)), [1, 6, 6])
    expect.labels("predict_labels(dists, k=10)", model.predict_labels(np.array([[1.0, 2.0, 3.0]]), k=10), [6])


@check("knn.predict_labels", hint="What is the dtype of the array that you fill with labels?")
def integer_labels(student, rng):
    """Labels are integers, one for every row of dists"""
    model = trained(student, np.zeros((3, 1)), [1, 0, 1])
    expect.array("predict_labels(dists)", model.predict_labels(rng.random((4, 3))), (4,), "integer")
    expect.array("one test point", model.predict_labels(rng.random((1, 3)), k=2), (1,), "integer")


@check("knn.predict_labels", hint="Sorting in place also sorts what the caller holds in her hands.")
def distances_stay(student, rng):
    """The distances themselves stay as they are"""
    model = trained(student, np.zeros((4, 1)), [1, 0, 1, 2])
    expect.unchanged(student, lambda dists: model.predict_labels(dists, 3), dists=rng.random((5, 4)))


@check("knn.error_rate", weight=2, hint="A share lies between 0 and 1. Does yours count the right ones or the wrong?")
def share_of_mistakes(student, rng):
    """One mistake among four is an error of 0.25"""
    call = student.notebook.error_rate
    one = call(np.array([3, 1, 2, 0]), np.array([3, 1, 2, 9]))
    expect.number("one mistake among four", one, 0.25)
    expect.number("no mistake", call(np.array([1, 2]), np.array([1, 2])), 0.0)
    expect.number("nothing but mistakes", call(np.array([1, 2, 0]), np.array([2, 1, 1])), 1.0)


# Six points on a line, two in each fold, and the distance along the line.
LINE, LABELS = np.array([[0.0], [10.0], [1.0], [11.0], [2.0], [14.0]]), np.array([0, 1, 0, 1, 0, 0])
FOLDS = [np.array([0, 1]), np.array([2, 3]), np.array([4, 5])]
ALONG = "lambda model, X: np.abs(X - model.X_train.T)"


@check("knn.errors_of_fold", weight=3, after="knn.predict_labels", hint="Who trains, and who is asked? Draw the points.")
def folds_by_hand(student, rng):
    """Six points on a line, three folds, k = 1 and k = 3"""
    expected = {0: [0.0, 0.5], 1: [0.0, 0.5], 2: [0.5, 0.5]}
    for fold, errors in expected.items():
        got = student.notebook.errors_of_fold(LINE, LABELS, FOLDS, fold, [1, 3], student.function(ALONG))
        hint = None
        if isinstance(got, np.ndarray) and got.shape == (2,) and np.allclose(got, 1 - np.array(errors)):
            hint = "These are the shares that are right; the error counts the wrong ones."
        expect.close(f"errors with fold {fold} held out", got, errors, hint=hint)


@check("knn.errors_of_fold", weight=2, after="knn.predict_labels", hint="May the held-out points be among their own teachers?")
def held_out_points_do_not_vote(student, rng):
    """The held-out fold is not part of the training set"""
    X, y = np.arange(8.0)[:, np.newaxis] * 3, np.arange(8)  # every point has a label of its own
    folds = np.split(rng.permutation(8), 4)
    got = student.notebook.errors_of_fold(X, y, folds, 2, [1], student.function(ALONG))
    hint = "Every label occurs once, so a right answer is possible only for a point that was trained on."
    expect.close("errors where nobody can be right", got, [1.0], hint=hint)


@check("knn.errors_of_fold", hint="One error for every k, in an array.")
def one_error_for_every_k(student, rng):
    """As many errors as there are values of k"""
    got = student.notebook.errors_of_fold(LINE, LABELS, FOLDS, 1, [1, 2, 3, 4], student.function(ALONG))
    expect.array("errors", got, (4,), "float")


@check("knn.tinted_copy", weight=2, hint="How far from the picture is the plain colour? Which share of that way do you go?")
def right_distance(student, rng):
    """The copy has exactly the distance that was asked for"""
    image, colour = rng.uniform(0, 255, (8, 8, 3)), np.array([230.0, 120.0, 20.0])
    for distance in (0.0, 50.0, 400.0):
        copy = student.notebook.tinted_copy(image, colour, distance)
        copy = expect.array("the copy", copy, (8, 8, 3), "float")
        expect.number(f"its distance, with {distance:g} asked for", np.linalg.norm(copy - image), distance, rtol=1e-4, atol=1e-4)


@check("knn.tinted_copy", weight=2, hint="copy = image + t (colour - image), with one t for the whole picture.")
def same_share_everywhere(student, rng):
    """Every pixel goes the same share of the way to the colour"""
    image, colour = rng.uniform(0, 200, (6, 9, 3)), np.array([250.0, 220.0, 240.0])
    copy = expect.array("the copy", student.notebook.tinted_copy(image, colour, 300.0), (6, 9, 3), "float")
    shares = (copy - image) / (colour - image)
    expect.true(
        np.ptp(shares) < 1e-4 and shares.min() > 0,
        f"Some values go {shares.min():.0%} of the way to the colour, others {shares.max():.0%}.",
        what="the copy",
    )


@check("knn.tinted_copy", hint="What is 20 - 230 in uint8? And is the picture that was passed still the same?")
def tint_uint8(student, rng):
    """Pictures in uint8 do not wrap around, and stay as they are"""
    image = rng.integers(0, 256, (5, 5, 3), dtype=np.uint8)
    colour = np.array([20, 40, 200], np.uint8)
    copy = expect.unchanged(student, lambda image: student.notebook.tinted_copy(image, colour, 200.0), image=image)
    copy = expect.array("the copy", copy, (5, 5, 3), "float")
    expect.number("its distance", np.linalg.norm(copy - image.astype(float)), 200.0, rtol=1e-4)
    low, high = np.minimum(image, colour) - 1e-6, np.maximum(image, colour) + 1e-6
    expect.true(bool(((copy >= low) & (copy <= high)).all()), "Some values are not between picture and colour.", what="the copy")
