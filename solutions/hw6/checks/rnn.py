"""Checks of nndl/rnn.py: worked numbers, properties, gradient checks."""

import numpy as np

from labkit.checks import CheckFailed, StudentError, check, expect

STEP = "Two products and a bias under one tanh. W is (out, in): which of the factors is transposed?"
DZ = "dz = upstream times the slope of tanh, which you know from its output. Then five products or sums."
ORDER = (
    "Step t reads x[:, t] and the state that step t − 1 left behind. Where does the first state come from?"
)
TIME = "A state is used twice: by its own output, and by the next step. Both gradients go into the step's backward."
SHARED = "The parameters serve at every step: their gradients are sums over the steps."
CLIP = "One length for all arrays together, and one factor for all of them."
WARM = "Divide the scores by the temperature; then an ordinary, stable softmax over the last axis."
TEXT = (
    "One-hot rows, rnn_forward from a state of zeros, scores for every step, and a mean over all N T letters."
)
WRITE = "What is drawn is what is read next, and the state goes on. Where does chance come from?"
NAMES = ("Wx", "Wh", "b", "Wy", "by")


def parts(result, count, names):
    """The values that a function returned, which should be so many."""
    return expect.items("what is returned", result, count, "things", f"They are {names}.")


def unless(earlier, attempt):
    """A failure that comes from an earlier function takes no points here: they are taken there."""
    try:
        attempt()
    except CheckFailed as failure:
        try:
            earlier()
        except (CheckFailed, StudentError, TypeError, ValueError):
            raise CheckFailed(*failure.findings, credit=1.0) from None
        raise


def weights(rng, D=3, H=4):
    """Parameters of a small network."""
    return {
        "Wx": rng.standard_normal((H, D)),
        "Wh": 0.6 * rng.standard_normal((H, H)),
        "b": rng.standard_normal(H),
    }


@check("rnn.step_forward", hint=STEP)
def step_by_hand(student, rng):
    """Two inputs, two units: tanh of 0 and of ½ log 3 is 0 and ½"""
    half = 0.5 * np.log(3)
    x, h = np.array([[1.0, 2.0, 0.0]]), np.array([[half, 1.0]])
    Wx, Wh, b = (
        np.array([[0.0, 1.0, 7.0], [1.0, 0.0, 7.0]]),
        np.array([[0.0, -1.0], [1.0, 0.0]]),
        np.array([-1.0, -1.0]),
    )
    got, _ = parts(student.rnn.rnn_step_forward(x, h, Wx, Wh, b), 2, "next_h and the cache")
    expect.close("next_h", got, [[0.0, 0.5]])


@check("rnn.step_forward", weight=0.5, side=True)
def step_leaves_alone(student, rng):
    """The arguments stay as they are, and float32 stays float32"""
    inputs = {"x": rng.standard_normal((5, 3)), "prev_h": rng.standard_normal((5, 4)), **weights(rng)}
    inputs = {name: value.astype(np.float32) for name, value in inputs.items()}
    got, _ = parts(
        expect.unchanged(student, student.rnn.rnn_step_forward, **inputs), 2, "next_h and the cache"
    )
    expect.array("next_h", got, (5, 4), np.float32)


@check("rnn.step_backward", weight=2, after="rnn.step_forward", hint=DZ)
def step_gradients(student, rng):
    """All five gradients agree with finite differences"""
    functions = student.rnn.rnn_step_forward, student.rnn.rnn_step_backward
    inputs = {"x": rng.standard_normal((5, 3)), "prev_h": rng.standard_normal((5, 4)), **weights(rng)}
    next_h, _ = parts(functions[0](**inputs), 2, "next_h and the cache")
    expect.true(np.ptp(next_h) > 1e-6, "is the same everywhere.", what="next_h")
    expect.layer(*functions, rng, hint=DZ, **inputs)


