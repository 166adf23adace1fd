"""Hidden checks of the softmax classifier: other numbers, other sizes, and oracles of their own."""

import numpy as np

from labkit.checks import CheckFailed, check, expect

OPCODES = """lambda call, *inputs: (
    system := __import__('sys'), before := system.gettrace(), count := [0],
    trace := lambda frame, event, argument: (
        setattr(frame, 'f_trace_opcodes', True),
        count.__setitem__(0, count[0] + (event == 'opcode')), trace)[-1],
    system.settrace(trace), call(*inputs), system.settrace(before), count[0])[-1]"""

# A forgotten print is no loop, though NumPy's text of an array comes from one.
NO_PRINTING = """lambda: (
    builtins := __import__('builtins'), before := builtins.print,
    setattr(builtins, 'print', lambda *things, **options: None))[1]"""
AS_BEFORE = """lambda printing: (
    __import__('sys').settrace(None), setattr(__import__('builtins'), 'print', printing), None)[-1]"""

MEAN = "What is divided by the number of examples, and what is not?"
PENALTY = "Which parameters does the penalty touch, and with which factor in the loss and in the gradient?"
SHIFT = "Follow the largest numbers: which of exp and log gets an argument it cannot represent?"
SIZES = "C and D are the shape of W, N the length of X: none of them can be read off the labels."
PURE = "Only look at the arguments and at W and b; work on copies of them."


def oracle(W, b, X, y, reg=0.0):
    """Loss and gradients, with the log-sum-exp folded class by class."""
    scores = np.asarray(X, float) @ np.asarray(W, float).T + b
    normalizer = np.logaddexp.reduce(scores, axis=1)
    truth = np.arange(len(b)) == np.asarray(y)[:, None]
    loss = np.mean(normalizer - scores[truth]) + reg * np.vdot(W, W) / 2
    slopes = (np.exp(scores - normalizer[:, None]) - truth) / len(y)
    return loss, np.einsum("nc,nd->cd", slopes, X) + reg * np.asarray(W), slopes.sum(0)


def classifier(student, W, b):
    """A student's classifier with these weights and biases."""
    model = student.softmax.Softmax(W.shape, np.random.default_rng(1))
    model.W, model.b = W, b
    return model


def problem(rng, N=9, D=6, C=5):
    """Random weights, biases, examples and labels in which every class occurs."""
    y = rng.permutation(np.arange(max(N, C)) % C)[:N]
    return rng.standard_normal((C, D)), rng.standard_normal(C), rng.standard_normal((N, D)), y


def extreme(rng):
    """Scores of up to 10,000, some answers right and some wildly wrong."""
    W, b, X, y = problem(rng, N=12, D=3, C=4)
    W *= 1e4 / np.abs(X @ W.T).max()
    y[:6] = np.argmax(X[:6] @ W.T + b, axis=1)
    y[6:] = np.argmin(X[6:] @ W.T + b, axis=1)
    return W, b, X, y


def odd_sizes(rng):
    """One example; two classes; one feature; labels that leave classes out."""
    yield "one example", problem(rng, N=1, D=4, C=3)
    yield "two classes", problem(rng, N=6, D=3, C=2)
    yield "one feature", problem(rng, N=5, D=1, C=4)
    W, b, X, _ = problem(rng, N=8, D=4, C=6)
    yield "labels 1 and 2 of 0 ... 5", (W, b, X, rng.permutation(np.arange(8) % 2 + 1))
    yield "as many examples as classes", problem(rng, N=5, D=5, C=5)


def whole(*expectations):
    """Try every expectation; one that fails takes the whole check's points."""
    try:
        expect.several(*expectations)
    except CheckFailed as failure:
        raise CheckFailed(*failure.findings) from None


def near(name, got, goal):
    """Equal up to the rounding of float32."""
    expect.close(name, got, goal, rtol=1e-5, atol=1e-5 * max(1.0, float(np.max(np.abs(goal)))))


def slope(name, f, x, got, goal, **options):
    """A gradient as it should be; where it is not, finite differences look for the mistake's name."""
    try:
        near(name, got, goal)
    except CheckFailed:
        expect.gradient(name, f, x, got, **options)
        raise


@check("softmax.loss", weight=2, hint=MEAN)
def loss_values(student, rng):
    """Random examples"""
    for N, D, C in ((9, 6, 5), (30, 12, 10)):
        W, b, X, y = problem(rng, N, D, C)
        near("loss", classifier(student, W, b).loss(X, y), oracle(W, b, X, y)[0])


@check("softmax.loss", weight=2.5, hint=PENALTY)
def loss_penalties(student, rng):
    """Random examples with regularization"""
    W, b, X, y = problem(rng)
    model = classifier(student, W, 3 * b)
    for reg in (0.01, 5.0):
        near(f"loss at reg = {reg}", model.loss(X, y, reg=reg), oracle(W, 3 * b, X, y, reg)[0])


