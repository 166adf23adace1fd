"""Hidden checks of windows, word vectors, the score and the max-margin loss: other sizes, oracles of their own."""

import numpy as np

from labkit.checks import CheckFailed, check, expect

EDGES = "Take a sentence shorter than the window, and count what stands on either side."
ORDER = "Which number of which word is where in a row of x? Follow one word of a window through the reshape."
ADD = "What does a word get that stands three times in a window, and in every window?"
SCORE = "Write z, h and s of a single window down, then of N of them at once."
DELTA = "Each window has an upstream of its own. Where does it enter, and what is summed over the windows?"
OWN = "Everything backward needs is in its own cache."
HINGE = "Which pairs count, which do not, and by what is everything divided?"


def parts(result, count, names):
    """The values that a function returned, which should be so many."""
    return expect.items("what is returned", result, count, "things", f"They are {names}.", stacked=False)


def true_windows(words, context, padding):
    """Oracle: word by word."""
    at = dict(enumerate(words))
    return np.array([[at.get(t + k, padding) for k in range(-context, context + 1)] for t in at])


@check("word_window.windows", weight=3, hint=EDGES)
def sentences_of_all_lengths(student, rng):
    """Sentences of all lengths, windows of all widths"""
    for length in (1, 2, 3, 6, 11):
        for context in (0, 1, 2, 4):
            words, padding = rng.integers(1, 99, length), int(rng.integers(100, 200))
            got = student.word_window.windows(words, context, padding)
            expect.labels(
                f"windows of {length} words, context {context}",
                got,
                true_windows(words.tolist(), context, padding),
            )


@check(
    "word_window.windows",
    weight=0.5,
    side=True,
    hint="The docstring names what context and padding are where they are not given.",
)
def defaults(student, rng):
    """Two neighbours and padding 0, unless asked otherwise; a large vocabulary; the sentence stays as it is"""
    words = rng.integers(1, 30, 4)
    got = expect.unchanged(student, student.word_window.windows, words=words)
    expect.labels("windows", got, true_windows(words.tolist(), 2, 0))
    large = rng.integers(100_000, 200_000, 4)
    got = student.word_window.windows(large)
    expect.labels("windows in a large vocabulary", got, true_windows(large.tolist(), 2, 0))


def true_lookup(L, X):
    """Oracle: the product with one-hot rows, word by word."""
    return np.concatenate([(X[:, [k]] == np.arange(len(L))) @ L for k in range(X.shape[1])], axis=1)


@check("word_window.lookup_forward", weight=3, hint=ORDER)
def lookup_values(student, rng):
    """Vectors of several lengths, windows of several widths, one window"""
    for V, d, N, K in ((7, 3, 5, 4), (4, 1, 2, 5), (12, 6, 1, 3), (5, 4, 6, 1)):
        L, X = rng.standard_normal((V, d)), rng.integers(0, V, (N, K))
        out = parts(student.word_window.lookup_forward(L, X), 2, "out and the cache")[0]
        expect.close(f"out of {N} windows of {K} words", out, true_lookup(L, X))


def judged_gradient(student, rng, V, d, N, K, X=None):
    """The gradient against the product of one-hot rows with the upstream."""
    L, upstream = rng.standard_normal((V, d)), rng.standard_normal((N, K * d))
    X = rng.integers(0, V, (N, K)) if X is None else X
    cache = parts(student.word_window.lookup_forward(L, X), 2, "out and the cache")[1]
    one_hot = (X.reshape(-1, 1) == np.arange(V)).astype(float)
    expect.close(
        "dL", student.word_window.lookup_backward(upstream, cache), one_hot.T @ upstream.reshape(-1, d)
    )


@check("word_window.lookup_backward", weight=1, after="word_window.lookup_forward", hint=ORDER)
def each_word_once(student, rng):
    """Windows in which every word occurs once"""
    judged_gradient(student, rng, 12, 3, 3, 4, rng.permutation(12).reshape(3, 4))


