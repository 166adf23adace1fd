"""Hidden checks of the two-layer network's scores, loss, gradients and labels.

A mistake is paid for where it is made: a loss is right if it is the loss of the student's own scores, gradients are
right if they are those of the student's own loss.
"""

import numpy as np

from labkit.checks import CheckFailed, StudentError, check, expect

SCORES = ("neural_net.scores",)
LOSS = ("neural_net.scores", "neural_net.loss")
NAMES = ("W1", "b1", "W2", "b2")
ORDER = "Follow one example: which function is applied to it first, which next, and which last?"
MEAN = "What is divided by the number of examples, and what is not?"
PENALTY = "Which parameters does the penalty touch, and with which factor?"
SHIFT = "Follow the largest numbers: which of exp and log gets an argument it cannot represent?"
SIZES = "N, D, H and C are the shapes of X, W1 and W2: none of them can be read off the labels."
BACK = "Which of the four are wrong? Begin with the one that is nearest to the scores."
REG_GRADIENT = "Do W1 and W2 both get their part of the penalty, once, and no bias?"
PURE = "Is there a line such as a += … or a[…] = … where a is X, a parameter, or the memory of one?"
KEEP = "An array that you make yourself is float64 unless you say otherwise (dtype=...)."
OWN = "Which arrays are in the dictionary: new ones, or some that live on between the calls?"
AGAIN = "Everything that loss needs comes from this call's arguments and the present parameters."
LOOPS = "Matrix products, and indexing with two arrays, do the work of the loops."
COST = "Loss and gradients together cost a few times as much as the loss. Which formula did you derive?"
OPCODES = """lambda call, *inputs: (
    call(*inputs),
    system := __import__('sys'), before := system.gettrace(), count := [0],
    trace := lambda frame, event, argument: None if 'arrayprint' in frame.f_code.co_filename else (
        setattr(frame, 'f_trace_opcodes', True),
        count.__setitem__(0, count[0] + (event == 'opcode')), trace)[-1],
    system.settrace(trace), call(*inputs), system.settrace(before), count[0])[-1]"""  # the first call may prepare things


def network(student, params, dtype=None):
    """A student's network with these parameters."""
    (H, D), C = params["W1"].shape, len(params["b2"])
    model = student.neural_net.TwoLayerNet(D, H, C, rng=np.random.default_rng(4))
    model.params = {name: np.array(params[name], dtype=dtype) for name in NAMES}
    return model


def problem(rng, N=9, D=6, H=7, C=5):
    """Random parameters, examples and labels in which every class occurs."""
    params = {
        "W1": rng.standard_normal((H, D)) * np.sqrt(2 / D),
        "b1": 0.4 * rng.standard_normal(H),
        "W2": rng.standard_normal((C, H)) * np.sqrt(2 / H),
        "b2": 0.4 * rng.standard_normal(C),
    }
    if H == 1:  # a single unit should not be silent
        params["b1"] = np.array([4.0])
    return params, rng.standard_normal((N, D)), rng.permutation(np.arange(max(N, C)) % C)[:N]


def odd_sizes(rng):
    """One example, two classes, one feature, one unit; labels that leave classes out; all sizes equal."""
    yield "one example", problem(rng, 1, 4, 6, 3)
    yield "two classes", problem(rng, 6, 3, 5, 2)
    yield "one feature", problem(rng, 5, 1, 6, 4)
    yield "one hidden unit", problem(rng, 6, 3, 1, 4)
    params, X, _ = problem(rng, 8, 4, 5, 6)
    yield "labels 1 and 2 of 0 ... 5", (params, X, rng.permutation(np.arange(8) % 2 + 1))
    yield "all sizes 4", problem(rng, 4, 4, 4, 4)


def extreme(rng):
    """Scores of up to 10,000, some answers right and some wildly wrong."""
    params, X, y = problem(rng, 12, 3, 6, 4)
    scores = scores_oracle(params, X) - params["b2"]
    params["W2"] = params["W2"] * 1e4 / np.abs(scores).max()
    scores = scores_oracle(params, X)
    y[:6], y[6:] = scores[:6].argmax(axis=1), scores[6:].argmin(axis=1)
    return params, X, y