@check("rnn.step_backward", weight=0.3, side=True, after="rnn.step_forward")
def step_upstream_stays(student, rng):
    """The upstream gradient stays as it is, and float32 stays float32"""
    inputs = {"x": rng.standard_normal((2, 3)), "prev_h": rng.standard_normal((2, 4)), **weights(rng)}
    inputs = {name: value.astype(np.float32) for name, value in inputs.items()}
    _, cache = parts(student.rnn.rnn_step_forward(**inputs), 2, "next_h and the cache")

    def backward(upstream):
        return student.rnn.rnn_step_backward(upstream, cache)

    grads = expect.unchanged(student, backward, upstream=rng.standard_normal((2, 4)).astype(np.float32))
    names = ("dx", "dprev_h", "dWx", "dWh", "db")
    for name, got, like in zip(names, parts(grads, 5, ", ".join(names)), inputs.values(), strict=True):
        expect.array(name, got, like.shape, np.float32)


def run(rng, N=3, T=5):
    """Inputs of a whole run."""
    return {"x": rng.standard_normal((N, T, 3)), "h0": rng.standard_normal((N, 4)), **weights(rng)}


def steps_hold(student, rng):
    """One step does what it should, forward and backward."""
    step_by_hand(student, rng)
    step_gradients(student, rng)


def runs_hold(student, rng):
    """Steps and whole runs do what they should, forward and backward."""
    steps_hold(student, rng)
    steps_in_turn(student, rng)
    time_gradients(student, rng)


@check("rnn.forward", weight=1, after="rnn.step_forward", hint=ORDER)
def memory_of_three_steps(student, rng):
    """One unit that halves its state in every step, for small numbers (tanh z ≈ z)"""
    x = 1e-5 * np.array([[[8.0], [0.0], [0.0], [4.0]]])
    one = np.ones((1, 1))
    h, _ = parts(
        student.rnn.rnn_forward(x, 1e-5 * 16 * one, one, 0.5 * one, np.zeros(1)), 2, "h and the cache"
    )
    h = expect.array("h", h, (1, 4, 1), "float")
    unless(
        lambda: step_by_hand(student, rng),
        lambda: expect.close("h, in units of 0.00001", h[0, :, 0] * 1e5, [16.0, 8.0, 4.0, 6.0], 1e-5),
    )


@check("rnn.forward", weight=1, after="rnn.step_forward", hint=ORDER)
def steps_in_turn(student, rng):
    """The same as your own steps, one after the other; what comes later changes nothing"""
    inputs = run(rng)
    h, _ = parts(student.rnn.rnn_forward(**inputs), 2, "h and the cache")
    h = expect.array("h", h, (3, 5, 4), "float")
    expect.true(np.ptp(h) > 1e-3, "are all the same.", what="states")
    own = inputs["h0"]
    for t in range(5):
        own, _ = parts(
            student.rnn.rnn_step_forward(inputs["x"][:, t], own, *weights_of(inputs)),
            2,
            "next_h and the cache",
        )
        expect.close(f"state after step {t + 1}", h[:, t], own)
    changed = inputs["x"].copy()
    changed[:, 3:] = 9.0
    later, _ = parts(student.rnn.rnn_forward(**{**inputs, "x": changed}), 2, "h and the cache")
    expect.close("the first three states, with other inputs later", np.asarray(later)[:, :3], h[:, :3])


def weights_of(inputs):
    return [inputs[name] for name in ("Wx", "Wh", "b")]


@check("rnn.backward", weight=1, after=("rnn.forward", "rnn.step_backward"), hint=TIME)
def time_gradients(student, rng):
    """All five gradients agree with finite differences, over five steps"""
    functions, inputs = (student.rnn.rnn_forward, student.rnn.rnn_backward), run(rng)

    def earlier():
        steps_hold(student, rng)
        steps_in_turn(student, rng)

    unless(earlier, lambda: expect.layer(*functions, rng, hint=TIME, **inputs))


@check("rnn.backward", weight=0.3, after=("rnn.forward", "rnn.step_backward"), hint=SHARED)
def one_step_run(student, rng):
    """A run of one step has the gradients of one step"""
    inputs, upstream = run(rng, T=1), rng.standard_normal((3, 1, 4))
    _, cache = parts(student.rnn.rnn_forward(**inputs), 2, "h and the cache")
    names = ("dx", "dh0", "dWx", "dWh", "db")
    got = parts(student.rnn.rnn_backward(upstream, cache), 5, ", ".join(names))
    _, cache = parts(
        student.rnn.rnn_step_forward(inputs["x"][:, 0], inputs["h0"], *weights_of(inputs)), 2, "next_h, cache"
    )
    own = parts(student.rnn.rnn_step_backward(upstream[:, 0], cache), 5, ", ".join(names))
    expect.array("dx", got[0], (3, 1, 3), "float")
    own[0] = np.asarray(own[0])[:, None]
    for name, one, other in zip(names, got, own, strict=True):
        expect.close(name, one, other)