@check("word_window.lookup_backward", weight=3, after="word_window.lookup_forward", hint=ADD)
def words_again_and_again(student, rng):
    """Windows that repeat their words, within and across"""
    for V, d, N, K in ((3, 4, 6, 5), (2, 1, 9, 3), (5, 3, 1, 7), (4, 2, 3, 1)):
        judged_gradient(student, rng, V, d, N, K)
    judged_gradient(student, rng, 6, 3, 5, 5, np.full((5, 5), 2))


@check(
    "word_window.lookup_backward",
    weight=0.5,
    side=True,
    after="word_window.lookup_forward",
    hint="Each call starts from zeros.",
)
def twice_the_same(student, rng):
    """Called twice, it gives the same twice"""
    L, X, upstream = rng.standard_normal((5, 2)), rng.integers(0, 5, (4, 3)), rng.standard_normal((4, 6))
    cache = parts(student.word_window.lookup_forward(L, X), 2, "out and the cache")[1]
    first = student.word_window.lookup_backward(upstream, cache)
    expect.true(np.abs(np.asarray(first)).max() > 0, "is zero.", what="dL")
    expect.close("dL of the second call", student.word_window.lookup_backward(upstream, cache), first)


def in_flight(forward, backward, inputs, upstream, names):
    """Two forward calls, then their backward calls: gradients as when each goes forward and back by itself."""
    alone = [backward(upstream, forward(*one)[1]) for one in inputs]
    expect.true(any(np.any(goal) for goal in alone[0]), "are all zero.", what="gradients")
    caches = [forward(*one)[1] for one in inputs]
    for cache, goals in zip(caches, alone, strict=True):
        for time in ("first", "second"):
            got = backward(upstream, cache)
            for name, one, goal in zip(names, got, goals, strict=True):
                expect.close(f"{name} of the {time} backward call", one, goal)


@check(
    "word_window.lookup_backward",
    weight=1,
    side=True,
    after="word_window.lookup_forward",
    hint=OWN,
)
def lookups_in_flight(student, rng):
    """Two forward calls, then their backward calls, each with its own windows"""
    L, upstream = rng.standard_normal((7, 2)), rng.standard_normal((3, 8))
    words = rng.permutation(7)
    inputs = [(L, np.tile(words[:4], (3, 1))), (L, np.tile(words[3:], (3, 1)))]
    layers = student.word_window
    in_flight(
        lambda L, X: parts(layers.lookup_forward(L, X), 2, "out and the cache"),
        lambda upstream, cache: [layers.lookup_backward(upstream, cache)],
        inputs,
        upstream,
        ["dL"],
    )


SIZES = ((5, 20, 8), (1, 6, 3), (9, 3, 7), (4, 5, 1))


def scorer(rng, N, D, H):
    """Inputs of a score."""
    return {
        "x": rng.standard_normal((N, D)),
        "W": rng.standard_normal((H, D)) / np.sqrt(D),
        "b": rng.standard_normal(H),
        "u": rng.standard_normal(H),
    }


@check("word_window.score_forward", weight=3, hint=SCORE)
def score_values(student, rng):
    """Scores of several sizes"""
    for sizes in SIZES:
        x, W, b, u = (inputs := scorer(rng, *sizes)).values()
        z = np.einsum("nd,hd->nh", x, W) + b
        goal = [sum(u[k] * (1 - 2 / (np.exp(2 * row[k]) + 1)) for k in range(len(u))) for row in z]
        got = parts(student.word_window.score_forward(**inputs), 2, "s and the cache")[0]
        expect.close(f"s of sizes {sizes}", got, goal)


@check("word_window.score_forward", weight=0.4, side=True, hint=SCORE)
def score_far_out(student, rng):
    """Large inputs give finite scores; the arguments stay as they are"""
    inputs = scorer(rng, 3, 4, 5)
    inputs["x"] = inputs["x"] * 1e6
    result = expect.unchanged(student, student.word_window.score_forward, **inputs)
    signs = np.sign(inputs["x"] @ inputs["W"].T + inputs["b"])
    expect.close("s", parts(result, 2, "s and the cache")[0], signs @ inputs["u"], 1e-3, 1e-3)


