"""Hidden checks of knn.ipynb: other numbers, other sizes, and oracles of their own."""

import numpy as np

from labkit.checks import StudentError, check, expect

MEMORY = """lambda call, *inputs: (
    tracer := __import__('tracemalloc'), running := tracer.is_tracing(), tracer.start(), tracer.reset_peak(),
    before := tracer.get_traced_memory()[0], call(*inputs), peak := tracer.get_traced_memory()[1],
    None if running else tracer.stop(), peak - before)[-1]"""


def distances(X, Z, order=2):
    """Oracle: one feature at a time, in float64."""
    gaps = np.zeros((len(X), len(Z)))
    for x, z in zip(np.asarray(X, float).T, np.asarray(Z, float).T, strict=True):
        gap = np.abs(np.subtract.outer(x, z))
        gaps = np.maximum(gaps, gap) if order == np.inf else gaps + gap**order
    return np.sqrt(gaps) if order == 2 else gaps


def elected(dists, labels, k, preferred=min):
    """Oracle: the labels by k-nearest neighbours, equal counts to the smaller label (or to the larger: max)."""
    winners = []
    for row in dists:
        ranked = sorted(range(len(row)), key=lambda j: row[j])
        ballots = [int(labels[j]) for j in ranked[:k]]
        most = max(ballots.count(label) for label in ballots)
        winners.append(preferred(label for label in ballots if ballots.count(label) == most))
    return np.array(winners)


def clear_cut(dists, labels, k):
    """The rows of dists in which a single label has the most votes."""
    return dists[elected(dists, labels, k) == elected(dists, labels, k, max)]


def vote(what, got, expected):
    """Labels as expected; whether they are an array of integers is a check of its own."""
    got = np.array(got) if isinstance(got, list) else got
    if isinstance(got, np.ndarray) and got.dtype.kind == "f" and np.array_equal(got, np.rint(got)):
        got = got.astype(np.int64)
    expect.labels(what, got, expected)


def trained(student, X, y=None):
    """A model that knows the points X."""
    model = student.knn.KNN()
    model.train(X, np.zeros(len(X), dtype=np.int64) if y is None else y)
    return model


def same(what, got, expected, hint=None):
    """Equal up to rounding, also that of float32 arithmetic."""
    tolerance = 1e-4 * max(1e-12, float(np.max(np.abs(expected), initial=0.0)))
    expect.close(what, got, expected, rtol=1e-4, atol=tolerance, hint=hint)


@check("knn.compute_distances", weight=3, hint="Compare with a distance that you compute by hand.")
def loops_random_points(student, rng):
    """Random points, in several sizes"""
    for num_test, num_train, D in ((3, 8, 5), (8, 3, 1), (1, 1, 7), (1, 6, 2)):
        X, Z = rng.normal(size=(num_test, D)), rng.normal(size=(num_train, D))
        same("dists", trained(student, Z).compute_distances(X), distances(X, Z))


@check("knn.compute_distances", weight=2, hint="Is the norm that was passed used, and only that one?")
def loops_random_norms(student, rng):
    """Other norms on random points"""
    X, Z = rng.normal(size=(4, 6)), rng.normal(size=(5, 6))
    model = trained(student, Z)
    weighted = student.function("lambda v: np.sqrt((v[0] ** 2 + 9 * v[1] ** 2 + v[2:] @ v[2:]))")
    stretched = np.array([1.0, 3.0, 1.0, 1.0, 1.0, 1.0])
    same("1-norm", model.compute_distances(X, student.function("lambda v: abs(v).sum()")), distances(X, Z, 1))
    largest = student.function("lambda v: float(abs(v).max())")
    same("∞-norm", model.compute_distances(X, norm=largest), distances(X, Z, np.inf))
    got = model.compute_distances(X, norm=weighted)
    same("a weighted norm", got, distances(X * stretched, Z * stretched))
    same("2-norm afterwards", model.compute_distances(X), distances(X, Z))