def scores_oracle(params, X):
    """Scores in float64: biases ride along as the weights of an input that is always 1."""
    rows = np.asarray(X, float)
    for layer in (1, 2):
        stacked = np.c_[params[f"W{layer}"], params[f"b{layer}"]].astype(float)
        rows = np.c_[rows * (rows > 0) if layer == 2 else rows, np.ones(len(rows))]
        rows = np.einsum("nd,md->nm", rows, stacked)
    return rows


def loss_oracle(params, scores, y, reg=0.0):
    """The loss of these scores."""
    truth = np.arange(scores.shape[1]) == np.asarray(y)[:, None]
    data = np.mean((np.logaddexp.reduce(scores, axis=1)[:, None] - scores)[truth])
    return data + reg * sum(np.vdot(params[name], params[name]) for name in ("W1", "W2")) / 2


def gradient_oracle(params, X, y, reg=0.0):
    """The gradients, summed example by example."""
    W1, b1, W2, b2 = (np.asarray(params[name], float) for name in NAMES)
    grads = {"W1": reg * W1, "b1": 0 * b1, "W2": reg * W2, "b2": 0 * b2}
    for x, label in zip(np.asarray(X, float), y, strict=True):
        before = W1 @ x + b1
        active = before > 0
        a = W2[:, active] @ before[active] + b2
        pull = (np.exp(a - np.logaddexp.reduce(a)) - (np.arange(len(a)) == label)) / len(y)
        down = np.where(active, pull @ W2, 0.0)
        grads["b2"] = grads["b2"] + pull
        grads["W2"] = grads["W2"] + np.outer(pull, np.where(active, before, 0.0))
        grads["b1"] = grads["b1"] + down
        grads["W1"] = grads["W1"] + np.outer(down, x)
    return grads


def near(name, got, goal, hint=None):
    """Equal up to the rounding of float32."""
    scale = max(1.0, float(np.max(np.abs(goal), initial=0.0)))
    expect.close(name, got, goal, rtol=1e-5, atol=1e-5 * scale, hint=hint)


def whole(*expectations):
    """Try every expectation; one that fails takes the whole check's points."""
    try:
        expect.several(*expectations)
    except CheckFailed as failure:
        raise CheckFailed(*failure.findings) from None


def loss_of(model, X, y, reg=0.0):
    """The loss, if need be without its gradients."""
    failures = []
    for options in ({}, {"backward": False}):
        try:
            return model.loss(X, y, reg, **options)[0]
        except StudentError as error:
            failures.append(error)
            if error.kind not in ("not written", "exception"):
                break
    raise failures[0]


def loss_holds(model, params, X, y, reg=0.0, what="loss"):
    """The loss is right, or it is right for the student's own scores."""
    got = loss_of(model, X, y, reg)
    right = scores_oracle(params, X)
    try:
        near(what, got, loss_oracle(params, right, y, reg))
    except CheckFailed:
        own = model.loss(X)
        if not isinstance(own, np.ndarray) or own.shape != right.shape or own.dtype.kind != "f":
            raise
        if np.allclose(own, right, 1e-5, 1e-6) or np.ptp(own) == 0 or not np.isfinite(own).all():
            raise
        near(what, got, loss_oracle(params, own.astype(float), y, reg))


def gradients_of(student, result):
    """The dictionary that came with the loss, by value, with a gradient for each parameter."""
    _, grads = result
    expect.true(
        not isinstance(grads, tuple | list), "should be a dictionary.", what="the gradients", got=grads
    )
    grads = student.function("lambda grads: dict(grads)")(grads)
    for name in NAMES:
        expect.true(name in grads, "has no gradient.", what=name, got=sorted(grads))
    return grads


def gradient_holds(model, name, got, params, X, y, reg, rng, what=""):
    """A gradient is right, or it is that of the student's own loss where that one is another."""
    title = f"the gradient of {name}{what}"
    right = loss_oracle(params, scores_oracle(params, X), y, reg)
    goal = gradient_oracle(params, X, y, reg)[name]
    options = {"variable": name, "rng": rng, "batch_size": len(X), "reg": reg}

    def own_loss(value):
        model.params = {key: np.array(value if key == name else params[key]) for key in NAMES}
        return loss_of(model, X, y, reg)

    try:
        near(title, got, goal)
    except CheckFailed:
        mine = float(np.asarray(own_loss(params[name])))
        if np.isclose(mine, right, 1e-5, 1e-6) or not np.isfinite(mine):
            expect.gradient(
                title, lambda value: oracle_at(params, X, y, reg, name, value), params[name], got, **options
            )
            raise
        if mine == float(np.asarray(own_loss(1 - 2 * params[name]))):
            raise
        expect.gradient(title, own_loss, params[name], got, **options)