@check("rnn.backward", weight=0.4, side=True, after=("rnn.forward", "rnn.step_backward"))
def time_upstream_stays(student, rng):
    """The upstream gradient stays as it is, and float32 stays float32"""
    inputs = {name: value.astype(np.float32) for name, value in run(rng).items()}
    h, cache = parts(student.rnn.rnn_forward(**inputs), 2, "h and the cache")
    expect.array("h", h, (3, 5, 4), np.float32)

    def backward(upstream):
        return student.rnn.rnn_backward(upstream, cache)

    grads = expect.unchanged(student, backward, upstream=rng.standard_normal((3, 5, 4)).astype(np.float32))
    names = ("dx", "dh0", "dWx", "dWh", "db")
    for name, got, like in zip(names, parts(grads, 5, ", ".join(names)), inputs.values(), strict=True):
        expect.array(name, got, like.shape, np.float32)


@check("rnn.clip_gradients", hint=CLIP)
def three_four(student, rng):
    """A 3 in one array and a 4 in another: together they are 5 long"""
    grads = {"a": np.array([[3.0, 0.0]]), "b": np.array([0.0, 0.0, 4.0])}
    got = student.rnn.clip_gradients(grads, 1.0)
    expect.true(set(got) == {"a", "b"}, "should have the names of the gradients.", what="the dictionary")
    expect.close("a", got["a"], [[0.6, 0.0]])
    expect.close("b", got["b"], [0.0, 0.0, 0.8])
    short = student.rnn.clip_gradients(grads, 7.0)
    expect.close("a, which is short enough", short["a"], grads["a"])
    expect.close("b, which is short enough", short["b"], grads["b"])


@check(
    "rnn.clip_gradients",
    weight=0.6,
    side=True,
    hint="Make new arrays and a new dictionary. What is the length of zeros?",
)
def clip_leaves_alone(student, rng):
    """The gradients that came in stay as they are, and zeros stay zeros"""
    first, second = student.keep(np.array([3.0, 4.0])), student.keep(np.array([12.0]))
    call = student.function("lambda clip, a, b: (lambda g: (clip(g, 2.0), g))({'a': a, 'b': b})")
    both = call(student.rnn.clip_gradients, first, second)
    expect.close("a, clipped", both[0]["a"], [6 / 13, 8 / 13])
    for name, kept, before in (("a", first, [3.0, 4.0]), ("b", second, [12.0])):
        expect.true(np.array_equal(student.value(kept), before), "was changed in place.", what=name)
        expect.close(f"{name} in the dictionary that came in", both[1][name], before)
    expect.close("zeros", student.rnn.clip_gradients({"a": np.zeros(3)}, 1.0)["a"], np.zeros(3))


@check("rnn.temperature_softmax", hint=WARM)
def powers(student, rng):
    """Scores log 1, log 2 and log 4 at temperatures 1, ½ and very high"""
    scores = np.log([1.0, 2.0, 4.0])
    soften = student.rnn.temperature_softmax
    expect.close("temperature 1", soften(scores, 1.0), np.array([1, 2, 4]) / 7)
    expect.close("temperature ½", soften(scores, 0.5), np.array([1, 4, 16]) / 21)
    expect.close("temperature 10⁹", soften(scores, 1e9), np.full(3, 1 / 3))


@check("rnn.temperature_softmax", weight=0.7, side=True, hint=WARM)
def every_shape(student, rng):
    """Rows of rows, and scores of 10,000"""
    scores = rng.standard_normal((2, 3, 4))
    p = expect.array(
        "p",
        expect.unchanged(student, lambda scores: student.rnn.temperature_softmax(scores, 0.7), scores=scores),
        (2, 3, 4),
    )
    expect.close("sums", np.asarray(p).sum(axis=-1), np.ones((2, 3)))
    expect.close("p of one row", p[1, 2], student.rnn.temperature_softmax(scores[1, 2], 0.7))
    expect.close(
        "scores of 10,000", student.rnn.temperature_softmax(np.array([1e4, -1e4, 1e4]), 0.1), [0.5, 0, 0.5]
    )