@check("softmax.loss", weight=1, hint=SIZES)
def loss_sizes(student, rng):
    """Unusual sizes, and labels of one byte"""
    for name, (W, b, X, y) in odd_sizes(rng):
        expected = oracle(W, b, X, y, 0.5)[0]
        near(f"loss, {name}", classifier(student, W, b).loss(X, y, 0.5), expected)
    W, b, X, y = problem(rng, 90, 4, 5)
    expected = oracle(W, b, X, y)[0]
    near("loss, labels of one byte", classifier(student, W, b).loss(X, y.astype(np.uint8)), expected)


@check("softmax.loss", weight=3, hint=SHIFT)
def loss_extremes(student, rng):
    """Scores of up to 10,000"""
    W, b, X, y = extreme(rng)
    for sign in (1, -1):
        expected = oracle(sign * W, b, X, y)[0]
        near("loss", classifier(student, sign * W, b).loss(X, y), expected)
    lifted = b - 1e4
    expect.number(
        "loss, all scores near -10,000",
        classifier(student, 1e-3 * W, lifted).loss(X, y),
        oracle(1e-3 * W, lifted, X, y)[0],
        atol=5e-3,  # what float32 leaves of a difference of scores at 10,000
    )


@check("softmax.loss", side=True, weight=1, hint=PURE)
def loss_looks_only(student, rng):
    """The loss changes neither its arguments nor the classifier"""
    W, b, X, y = problem(rng)
    model = classifier(student, W, b)
    expect.unchanged(student, lambda X, y: model.loss(X, y, 0.5), X=X, y=y, hint=PURE)
    expect.close("W afterwards", model.W, W)
    expect.close("b afterwards", model.b, b)


@check(
    "softmax.loss",
    side=True,
    weight=0.5,
    hint="The constructor was written for you: how does the homework's own begin?",
)
def fresh_classifier(student, rng):
    """A new classifier: small random weights, zero biases, and the loss of guessing"""
    model = student.softmax.Softmax((10, 400), rng)
    W = expect.array("W", model.W, (10, 400), "float")
    expect.close("b", model.b, np.zeros(10))
    expect.true(0.8e-4 < W.std() < 1.2e-4, "should have a standard deviation of about 1e-4.", what="W")
    expect.true(abs(W.mean()) < 1e-5, "should be spread around zero.", what="W")
    X, y = rng.standard_normal((6, 400)), rng.integers(0, 10, 6)
    expect.number("its loss", model.loss(X, y), np.log(10), rtol=0.01)


def random_gradients(student, rng, method, reg):
    """Loss and gradients against the oracle; a wrong gradient is named where it can be."""
    W, b, X, y = problem(rng, 11, 7, 4)
    loss, dW, db = getattr(classifier(student, W, b), method)(X, y, reg)
    expected = oracle(W, b, X, y, reg)
    options = {"rng": rng, "batch_size": len(X), "reg": reg}
    count = whole if reg else expect.several
    count(
        lambda: near("loss", loss, expected[0]),
        lambda: slope("dW", lambda w: oracle(w, b, X, y, reg)[0], W, dW, expected[1], **options),
        lambda: slope("db", lambda v: oracle(W, v, X, y, reg)[0], b, db, expected[2], **options),
    )


def all_close(student, method, W, b, X, y, reg, what=""):
    """The three results against the oracle, each counting for itself."""
    got = getattr(classifier(student, W, b), method)(X, y, reg=reg)
    names = (f"{name}{what}" for name in ("loss", "dW", "db"))
    expect.several(
        *(
            lambda name=name, one=one, goal=goal: near(name, one, goal)
            for name, one, goal in zip(names, got, oracle(W, b, X, y, reg), strict=True)
        )
    )


def looks_only(student, rng, method):
    """Neither the arguments nor the classifier change, and a second call gives the same."""
    W, b, X, y = problem(rng)
    model = classifier(student, W, b)
    call = getattr(model, method)
    first = expect.unchanged(student, lambda X, y: call(X, y, 0.5), X=X, y=y, hint=PURE)
    expect.close("W afterwards", model.W, W)
    expect.close("b afterwards", model.b, b)
    for name, one, two in zip(("loss", "dW", "db"), first, call(X, y, 0.5), strict=True):
        expect.close(f"{name} of a second call", two, one)


@check("softmax.loss_and_grad", weight=3, hint=MEAN)
def slow_gradients(student, rng):
    """Random examples"""
    random_gradients(student, rng, "loss_and_grad", 0.0)


@check("softmax.loss_and_grad", weight=3, hint=PENALTY)
def slow_penalties(student, rng):
    """Random examples with regularization"""
    random_gradients(student, rng, "loss_and_grad", 1.7)


@check("softmax.loss_and_grad", hint=SIZES)
def slow_sizes(student, rng):
    """Unusual sizes"""
    for name, (W, b, X, y) in odd_sizes(rng):
        all_close(student, "loss_and_grad", W, b, X, y, 0.2, f", {name}")


@check("softmax.loss_and_grad", weight=4, hint=SHIFT)
def slow_extremes(student, rng):
    """Scores of up to 10,000"""
    all_close(student, "loss_and_grad", *extreme(rng), 0.0)