def oracle_at(params, X, y, reg, name, value):
    """The right loss with one parameter changed."""
    changed = {**params, name: value}
    return loss_oracle(changed, scores_oracle(changed, X), y, reg)


def gradients_hold(student, rng, params, X, y, reg, count, what=""):
    """All four gradients."""
    model = network(student, params)
    grads = gradients_of(student, model.loss(X, y, reg))
    count(
        *(
            lambda name=name: gradient_holds(model, name, grads[name], params, X, y, reg, rng, what)
            for name in NAMES
        )
    )


@check("neural_net.scores", weight=2.5, hint=ORDER)
def scores_of_random_networks(student, rng):
    """Random networks"""
    for sizes in ((9, 6, 7, 5), (20, 12, 30, 10)):
        params, X, _ = problem(rng, *sizes)
        near("the scores", network(student, params).loss(X), scores_oracle(params, X))


@check("neural_net.scores", weight=1, hint=SIZES)
def scores_of_odd_sizes(student, rng):
    """Unusual sizes"""
    for name, (params, X, _) in odd_sizes(rng):
        near(f"the scores, {name}", network(student, params).loss(X), scores_oracle(params, X))


@check("neural_net.scores", side=True, weight=1, hint=PURE)
def scores_look_only(student, rng):
    """Scores are computed without changing anything, in the precision of the input"""
    params, X, _ = problem(rng)
    model = network(student, params)
    scores = expect.unchanged(student, lambda X: model.loss(X), PURE, X=X)
    after = dict(model.params)
    for name in NAMES:
        expect.close(f"{name} afterwards", after[name], params[name])
    expect.close("the scores of a second call", model.loss(X), scores)
    single = network(student, params, np.float32).loss(X.astype(np.float32))
    expect.array("the scores when all is float32", single, scores.shape, np.float32, hint=KEEP)


@check("neural_net.scores", weight=1, hint=AGAIN)
def scores_again(student, rng):
    """Other examples and other parameters, with the same network"""
    params, X, _ = problem(rng)
    model = network(student, params)
    model.loss(X)
    near("the scores of other examples", model.loss(X[::-1][:5]), scores_oracle(params, X[::-1][:5]))
    params = problem(rng)[0]
    model.params = {name: np.array(params[name]) for name in NAMES}
    near("the scores with other parameters", model.loss(X), scores_oracle(params, X))


@check("neural_net.loss", weight=2, after=SCORES, hint=MEAN)
def loss_of_random_networks(student, rng):
    """Random networks"""
    for sizes in ((9, 6, 7, 5), (20, 12, 30, 10)):
        params, X, y = problem(rng, *sizes)
        loss_holds(network(student, params), params, X, y)


@check("neural_net.loss", weight=2.5, after=SCORES, hint=PENALTY)
def loss_with_penalty(student, rng):
    """Random networks with regularization"""
    params, X, y = problem(rng)
    for reg in (0.03, 4.0):
        loss_holds(network(student, params), params, X, y, reg, f"loss at reg = {reg}")


@check("neural_net.loss", weight=1, after=SCORES, hint=SIZES)
def loss_of_odd_sizes(student, rng):
    """Unusual sizes"""
    for name, (params, X, y) in odd_sizes(rng):
        loss_holds(network(student, params), params, X, y, 0.0, f"loss, {name}")


@check("neural_net.loss", weight=2.5, after=SCORES, hint=SHIFT)
def loss_of_extreme_scores(student, rng):
    """Scores of up to 10,000"""
    params, X, y = extreme(rng)
    loss_holds(network(student, params), params, X, y)
    params = {**params, "W2": 1e-3 * params["W2"], "b2": params["b2"] - 1e4}
    goal = loss_oracle(params, scores_oracle(params, X), y)
    model = network(student, params)
    try:
        expect.number("loss, all scores near -10,000", loss_of(model, X, y), goal, atol=5e-3)
    except CheckFailed:
        loss_holds(model, params, X, y, what="loss, all scores near -10,000")