@check("knn.compute_distances", weight=2, hint="What dtype does your array of distances have?")
def loops_whole_numbers(student, rng):
    """Points with whole coordinates have distances with fractions"""
    X, Z = rng.integers(-9, 10, size=(4, 3)), rng.integers(-9, 10, size=(6, 3))
    same("dists", trained(student, Z).compute_distances(X), distances(X, Z))


@check("knn.compute_distances", weight=1, hint="Only dists is yours to write to.")
def loops_training_points_stay(student, rng):
    """Computing distances changes nothing that the model remembers"""
    training_points_stay(student, rng, "compute_distances")


def training_points_stay(student, rng, method, *arguments):
    """Neither the training points nor a second call's result may change."""
    Z, X = rng.normal(size=(5, 4)), rng.normal(size=(3, 4))
    kept = student.keep(Z)
    model = trained(student, kept, np.arange(5))
    call = getattr(model, method)
    first, second = call(X, *arguments), call(X, *arguments)
    expect.true(
        np.array_equal(student.value(kept), Z), "The training points were changed in place.", what="X_train"
    )
    expect.close("a second call", second, first)
    model.train(Z + 1, np.zeros(5, dtype=np.int64))
    order = arguments[0] if arguments else 2
    same("dists after training anew", call(X, *arguments), distances(X, Z + 1, order))


@check("knn.temporary_gigabytes", hint="A float64 takes 8 bytes; a gigabyte is 10⁹ bytes here.")
def gigabytes_of_the_notebook(student, rng):
    """Other sizes"""
    call = student.notebook.temporary_gigabytes
    for sizes in ((500, 5000, 3072), tuple(int(n) for n in rng.integers(2, 5000, 3))):
        expect.number("gigabytes", call(*sizes), sizes[0] * sizes[1] * sizes[2] / 125e6, rtol=1e-3)


@check("knn.compute_L2_distances_vectorized", weight=3, hint="Multiply out ‖x − z‖² for one pair by hand.")
def vectorized_random_points(student, rng):
    """Random points, in several sizes"""
    for num_test, num_train, D in ((3, 8, 5), (8, 3, 1), (1, 1, 7), (6, 6, 6), (1, 9, 2), (40, 70, 130)):
        X, Z = 3 + rng.normal(size=(num_test, D)), rng.normal(size=(num_train, D))
        got = trained(student, Z).compute_L2_distances_vectorized(X)
        same(f"dists of {num_test} and {num_train} points", got, distances(X, Z))


@check("knn.compute_L2_distances_vectorized", weight=5, hint="What is the root of −0.0000001?")
def vectorized_duplicates(student, rng):
    """Many copies of a few points"""
    few = rng.uniform(0, 255, size=(5, 300))
    X, Z = few[rng.integers(0, 5, 80)], few[rng.integers(0, 5, 90)]
    got = expect.array("dists", trained(student, Z).compute_L2_distances_vectorized(X), (80, 90), "float")
    expect.close("dists", got, distances(X, Z), rtol=1e-4, atol=2.0)


@check(
    "knn.compute_L2_distances_vectorized", weight=3, hint="Which dtype do your products have? Convert first."
)
def vectorized_uint8(student, rng):
    """Pixels in uint8, and a mixture of uint8 and float"""
    X, Z = (rng.integers(0, 256, (n, 48), dtype=np.uint8) for n in (5, 9))
    for test, train in ((X, Z), (X.astype(float), Z), (X, Z.astype(float))):
        same("dists", trained(student, train).compute_L2_distances_vectorized(test), distances(X, Z))


@check("knn.compute_L2_distances_vectorized", weight=2, hint="What dtype does your array of distances have?")
def vectorized_whole_numbers(student, rng):
    """Points with whole coordinates have distances with fractions"""
    X, Z = rng.integers(-9, 10, size=(4, 3)), rng.integers(-9, 10, size=(6, 3))
    same("dists", trained(student, Z).compute_L2_distances_vectorized(X), distances(X, Z))