UNDER = ("rnn.forward", "rnn.backward")


def writer(student, rng, V=4, H=5):
    """A small model with parameters that are not what they start as."""
    net = student.rnn.CharRNN(V, H, rng=np.random.default_rng(int(rng.integers(1000))))
    params = {
        name: value + 0.4 * rng.standard_normal(value.shape) for name, value in dict(net.params).items()
    }
    net.params = params
    return net, params


@check("rnn.loss", weight=0.5, after="rnn.forward", hint=TEXT)
def loss_of_scores(student, rng):
    """The scores of a sequence do not depend on its neighbours or its future; the loss fits the scores"""
    net, _ = writer(student, rng)
    X, y = rng.integers(0, 4, (3, 6)), rng.integers(0, 4, (3, 6))
    scores = np.asarray(expect.array("scores", net.loss(X), (3, 6, 4), "float"), dtype=float)
    expect.true(np.ptp(scores) > 1e-3, "are all the same.", what="scores")
    alone = net.loss(X[1:2, :4])
    unless(
        lambda: steps_in_turn(student, rng),
        lambda: expect.close("scores of the beginning of one sequence", alone, scores[1:2, :4]),
    )
    loss, _ = parts(net.loss(X, y), 2, "loss and gradients")
    right = np.take_along_axis(scores, y[..., None], axis=2)[..., 0]
    expect.number("loss", loss, np.mean(np.log(np.exp(scores).sum(axis=2)) - right))


@check("rnn.loss", weight=1, after=UNDER, hint=TEXT)
def model_gradients(student, rng):
    """Every gradient agrees with finite differences"""
    net, params = writer(student, rng)
    X, y = rng.integers(0, 4, (3, 5)), rng.integers(0, 4, (3, 5))
    _, grads = parts(net.loss(X, y), 2, "loss and gradients")

    def compare(name):
        def loss(value):
            net.params = {**params, name: value}
            return net.loss(X, y)[0]

        expect.true(name in grads, "is missing.", what=f"gradient of {name}")
        expect.gradient(f"gradient of {name}", loss, params[name], grads[name], rng=rng)

    every = [lambda name=name: compare(name) for name in NAMES]
    unless(lambda: runs_hold(student, rng), lambda: expect.several(*every))


def drawn(student, net, first, length, temperature, seed):
    """Letters that the model draws, as an array."""
    generator = student.function("lambda seed: np.random.default_rng(seed)")(int(seed))
    return expect.array("letters", net.sample(first, length, temperature, generator), (length,), "integer")


@check("rnn.sample", weight=1, after=("rnn.step_forward", "rnn.temperature_softmax"), hint=WRITE)
def almost_frozen(student, rng):
    """Near temperature 0 every letter is the most likely one after those before it"""
    net, _ = writer(student, rng)
    letters = drawn(student, net, 2, 12, 1e-4, 5)
    read = np.concatenate([[2], letters[:-1]])
    expect.true(bool(np.isin(letters, range(4)).all()), "should be from 0 to 3.", what="letters", got=letters)

    def earlier():
        powers(student, rng)
        every_shape(student, rng)
        steps_in_turn(student, rng)
        loss_of_scores(student, rng)
        model_gradients(student, rng)

    def attempt():
        scores = expect.array("scores", net.loss(read[None]), (1, 12, 4), "float")
        expect.labels("letters", letters, np.asarray(scores)[0].argmax(axis=1))

    unless(earlier, attempt)


@check("rnn.sample", weight=0.5, side=True, hint=WRITE)
def chance_of_rng(student, rng):
    """The generator decides: the same state gives the same letters, another state others; all of them occur"""
    net, params = writer(student, rng)
    net.params = {**params, "Wy": 0.0 * params["Wy"], "by": 0.0 * params["by"]}
    first, again, other = (drawn(student, net, 0, 60, 1.0, seed) for seed in (1, 1, 2))
    expect.labels("letters from the same state of rng", again, first)
    expect.true(not np.array_equal(first, other), "do not depend on rng.", what="letters")
    expect.true(
        set(first.tolist()) == {0, 1, 2, 3}, "should all occur where their scores are equal.", what="letters"
    )
