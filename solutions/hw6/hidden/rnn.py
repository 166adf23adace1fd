"""Hidden checks of one step, of whole runs, and of clipping, against sums written out."""

import numpy as np

from labkit.checks import CheckFailed, StudentError, check, expect

STEP = "Rows are examples: each of the products gives (N, H). Is the bias in, and is it all under one tanh?"
DZ = "The slope of tanh at z is 1 − h². Which gradient needs the old state, which the input?"
ORDER = "What does step t read, and what does it leave behind? Is h0 used?"
TIME = "A state matters through its own output and through all later ones."
OWN = "Everything backward needs is in its own cache."
CLIP = "The length is that of all arrays together. By how much is each of them scaled?"
GRADS = ("dx", "dh0", "dWx", "dWh", "db")
SIZES = ((3, 4, 2, 5), (1, 1, 3, 2), (2, 6, 4, 1), (4, 3, 1, 3))  # N, T, D, H


def parts(result, count, names):
    """The values that a function returned, which should be so many."""
    return expect.items("what is returned", result, count, "things", f"They are {names}.")


def run(rng, N, T, D, H):
    """Inputs of a whole run, in the order of the arguments."""
    return {
        "x": rng.standard_normal((N, T, D)),
        "h0": rng.standard_normal((N, H)),
        "Wx": rng.standard_normal((H, D)),
        "Wh": rng.standard_normal((H, H)) / np.sqrt(H),
        "b": rng.standard_normal(H),
    }


def step_of(inputs):
    """The inputs of one step."""
    first = {"x": inputs["x"][:, 0], "prev_h": inputs["h0"]}
    return {**first, **{name: inputs[name] for name in ("Wx", "Wh", "b")}}


def true_states(x, h0, Wx, Wh, b):
    """Oracle: sequence by sequence, with tanh from exponentials."""
    out = np.zeros((*x.shape[:2], len(b)))
    for n in range(len(x)):
        h = h0[n]
        for t in range(x.shape[1]):
            z = np.concatenate([Wx, Wh], axis=1) @ np.concatenate([x[n, t], h]) + b
            h = out[n, t] = 1 - 2 / (np.exp(2 * z) + 1)
    return out


def true_gradients(x, h0, Wx, Wh, b, upstream):
    """Oracle: the gradient of every pair of a step and a later output, added up one by one."""
    h = np.concatenate([h0[:, None], true_states(x, h0, Wx, Wh, b)], axis=1)  # (N, T + 1, H)
    N, T, _ = x.shape
    dz = np.zeros_like(h)  # dz[:, t] belongs to step t, counted from 1
    dh0 = np.zeros_like(h0)
    for n in range(N):
        for end in range(1, T + 1):
            flow = upstream[n, end - 1]
            for t in range(end, 0, -1):
                pull = flow * (1 - h[n, t] ** 2)
                dz[n, t] += pull
                flow = pull @ Wh
            dh0[n] += flow
    return (
        np.einsum("nth,hd->ntd", dz[:, 1:], Wx),
        dh0,
        np.einsum("nth,ntd->hd", dz[:, 1:], x),
        np.einsum("nth,ntk->hk", dz[:, 1:], h[:, :-1]),
        dz.sum(axis=(0, 1)),
    )


@check("rnn.step_forward", weight=3, hint=STEP)
def step_values(student, rng):
    """Steps of several sizes"""
    for N, _, D, H in SIZES:
        inputs = run(rng, N, 1, D, H)
        got = parts(student.rnn.rnn_step_forward(**step_of(inputs)), 2, "next_h and the cache")[0]
        expect.close(f"next_h (N = {N}, D = {D}, H = {H})", got, true_states(**inputs)[:, 0])


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


@check("rnn.step_backward", weight=4, after="rnn.step_forward", hint=DZ)
def step_gradients(student, rng):
    """All five gradients, at several sizes, of a large upstream"""
    for N, _, D, H in SIZES:
        inputs, upstream = run(rng, N, 1, D, H), 100 * rng.standard_normal((N, H))
        cache = parts(student.rnn.rnn_step_forward(**step_of(inputs)), 2, "next_h and the cache")[1]
        names = ("dx", "dprev_h", "dWx", "dWh", "db")
        got = parts(student.rnn.rnn_step_backward(upstream, cache), 5, ", ".join(names))
        goals = list(true_gradients(**inputs, upstream=upstream[:, None]))
        goals[0] = goals[0][:, 0]
        truth = tuple(zip(names, got, goals, strict=True))
        true_or_own(
            got,
            lambda truth=truth: expect.several(*(lambda one=one: expect.close(*one) for one in truth)),
            lambda: step_values(student, rng),
            lambda inputs=inputs: expect.layer(
                student.rnn.rnn_step_forward, student.rnn.rnn_step_backward, rng, **step_of(inputs)
            ),
        )


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