@check("knn.compute_L2_distances_vectorized", weight=2, hint="Beware of -=, *= and out= on the points.")
def vectorized_training_points_stay(student, rng):
    """Computing distances changes nothing that the model remembers"""
    training_points_stay(student, rng, "compute_L2_distances_vectorized")


@check(
    "knn.compute_L2_distances_vectorized",
    weight=3,
    seconds=4,
    hint="2.4 million pairs are too many for a loop, and all their differences at once are 5.8 GB.",
)
def vectorized_many_points(student, rng):
    """800 × 3,000 points: a matrix product, no loop over pairs and no huge temporary"""
    X, Z = rng.normal(size=(800, 300)), rng.normal(size=(3000, 300))
    got = trained(student, Z).compute_L2_distances_vectorized(X)
    got = expect.array("dists", got, (800, 3000), "float")
    some, others = rng.integers(0, 800, 20), rng.integers(0, 3000, 20)
    same("some of the distances", got[np.ix_(some, others)], distances(X[some], Z[others]))


@check("knn.compute_distances_vectorized", weight=3, hint="Is every block written to its own place?")
def norms_random_points(student, rng):
    """Random points, in several sizes, in both norms"""
    for num_test, num_train, D in ((3, 8, 5), (8, 3, 1), (1, 1, 7), (11, 23, 6), (137, 251, 3), (5, 9, 2000)):
        X, Z = 2 + rng.normal(size=(num_test, D)), rng.normal(size=(num_train, D))
        model = trained(student, Z)
        for order in (1, np.inf):
            got = model.compute_distances_vectorized(X, order)
            same(f"dists of {num_test} and {num_train} points, ord={order}", got, distances(X, Z, order))


@check("knn.compute_distances_vectorized", weight=2, hint="Convert the pixels before you subtract.")
def norms_uint8(student, rng):
    """Pixels in uint8, and whole numbers, in both norms"""
    X, Z = (rng.integers(0, 256, (n, 300), dtype=np.uint8) for n in (5, 9))
    for order in (1, np.inf):
        same("dists", trained(student, Z).compute_distances_vectorized(X, order), distances(X, Z, order))
        X0, Z0 = X.astype(np.int64) - 128, Z.astype(np.int64) - 128
        same("dists", trained(student, Z0).compute_distances_vectorized(X0, order), distances(X, Z, order))


@check("knn.compute_distances_vectorized", weight=1, hint="Only the array of distances is yours to write to.")
def norms_training_points_stay(student, rng):
    """Computing distances changes nothing that the model remembers"""
    training_points_stay(student, rng, "compute_distances_vectorized", 1)
    model = trained(student, rng.normal(size=(6, 3)))
    expect.unchanged(
        student, lambda X: model.compute_distances_vectorized(X, np.inf), X=rng.normal(size=(4, 3))
    )


@check(
    "knn.compute_distances_vectorized",
    side=True,
    weight=8,
    seconds=25,
    hint="All differences of these points at once are 3.2 GB. How many rows do you need at a time?",
)
def norms_bounded_memory(student, rng):
    """400 × 500 points with 2,000 features, in bounded memory"""
    X, Z = rng.normal(size=(400, 2000)), rng.normal(size=(500, 2000))  # too much for a worker even in float32
    model = trained(student, Z)
    try:
        peak = student.function(MEMORY)(model.compute_distances_vectorized, X, 1) / 1e6
    except StudentError as error:
        if error.kind != "memory" and error.error_type != "MemoryError":
            raise
        peak = np.inf
    expect.true(
        peak < 1500,
        "needs more memory than there is when the differences of all pairs would take 3.2 GB.",
        what="compute_distances_vectorized",
    )