def true_gradients(x, W, b, u, upstream):
    """Oracle: window by window, unit by unit, with the slope of tanh as 1 / cosh²."""
    dx, dW, db, du = (np.zeros_like(a) for a in (x, W, b, u))
    for n, k in np.ndindex(len(x), len(u)):
        z = W[k] @ x[n] + b[k]
        slope = upstream[n] * u[k] / np.cosh(z) ** 2
        dx[n] += slope * W[k]
        dW[k] += slope * x[n]
        db[k] += slope
        du[k] += upstream[n] * np.tanh(z)
    return dx, dW, db, du


def true_or_own(got, truth, forward_is_right, slopes_of_own):
    """Gradients that are true; or, where the forward pass is wrong, those of the student's own forward pass."""
    try:
        truth()
    except CheckFailed as failure:
        try:
            forward_is_right()
        except CheckFailed:
            if not all(
                np.any(gradient) for gradient in got
            ):  # a forward pass that ignores everything has zeros
                raise failure from None
            slopes_of_own()
        else:
            raise failure from None


@check("word_window.score_backward", weight=4, after="word_window.score_forward", hint=DELTA)
def score_gradients(student, rng):
    """All four gradients, at several sizes"""
    for sizes in SIZES:
        inputs, upstream = scorer(rng, *sizes), rng.standard_normal(sizes[0])
        cache = parts(student.word_window.score_forward(**inputs), 2, "s and the cache")[1]
        got = parts(student.word_window.score_backward(upstream, cache), 4, "dx, dW, db and du")
        truth = tuple(
            zip(("dx", "dW", "db", "du"), got, true_gradients(*inputs.values(), upstream), strict=True)
        )
        true_or_own(
            got,
            lambda truth=truth: expect.several(*(lambda one=one: expect.close(*one) for one in truth)),
            lambda: score_values(student, rng),
            lambda inputs=inputs: expect.layer(
                student.word_window.score_forward, student.word_window.score_backward, rng, **inputs
            ),
        )


@check("word_window.score_backward", weight=1, side=True, after="word_window.score_forward", hint=OWN)
def scores_in_flight(student, rng):
    """True windows forward, corrupted windows forward, then each of them back"""
    inputs, upstream = scorer(rng, 4, 6, 5), rng.standard_normal(4)
    layers = student.word_window
    in_flight(
        lambda *one: parts(layers.score_forward(*one), 2, "s and the cache"),
        lambda upstream, cache: parts(layers.score_backward(upstream, cache), 4, "dx, dW, db and du"),
        [tuple(inputs.values()), (rng.standard_normal((4, 6)), *list(inputs.values())[1:])],
        upstream,
        ["dx", "dW", "db", "du"],
    )


@check("word_window.max_margin_loss", weight=3, hint=HINGE)
def margins(student, rng):
    """Many pairs, one pair, satisfied and not"""
    for N in (1, 2, 8, 25):
        s, t = 2 * rng.standard_normal(N), 2 * rng.standard_normal(N)
        gaps = [1 - a + c for a, c in zip(s.tolist(), t.tolist(), strict=True)]
        loss, ds, dt = parts(student.word_window.max_margin_loss(s, t), 3, "loss, ds and ds_corrupt")
        expect.number(f"loss of {N} pairs", loss, sum(gap for gap in gaps if gap > 0) / N)
        counted = np.array([1.0 if gap > 0 else 0.0 for gap in gaps]) / N
        expect.close("ds", ds, -counted)
        expect.close("ds_corrupt", dt, counted)


@check("word_window.max_margin_loss", weight=0.5, side=True)
def margin_leaves_alone(student, rng):
    """The scores stay as they are"""
    s, t = rng.standard_normal((2, 6))
    result = expect.unchanged(student, student.word_window.max_margin_loss, s=s, s_corrupt=t)
    _, ds, dt = parts(result, 3, "loss, ds and ds_corrupt")
    goal = np.where(t - s > -1, 1 / 6, 0)
    expect.close("ds", ds, -goal)
    expect.close("ds_corrupt", dt, goal)