@check("rnn.step_backward", weight=1, side=True, after="rnn.step_forward", hint=OWN)
def steps_in_flight(student, rng):
    """Two steps forward, then each of them back"""
    inputs = [tuple(step_of(run(rng, 4, 1, 3, 5)).values()) for _ in range(2)]
    names = ("dx", "dprev_h", "dWx", "dWh", "db")
    in_flight(
        lambda *one: parts(student.rnn.rnn_step_forward(*one), 2, "next_h and the cache"),
        lambda upstream, cache: parts(student.rnn.rnn_step_backward(upstream, cache), 5, ", ".join(names)),
        inputs,
        rng.standard_normal((4, 5)),
        names,
    )


def own_states(student, inputs):
    """The states of the student's own steps in turn, where these move; None where they cannot be used."""
    h, states, weights = inputs["h0"], [], [inputs[name] for name in ("Wx", "Wh", "b")]
    try:
        for t in range(inputs["x"].shape[1]):
            h = parts(
                student.rnn.rnn_step_forward(inputs["x"][:, t], h, *weights), 2, "next_h and the cache"
            )[0]
            states.append(np.asarray(expect.array("next_h", h, inputs["h0"].shape, "float")))
    except (StudentError, CheckFailed):
        return None
    return np.stack(states, axis=1) if np.ptp(states[0]) > 0 else None


def own_gradients(student, inputs, upstream):
    """The student's own steps and their gradients, added up; None where they cannot be used."""
    h, caches, weights = inputs["h0"], [], [inputs[name] for name in ("Wx", "Wh", "b")]
    flow, dx, total = np.zeros_like(h), np.zeros_like(inputs["x"]), [np.zeros_like(w) for w in weights]
    try:
        for t in range(upstream.shape[1]):
            h, cache = parts(
                student.rnn.rnn_step_forward(inputs["x"][:, t], h, *weights), 2, "next_h and the cache"
            )
            caches.append(cache)
        for t in reversed(range(upstream.shape[1])):
            grads = parts(
                student.rnn.rnn_step_backward(upstream[:, t] + flow, caches[t]), 5, "five gradients"
            )
            shapes = [dx[:, t].shape, flow.shape, *(w.shape for w in weights)]
            for grad, shape in zip(grads, shapes, strict=True):
                if not np.abs(expect.array("gradient", grad, shape, "float")).max() > 0:
                    return None
            dx[:, t], flow = grads[0], np.asarray(grads[1])
            total = [one + np.asarray(grad) for one, grad in zip(total, grads[2:], strict=True)]
    except (StudentError, CheckFailed):
        return None
    return dx, flow, *total


def either(what, got, truth, own):
    """Equal to the truth, or to what the student's own parts give."""
    try:
        expect.close(what, got, truth)
    except CheckFailed:
        if own is None:
            raise
        expect.close(what, got, own)


@check("rnn.forward", weight=3, after="rnn.step_forward", hint=ORDER)
def run_values(student, rng):
    """Runs of several lengths and sizes"""
    for sizes in SIZES:
        inputs = run(rng, *sizes)
        got = parts(student.rnn.rnn_forward(**inputs), 2, "h and the cache")[0]
        either(f"h (N, T, D, H = {sizes})", got, true_states(**inputs), own_states(student, inputs))


@check("rnn.forward", weight=0.4, side=True, hint="Start from h0 as it is, and make new arrays.")
def run_leaves_alone(student, rng):
    """The arguments stay as they are, and a second run is like the first"""
    inputs = run(rng, 2, 3, 4, 5)
    first = parts(expect.unchanged(student, student.rnn.rnn_forward, **inputs), 2, "h and the cache")[0]
    expect.array("h", first, (2, 3, 5), "float")
    again = parts(student.rnn.rnn_forward(**inputs), 2, "h and the cache")[0]
    expect.close("h of a second run", again, first)


def judged_run(student, rng, inputs, upstream, got):
    """Gradients of a run: true, or true to the student's own steps, or to a forward run that is wrong."""
    truth, own = true_gradients(**inputs, upstream=upstream), own_gradients(student, inputs, upstream)
    known = tuple(zip(GRADS, got, truth, own or (None,) * 5, strict=True))
    true_or_own(
        got,
        lambda: expect.several(*(lambda one=one: either(*one) for one in known)),
        lambda: run_values(student, rng),
        lambda: expect.layer(student.rnn.rnn_forward, student.rnn.rnn_backward, rng, **inputs),
    )