@check("softmax.loss_and_grad", side=True, hint=PURE)
def slow_looks_only(student, rng):
    """Computing gradients changes neither its arguments nor the classifier"""
    looks_only(student, rng, "loss_and_grad")


@check("softmax.fast_loss_and_grad", weight=3, hint=MEAN)
def fast_gradients(student, rng):
    """Random examples"""
    random_gradients(student, rng, "fast_loss_and_grad", 0.0)


@check("softmax.fast_loss_and_grad", weight=3, hint=PENALTY)
def fast_penalties(student, rng):
    """Random examples with regularization"""
    random_gradients(student, rng, "fast_loss_and_grad", 1.7)


@check("softmax.fast_loss_and_grad", weight=2, hint=SIZES)
def fast_sizes(student, rng):
    """Unusual sizes"""
    for name, (W, b, X, y) in odd_sizes(rng):
        all_close(student, "fast_loss_and_grad", W, b, X, y, 0.2, f", {name}")


@check("softmax.fast_loss_and_grad", weight=4, hint=SHIFT)
def fast_extremes(student, rng):
    """Scores of up to 10,000"""
    all_close(student, "fast_loss_and_grad", *extreme(rng), 0.0)


@check("softmax.fast_loss_and_grad", side=True, weight=2, hint=PURE)
def fast_looks_only(student, rng):
    """Computing gradients changes neither its arguments nor the classifier"""
    looks_only(student, rng, "fast_loss_and_grad")


@check(
    "softmax.fast_loss_and_grad",
    side=True,
    weight=1,
    hint="Which classes are right, says the y of this call.",
)
def other_labels(student, rng):
    """The same examples with other labels: the loss and the gradients are others"""
    W, b, X, y = problem(rng, 8, 4, 3)
    model = classifier(student, W, b)
    for time, labels in (("first", y), ("second", (y + 1) % 3), ("third", y)):
        got = model.fast_loss_and_grad(X, labels, 0.4)
        for name, one, goal in zip(("loss", "dW", "db"), got, oracle(W, b, X, labels, 0.4), strict=True):
            near(f"{name} of the {time} call", one, goal)


LOOPS = "One matrix product can do what the loop over the examples does; so can indexing with two arrays."


@check("softmax.fast_loss_and_grad", side=True, weight=12, seconds=4, hint=LOOPS)
def no_loop(student, rng):
    """The work done in Python does not grow with the number of examples"""
    opcodes, counts = student.function(OPCODES), []
    for N in (20, 420):
        W, b, X, y = problem(rng, N, 5, 3)
        call = classifier(student, W, b).fast_loss_and_grad
        call(X, y, 0.1)  # the first call of a size may import or build something once
        printing = student.function(NO_PRINTING)()
        try:
            counts.append(opcodes(call, -X, y, 0.1))
        finally:
            student.function(AS_BEFORE)(printing)
    expect.true(
        counts[1] - counts[0] < 800,
        "runs through the examples one by one in Python.",
        what="fast_loss_and_grad",
        hint=LOOPS,
    )
    W, b, X, y = problem(rng, 600_000, 3, 4)  # student code can evade a count, but not the judge's clock
    classifier(student, W, b).fast_loss_and_grad(X, y)


@check("softmax.fast_loss_and_grad", seconds=4, hint=LOOPS)
def fast_enough(student, rng):
    """600,000 examples in a moment"""
    W, b, X, y = problem(rng, 600_000, 3, 4)
    loss, _, db = classifier(student, W, b).fast_loss_and_grad(X, y)
    expected = oracle(W, b, X, y)
    expect.number("loss", loss, expected[0], rtol=1e-4)
    expect.close("db", db, expected[2], rtol=1e-3, atol=1e-4)


def vote(got, expected):
    """Labels as expected; whether they are an array of integers is a check of its own."""
    got = np.array(got) if isinstance(got, list) else got
    if isinstance(got, np.ndarray) and got.dtype.kind == "f" and np.array_equal(got, np.rint(got)):
        got = got.astype(np.int64)
    expect.labels("labels", got, np.array(expected))


@check("softmax.predict", weight=2, hint="Labels are whole numbers 0 ... C-1, one for each row of X.")
def predictions(student, rng):
    """Random examples"""
    for N, D, C in ((25, 6, 5), (1, 3, 2), (4, 4, 4)):
        W, b, X, _ = problem(rng, N, D, C)
        expected = [max(range(C), key=lambda c: W[c] @ x + b[c]) for x in X]
        vote(classifier(student, W, b).predict(X), expected)


@check("softmax.predict", hint="The largest score wins, whatever its size. Are exponentials needed at all?")
def predictions_at_extremes(student, rng):
    """Scores of up to 10,000"""
    W, b, X, _ = extreme(rng)
    expected = [int(np.argsort(X[i] @ W.T + b)[-1]) for i in range(len(X))]
    model = classifier(student, W, b)
    vote(model.predict(X), expected)
    expect.unchanged(student, lambda X: model.predict(X), X=X)
    expect.close("W afterwards", model.W, W)