@check(
    "knn.compute_distances_vectorized",
    weight=3,
    seconds=4,
    hint="A loop over 1.5 million pairs takes far too long; a loop over blocks, or over the test points, does not.",
)
def norms_many_points(student, rng):
    """1,000 × 1,500 points: no loop over pairs"""
    X, Z = rng.normal(size=(1000, 8)), rng.normal(size=(1500, 8))
    got = trained(student, Z).compute_distances_vectorized(X, np.inf)
    same("dists with ord=np.inf", got, distances(X, Z, np.inf))


@check("knn.predict_labels", weight=5, hint="Work through one row of dists by hand.")
def random_elections(student, rng):
    """Random distances and labels, k from 1 to all, elections without a tie"""
    for num_test, num_train, classes in (
        (30, 12, 3),
        (1, 5, 2),
        (60, 40, 10),
        (6, 1, 4),
        (20, 20, 2),
        (8, 2000, 5),
    ):
        y, dists = rng.integers(0, classes, num_train), rng.random((num_test, num_train))
        model = trained(student, np.zeros((num_train, 1)), y)
        for k in sorted({min(k, num_train) for k in (1, 2, 3, 4, 7, 40)}):
            rows = clear_cut(dists, y, k)
            if len(rows):
                vote(f"predict_labels with k={k}", model.predict_labels(rows, k), elected(rows, y, k))


@check(
    "knn.predict_labels", weight=2, hint="Among the labels with most votes, which one does your code take?"
)
def random_ties(student, rng):
    """Elections that end in a tie"""
    y = np.concatenate([rng.permutation(8), rng.permutation(8)])
    model, dists = trained(student, np.zeros((16, 1)), y), rng.random((40, 16))
    for k in (2, 4, 6, 16):
        vote(f"predict_labels with k={k}", model.predict_labels(dists, k=k), elected(dists, y, k))


@check(
    "knn.predict_labels", weight=2, hint="Labels need not be consecutive, and 0 is a label like any other."
)
def sparse_labels(student, rng):
    """Labels with gaps, and classes without any training point"""
    y = np.array([3, 17, 90])[np.arange(9) % 3]
    model, dists = trained(student, np.zeros((9, 1)), y), rng.random((30, 9))
    for k in (1, 3, 5):
        rows = clear_cut(dists, y, k)
        vote(f"predict_labels with k={k}", model.predict_labels(rows, k), elected(rows, y, k))
    one_class = trained(student, np.zeros((4, 1)), np.zeros(4, dtype=np.int64))
    vote("one class only", one_class.predict_labels(rng.random((3, 4)), k=2), np.zeros(3, dtype=np.int64))


@check("knn.predict_labels", weight=2, hint="When k is too large, who votes, and how often?")
def very_large_k(student, rng):
    """k larger than the number of training points"""
    model = trained(student, np.zeros((3, 1)), np.array([2, 5, 5]))
    for k in (3, 4, 5, 100):
        vote(
            f"predict_labels of 3 points with k={k}",
            model.predict_labels(np.array([[1.0, 2.0, 3.0]]), k=k),
            [5],
        )
    model = trained(student, np.zeros((7, 1)), np.array([4, 1, 1, 0, 4, 1, 0]))
    vote("predict_labels of 7 points with k=8", model.predict_labels(rng.random((5, 7)), k=8), np.full(5, 1))


@check(
    "knn.predict_labels", weight=1, hint="What is the default of k? And is anything of the model written to?"
)
def nearest_by_default(student, rng):
    """k = 1 when nothing is said; distances and training labels stay as they are"""
    y = rng.integers(0, 10, 30)
    kept = student.keep(y)
    model = trained(student, np.zeros((30, 1)), kept)
    dists = rng.random((25, 30))
    got = expect.unchanged(student, model.predict_labels, dists=dists)
    vote("predict_labels(dists)", got, y[np.argmin(dists, axis=1)])
    expect.true(
        np.array_equal(student.value(kept), y), "The training labels were changed in place.", what="y_train"
    )