@check("rnn.backward", weight=4, after=("rnn.forward", "rnn.step_backward"), hint=TIME)
def run_gradients(student, rng):
    """All five gradients, for runs of several lengths and sizes"""
    for sizes in SIZES:
        inputs = run(rng, *sizes)
        upstream = rng.standard_normal((sizes[0], sizes[1], sizes[3]))
        cache = parts(student.rnn.rnn_forward(**inputs), 2, "h and the cache")[1]
        got = parts(student.rnn.rnn_backward(upstream, cache), 5, ", ".join(GRADS))
        judged_run(student, rng, inputs, upstream, got)


@check(
    "rnn.backward",
    weight=1,
    after=("rnn.forward", "rnn.step_backward"),
    hint="Only the last state matters: what reaches the first input? A large gradient is passed on whole.",
)
def only_the_end(student, rng):
    """A large gradient at the last state alone reaches all steps"""
    inputs, upstream = run(rng, 2, 5, 3, 4), np.zeros((2, 5, 4))
    upstream[:, -1] = 100 * rng.standard_normal((2, 4))
    cache = parts(student.rnn.rnn_forward(**inputs), 2, "h and the cache")[1]
    got = parts(student.rnn.rnn_backward(upstream, cache), 5, ", ".join(GRADS))
    judged_run(student, rng, inputs, upstream, got)


@check("rnn.backward", weight=1, side=True, after=("rnn.forward", "rnn.step_backward"), hint=OWN)
def runs_in_flight(student, rng):
    """Two runs forward, then each of them back"""
    in_flight(
        lambda *one: parts(student.rnn.rnn_forward(*one), 2, "h and the cache"),
        lambda upstream, cache: parts(student.rnn.rnn_backward(upstream, cache), 5, ", ".join(GRADS)),
        [tuple(run(rng, 2, 3, 4, 5).values()) for _ in range(2)],
        rng.standard_normal((2, 3, 5)),
        GRADS,
    )


@check(
    "rnn.backward",
    weight=0.5,
    side=True,
    after=("rnn.forward", "rnn.step_backward"),
    hint="From the last step to the first, however many there are: what has reached step 5 of 60?",
)
def a_long_run(student, rng):
    """A gradient at the last of 60 states reaches the first input"""
    # The states stay small, where the slope of tanh is nearly 1, and every step back multiplies by 0.97.
    inputs = {
        "x": 1e-3 * rng.standard_normal((1, 60, 3)),
        "h0": 1e-3 * rng.standard_normal((1, 2)),
        "Wx": rng.standard_normal((2, 3)),
        "Wh": 0.97 * np.array([[0.6, -0.8], [0.8, 0.6]]),
        "b": np.zeros(2),
    }
    upstream = np.zeros((1, 60, 2))
    upstream[:, -1] = rng.uniform(1, 2, 2)
    cache = parts(student.rnn.rnn_forward(**inputs), 2, "h and the cache")[1]
    got = parts(student.rnn.rnn_backward(upstream, cache), 5, ", ".join(GRADS))
    judged_run(student, rng, inputs, upstream, got)


@check("rnn.clip_gradients", weight=3, hint=CLIP)
def clipped(student, rng):
    """Several arrays of several shapes, too long, just too long and short enough"""
    grads = {
        "W": rng.standard_normal((3, 4)),
        "b": 40 * rng.standard_normal(3),
        "U": rng.standard_normal((2, 1, 5)),
    }
    length = np.linalg.norm(np.concatenate([grad.ravel() for grad in grads.values()]))
    for factor in (0.3, 0.999, 1.001, 2.5, 1e6):
        got = student.rnn.clip_gradients(grads, float(length / factor))
        expect.true(set(got) == set(grads), "should have the same names.", what="the dictionary")
        for name, grad in grads.items():
            expect.close(f"{name}, {factor:g} times the largest length", got[name], grad / max(factor, 1))


@check("rnn.clip_gradients", weight=0.4, side=True, hint="Who divides by the length of zeros?")
def clipped_zeros(student, rng):
    """Zeros among others stay zeros, all zeros as well; float32 is no problem"""
    grads = {"W": np.zeros((2, 2), np.float32), "b": np.array([6.0, 8.0], np.float32)}
    got = student.rnn.clip_gradients(grads, 5.0)
    expect.close("zeros", got["W"], np.zeros((2, 2)), dtype="float")
    expect.close("the others", got["b"], [3.0, 4.0], 1e-5)
    expect.close("zeros alone", student.rnn.clip_gradients({"b": np.zeros(3)}, 0.5)["b"], np.zeros(3))