@check("neural_net.loss", side=True, weight=1, after=SCORES, hint=PURE)
def loss_looks_only(student, rng):
    """The loss is one number, and changes neither its arguments nor the parameters"""
    params, X, y = problem(rng)
    model = network(student, params)
    first = expect.unchanged(student, lambda X, y: loss_of(model, X, y, 0.5), PURE, X=X, y=y)
    after = dict(model.params)
    for name in NAMES:
        expect.close(f"{name} afterwards", after[name], params[name])
    expect.number("loss of a second call", loss_of(model, X, y, 0.5), first)


@check("neural_net.gradients", weight=3, after=LOSS, hint=BACK)
def gradients_of_random_networks(student, rng):
    """Random networks"""
    for sizes in ((9, 6, 7, 5), (16, 5, 8, 3)):
        gradients_hold(student, rng, *problem(rng, *sizes), 0.0, whole)


@check("neural_net.gradients", weight=4, after=LOSS, hint=REG_GRADIENT)
def gradients_with_penalty(student, rng):
    """Random networks with regularization"""
    gradients_hold(student, rng, *problem(rng), 1.7, whole)


@check("neural_net.loss", weight=1, after=SCORES, hint=AGAIN)
def loss_again(student, rng):
    """Other labels and other examples of the same shape, with the same network"""
    params, X, y = problem(rng)
    model = network(student, params)
    loss_of(model, X, y, 0.3)
    for examples, labels in ((X, (y + 1) % 5), (X[::-1] - 1, (y + 2) % 5)):
        loss_holds(model, params, examples, labels, 0.3)


@check("neural_net.gradients", weight=2, after=LOSS, hint=SIZES)
def gradients_of_odd_sizes(student, rng):
    """Unusual sizes, and units that are never active"""
    for name, (params, X, y) in odd_sizes(rng):
        gradients_hold(student, rng, params, X, y, 0.2, whole, f", {name}")
    params, X, y = problem(rng)
    params["b1"][::2] = -60.0
    gradients_hold(student, rng, params, X, y, 0.2, whole, ", where units are never active")


@check("neural_net.gradients", weight=3, after=LOSS, hint=SHIFT)
def gradients_of_extreme_scores(student, rng):
    """Scores of up to 10,000"""
    params, X, y = extreme(rng)
    grads = gradients_of(student, network(student, params).loss(X, y))
    for name, goal in gradient_oracle(params, X, y).items():
        expect.array(f"the gradient of {name}", grads[name], goal.shape, "float")
    gradients_hold(student, rng, params, X, y, 0.0, whole)


@check("neural_net.gradients", side=True, weight=3, after=LOSS, hint=PURE)
def gradients_look_only(student, rng):
    """Arguments and parameters stay as they are, and so do gradients that were returned"""
    params, X, y = problem(rng)
    model = network(student, params)
    result = expect.unchanged(student, lambda X, y: model.loss(X, y, 0.5), PURE, X=X, y=y)
    first = {name: np.array(value) for name, value in gradients_of(student, result).items()}
    after = dict(model.params)
    for name in NAMES:
        expect.close(f"{name} afterwards", after[name], params[name], hint=PURE)
    again = gradients_of(student, model.loss(X, y, 0.5))
    for name in NAMES:
        expect.close(f"the gradient of {name} at a second call", again[name], first[name], hint=AGAIN)
    model.loss(-X, y, 0.5)
    returned = gradients_of(student, result)
    for name in NAMES:
        what = f"the gradient of {name} of the first call, after another call"
        expect.close(what, returned[name], first[name], hint=OWN)


@check("neural_net.gradients", weight=1, after=LOSS, hint=AGAIN)
def gradients_again(student, rng):
    """Other labels, other examples and other parameters, with the same network"""
    params, X, y = problem(rng)
    model = network(student, params)
    model.loss(X, y)
    cases = (params, X, (y + 1) % 5), (params, X[:4], y[:4]), (problem(rng)[0], X[::-1], y[::-1])
    for one, examples, labels in cases:
        model.params = {name: np.array(one[name]) for name in NAMES}
        grads = gradients_of(student, model.loss(examples, labels))
        for name in NAMES:
            gradient_holds(model, name, grads[name], one, examples, labels, 0.0, rng)


@check("neural_net.gradients", side=True, weight=1, after=LOSS, hint=KEEP)
def gradients_float32(student, rng):
    """float32 stays float32"""
    params, X, y = problem(rng)
    model = network(student, params, np.float32)
    for name, got in gradients_of(student, model.loss(X.astype(np.float32), y, 0.4)).items():
        if name in params:
            expect.array(f"the gradient of {name}", got, params[name].shape, np.float32, hint=KEEP)