@check(
    "knn.predict_labels",
    side=True,
    weight=1,
    hint="What is the dtype of the array that you fill with labels?",
)
def integers_for_every_k(student, rng):
    """Labels are integers, for one point and for many"""
    model = trained(student, np.zeros((6, 1)), rng.integers(0, 3, 6))
    for rows, k in ((1, 1), (4, 3)):
        expect.array("labels", model.predict_labels(rng.random((rows, 6)), k), (rows,), "integer")


@check("knn.error_rate", weight=2, hint="Which share of the predictions is wrong?")
def random_mistakes(student, rng):
    """Random predictions"""
    for n in (1, 7, 60):
        predicted, actual = rng.integers(0, 3, n), rng.integers(0, 3, n)
        wrong = sum(int(p) != int(a) for p, a in zip(predicted, actual, strict=True))
        expect.number("error_rate", student.notebook.error_rate(predicted, actual), wrong / n)


def errors_of_fold(student, *arguments):
    """What the student's function returns, as an array if it is a list or a tuple."""
    errors = student.notebook.errors_of_fold(*arguments)
    return np.array(errors) if isinstance(errors, list | tuple) else errors


@check(
    "knn.errors_of_fold",
    weight=4,
    after=("knn.predict_labels", "knn.error_rate"),
    hint="Follow one fold with a pencil: who trains?",
)
def random_folds(student, rng):
    """Random points, uneven folds in random order"""
    X, y = rng.normal(size=(37, 2)), rng.choice([2, 5], 37)  # two classes and odd k: no ties
    folds = np.array_split(rng.permutation(37), 4)
    distance = student.function("lambda model, X: np.abs(X[:, 1:] - model.X_train[:, 1:].T)")
    ks = [1, 3, 5, 9]
    for held_out in range(4):
        inside = folds[held_out]
        outside = np.setdiff1d(np.arange(37), inside)
        gaps = np.abs(np.subtract.outer(X[inside, 1], X[outside, 1]))
        expected = [np.mean(elected(gaps, y[outside], k) != y[inside]) for k in ks]
        got = errors_of_fold(student, X, y, folds, held_out, ks, distance)
        expect.close(f"errors with fold {held_out} held out", got, expected)


@check(
    "knn.errors_of_fold",
    weight=1,
    after=("knn.predict_labels", "knn.error_rate"),
    hint="Is it the distance function that was passed?",
)
def unusual_distance(student, rng):
    """The distance that is passed is the distance that is used"""
    X, y = np.arange(6.0)[:, np.newaxis], np.array([0, 0, 1, 1, 2, 2])
    farthest = student.function("lambda model, X: -np.abs(X - model.X_train.T)")
    folds = [np.array([0, 5]), np.array([1, 2, 3, 4])]
    got = errors_of_fold(student, X, y, folds, 1, [1], farthest)
    expect.close("errors when the farthest point decides", got, [1.0])


@check(
    "knn.tinted_copy", weight=3, hint="One share t for the whole picture, and ‖copy − image‖ is as asked for."
)
def random_tints(student, rng):
    """Random pictures, colours and distances"""
    for shape in ((4, 4, 3), (32, 32, 3), (3, 7, 3)):
        image, colour = rng.uniform(0, 255, shape), rng.uniform(0, 255, 3)
        way = np.broadcast_to(colour, shape) - image
        length = float(np.sqrt(np.sum(way**2)))
        for share in (0.0, 0.3, 1.0):
            copy = student.notebook.tinted_copy(image, colour, share * length)
            same("the copy", copy, image + share * way)


@check("knn.tinted_copy", weight=2, hint="Convert the pixels before you subtract.")
def random_tints_uint8(student, rng):
    """Pictures in uint8"""
    image = rng.integers(0, 256, (6, 5, 3), dtype=np.uint8)
    colour = rng.integers(0, 256, 3, dtype=np.uint8)
    way = colour.astype(float) - image
    copy = student.notebook.tinted_copy(image, colour, 0.4 * float(np.linalg.norm(way)))
    same("the copy", copy, image + 0.4 * way)