@check("neural_net.gradients", gate=True, side=True, weight=0.01, seconds=8, after=LOSS, hint=COST)
def gradients_are_derived(student, rng):
    """The gradients are derived, not measured: 200,000 weights"""

    def right(N, D, H, C):
        params, X, y = problem(rng, N, D, H, C)
        try:
            model = network(student, params)
            grads = gradients_of(student, model.loss(X, y, 0.1))
            for name, goal in gradient_oracle(params, X, y, 0.1).items():
                near(name, grads[name], goal)
        except CheckFailed:
            return False
        except StudentError as error:
            if error.kind in ("exception", "not written"):
                return False
            raise
        return True

    few = [right(2, 3, 4, 3), right(3, 5, 2, 4)]
    many = right(2, 20_000, 10, 3) and right(2, 2, 20_000, 10)
    expect.true(many or not all(few), "are right for few weights only.", what="the gradients")


def growth(student, rng, kind):
    """By how many steps of Python a call grows with the numbers of examples, units and classes."""
    opcodes, counts = student.function(OPCODES), []
    for sizes in ((8, 5, 4, 3), (500, 5, 400, 300)):
        params, X, y = problem(rng, *sizes)
        model = network(student, params)
        try:
            counts.append(opcodes(model.loss, *((X,), (X, y, 0.1, False), (X, y, 0.1))[kind]))
        finally:
            student.function("lambda: __import__('sys').settrace(None)")()
    return counts[1] - counts[0]


def no_loops(student, rng, kind, what):
    """What this part adds to the parts before it does not grow."""
    grown = growth(student, rng, kind)
    before = 0
    if kind and grown >= 800:
        try:
            before = growth(student, rng, kind - 1)
        except StudentError as error:
            if error.kind not in ("exception", "not written"):
                raise
    expect.true(grown - before < 800, "takes examples, units or classes one by one in Python.", what=what)


@check("neural_net.scores", side=True, weight=2, seconds=8, hint=LOOPS)
def scores_without_loops(student, rng):
    """No Python loop over examples, units or classes"""
    no_loops(student, rng, 0, "the scores")


@check("neural_net.loss", side=True, weight=3, seconds=8, after=SCORES, hint=LOOPS)
def loss_without_loops(student, rng):
    """No Python loop over examples, units or classes"""
    no_loops(student, rng, 1, "the loss")


@check("neural_net.gradients", side=True, weight=6, seconds=8, after=LOSS, hint=LOOPS)
def gradients_without_loops(student, rng):
    """No Python loop over examples, units or classes"""
    no_loops(student, rng, 2, "the gradients")


def labels_hold(what, model, got, params, X):
    """Labels of the largest scores: the right ones or the student's own."""
    got = np.array(got) if isinstance(got, list) else got
    if isinstance(got, np.ndarray) and got.dtype.kind == "f" and np.array_equal(got, np.rint(got)):
        got = got.astype(np.int64)  # that they are integers is a check of its own
    scores = scores_oracle(params, X)
    try:
        expect.labels(what, got, scores.argmax(axis=1))
    except CheckFailed:
        own = model.loss(X)
        if not isinstance(own, np.ndarray) or own.shape != scores.shape or np.ptp(own) == 0:
            raise
        expect.labels(what, got, own.argmax(axis=1))


@check(
    "neural_net.predict", weight=2, after=SCORES, hint="Labels are whole numbers 0 ... C-1, one for each row."
)
def predictions(student, rng):
    """Random networks"""
    for sizes in ((25, 6, 8, 5), (1, 3, 4, 2), (4, 4, 4, 4)):
        params, X, _ = problem(rng, *sizes)
        model = network(student, params)
        labels_hold("labels", model, model.predict(X), params, X)
        others = rng.standard_normal(X.shape)
        labels_hold("labels of other examples", model, model.predict(others), params, others)


@check("neural_net.predict", after=SCORES, hint="The largest score wins, whatever its size.")
def predictions_of_extreme_scores(student, rng):
    """Scores of up to 10,000"""
    params, X, _ = extreme(rng)
    model = network(student, params)
    labels_hold("labels", model, expect.unchanged(student, lambda X: model.predict(X), X=X), params, X)
