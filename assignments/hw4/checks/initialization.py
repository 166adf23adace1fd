"""Checks of initialization.ipynb: worked numbers, properties, gradient checks.

What is random is measured on so many draws that a right answer stays within the bounds for every seed: they are at
least six standard deviations of the measurement wide.
"""

from itertools import pairwise

import numpy as np

from labkit.checks import CheckFailed, Finding, check, expect

FANS = "For filters both fans contain HH · WW; which of F and C belongs to which?"
RNG = "Draw everything from the argument rng, and make no generator of your own."
VARIANCE = "The docstring gives a variance. What does a draw of the generator have to be multiplied with?"
FLAT = "A uniform variable between −b and b has variance b² / 3. Is one end the negative of the other?"
TWICE = "lambda draw, seed, *arguments: [draw(*arguments, r) for r in [np.random.default_rng(seed)] for _ in 'ab']"
LAYERS = "Each layer takes the output of the one before it; the first one takes x."
CHAIN = "Through the nonlinearity first: dz. Then to the weights, and through them to the layer below."


def spread(what, weights, shape, variance, kurtosis=3.0, hint=VARIANCE):
    """Shape, floating-point numbers, mean zero, and this variance, as far as so many draws can tell."""
    weights = np.asarray(expect.array(what, weights, shape, "float"), dtype=np.float64)
    center = 6 * np.sqrt(variance / weights.size)
    expect.number(f"the mean of all {weights.size} {what}", weights.mean(), 0, 0, center)
    expect.number(
        f"the variance of all {weights.size} {what}",
        weights.var(),
        variance,
        rtol=6 * np.sqrt((kurtosis - 1) / weights.size),
        hint=hint,
    )


def from_rng(student, name, *arguments):
    """Two draws from one generator differ, the same state repeats both, and another state gives others."""
    draw = getattr(student.initialization, name)
    twice = student.function(TWICE)
    first, again, other = (
        [np.asarray(array) for array in twice(draw, seed, *arguments)] for seed in (1, 1, 2)
    )
    expect.true(
        not np.array_equal(first[0], first[1]),
        "are the same in two draws from one generator.",
        what="weights",
    )
    expect.true(
        all(np.array_equal(a, b) for a, b in zip(first, again, strict=True)),
        "are not the same from two generators in the same state.",
        what="weights",
    )
    expect.true(not np.array_equal(first[0], other[0]), "do not depend on rng.", what="weights")


def items(what, got, count):
    """The entries of a list, tuple or array that should have so many of them."""
    try:
        found = [got[place] for place in range(len(got))]
    except (TypeError, KeyError, IndexError):
        raise CheckFailed(Finding(what, "should be a sequence with one entry for each layer.")) from None
    expect.true(len(found) == count, f"has {len(found)} entries, but {count} were expected.", what=what)
    return found


def numbers(what, got, expected, **options):
    """One number for each layer, in an array, a list or a tuple."""
    expected = np.asarray(expected, dtype=np.float64)
    for layer, (one, goal) in enumerate(zip(items(what, got, len(expected)), expected, strict=True), 1):
        expect.number(f"{what} of layer {layer}", one, goal, **options)


def net(rng, sizes=(5, 7, 4, 3), N=6):
    """Random weights for layers of these sizes, and inputs; with ReLU, something of each input reaches the last layer.

    Where nothing does, all units of the last layer stand exactly at the kink, and no slope is right or wrong.
    """
    while True:
        weights = [rng.standard_normal((o, i)) / np.sqrt(i) for i, o in pairwise(sizes)]
        x = h = rng.standard_normal((N, sizes[0]))
        for W in weights[:-1]:
            h = np.maximum(h @ W.T, 0)
        if h.any(axis=1).all():
            return weights, x


@check("initialization.fans", hint=FANS)
def fans_of_a_layer(student, rng):
    """A layer from 5 to 3 units"""
    fan_in, fan_out = student.initialization.fans((3, 5))
    expect.number("fan_in", fan_in, 5)
    expect.number("fan_out", fan_out, 3)


@check("initialization.fans", hint=FANS)
def fans_of_image_filters(student, rng):
    """64 filters of 3 × 3 pixels over 3 channels take in 27 numbers"""
    expect.number("fan_in", student.initialization.fans((64, 3, 3, 3))[0], 27)


@check("initialization.fans", weight=0.5, side=True, hint=FANS)
def fans_of_single_pixels(student, rng):
    """Filters of a single pixel are a fully connected layer"""
    for pair in ((4, 7), (6, 2)):
        filters, layer = student.initialization.fans((*pair, 1, 1)), student.initialization.fans(pair)
        for name, one, other in zip(("fan_in", "fan_out"), filters, layer, strict=True):
            expect.number(f"{name} of {(*pair, 1, 1)}", one, other)


@check("initialization.small_normal", hint="rng.standard_normal draws with standard deviation 1.")
def small_spread(student, rng):
    """Mean 0, and the standard deviation that was asked for"""
    for std in (0.01, 2.5):
        weights = student.initialization.small_normal((150, 200), std, rng)
        spread("weights", weights, (150, 200), std**2, hint="std is not the variance.")


@check("initialization.small_normal", side=True, weight=1.5, hint=RNG)
def small_from_rng(student, rng):
    """The generator that was passed is the only source of chance"""
    from_rng(student, "small_normal", (4, 3), 0.1)


@check("initialization.xavier_normal", after="initialization.fans", hint=VARIANCE)
def xavier_normal_square(student, rng):
    """From 200 to 200 units: variance 0.005, standard deviation 0.0707"""
    spread("weights", student.initialization.xavier_normal((200, 200), rng), (200, 200), 0.005)


@check("initialization.xavier_normal", side=True, weight=1.5, hint=RNG)
def xavier_normal_from_rng(student, rng):
    """The generator that was passed is the only source of chance"""
    from_rng(student, "xavier_normal", (4, 3))


@check("initialization.xavier_uniform", after="initialization.fans", hint=FLAT)
def xavier_uniform_square(student, rng):
    """From 200 to 200 units: variance 0.005"""
    spread("weights", student.initialization.xavier_uniform((200, 200), rng), (200, 200), 0.005, 1.8, FLAT)


@check("initialization.xavier_uniform", weight=0.5, hint=FLAT)
def xavier_uniform_flat(student, rng):
    """The largest weight is √3 standard deviations from zero"""
    weights = expect.array(
        "weights", student.initialization.xavier_uniform((200, 200), rng), (200, 200), "float"
    )
    wide = np.asarray(weights, dtype=np.float64)
    largest = np.abs(wide).max() / np.sqrt(np.mean(wide**2))
    expect.number("the largest weight, in standard deviations", largest, np.sqrt(3), 0.03)


@check("initialization.xavier_uniform", side=True, weight=1.5, hint=RNG)
def xavier_uniform_from_rng(student, rng):
    """The generator that was passed is the only source of chance"""
    from_rng(student, "xavier_uniform", (4, 3))


@check("initialization.he_normal", after="initialization.fans", hint=VARIANCE)
def he_normal_square(student, rng):
    """From 200 to 200 units: variance 0.01, standard deviation 0.1"""
    spread("weights", student.initialization.he_normal((200, 200), rng), (200, 200), 0.01)


@check("initialization.he_normal", side=True, weight=1.5, hint=RNG)
def he_normal_from_rng(student, rng):
    """The generator that was passed is the only source of chance"""
    from_rng(student, "he_normal", (4, 3))


@check("initialization.activations", hint=LAYERS)
def three_outputs(student, rng):
    """Two inputs, three layers of one unit"""
    weights = [np.array([[2.0, -1.0]]), np.array([[3.0]]), np.array([[-0.5]])]
    x = np.array([[1.0, 1.0], [0.0, 4.0]])
    outputs = items("the list", student.initialization.activations(weights, x, "relu"), 3)
    for layer, (h, goal) in enumerate(zip(outputs, ([1, 0], [3, 0], [0, 0]), strict=True), 1):
        expect.close(f"h_{layer} with ReLU", h, np.array([goal], dtype=float).T)
    outputs = items("the list", student.initialization.activations(weights[:1], x, "tanh"), 1)
    expect.close("h_1 with tanh", outputs[0], np.tanh([[1.0], [-4.0]]))


@check("initialization.activations", side=True, hint=LAYERS)
def other_sizes(student, rng):
    """Layers of 7, 4 and 3 units: the shapes are (N, 7), (N, 4) and (N, 3)"""
    weights, x = net(rng)
    for f in ("relu", "tanh"):
        outputs = items("the list", student.initialization.activations(weights, x, f), 3)
        for layer, (h, units) in enumerate(zip(outputs, (7, 4, 3), strict=True), 1):
            expect.array(f"h_{layer}", h, (6, units), "float")


@check("initialization.activation_statistics", after="initialization.activations")
def statistics_by_hand(student, rng):
    """Outputs 1, 0, 3 and 0: mean 1, standard deviation √1.5"""
    x = np.array([[1.0, -5.0], [3.0, -2.0]])
    means, stds = student.initialization.activation_statistics([np.eye(2)], x, "relu")
    numbers("mean", means, [1.0])
    numbers("standard deviation", stds, [np.sqrt(1.5)])


@check("initialization.activation_statistics", after="initialization.activations")
def statistics_agree(student, rng):
    """The statistics are those of the outputs that `activations` returns"""
    weights, x = net(rng)
    outputs = items("what activations returns", student.initialization.activations(weights, x, "tanh"), 3)
    means, stds = student.initialization.activation_statistics(weights, x, "tanh")
    numbers("mean", means, [np.mean(h) for h in outputs], rtol=1e-5)
    numbers("standard deviation", stds, [np.std(h) for h in outputs], rtol=1e-5)


def flow(student, weights, x, upstream, nonlinearity):
    """dhs and dWs as two lists of arrays."""
    dhs, dWs = student.initialization.gradients(weights, x, upstream, nonlinearity)
    return items("dhs", dhs, len(weights)), items("dWs", dWs, len(weights))


@check("initialization.gradients", hint=CHAIN)
def one_path(student, rng):
    """Three layers of one unit: the chain rule by hand"""
    weights, x = [np.array([[2.0]]), np.array([[3.0]]), np.array([[0.5]])], np.array([[4.0]])
    dhs, dWs = flow(student, weights, x, np.array([[10.0]]), "relu")
    for layer, (dh, goal) in enumerate(zip(dhs, (15.0, 5.0, 10.0), strict=True), 1):
        expect.close(f"dh_{layer}", dh, [[goal]])
    for layer, (dW, goal) in enumerate(zip(dWs, (60.0, 40.0, 240.0), strict=True), 1):
        expect.close(f"dW_{layer}", dW, [[goal]])


@check("initialization.gradients", weight=2, after="initialization.activations", hint=CHAIN)
def slopes(student, rng):
    """Gradient check of the weights, ReLU and tanh"""

    def follow(nonlinearity):
        weights, x = net(rng)
        upstream = rng.standard_normal((6, 3))
        _, dWs = flow(student, weights, x, upstream, nonlinearity)

        def loss_at(W, layer):
            changed = [*weights[:layer], W, *weights[layer + 1 :]]
            return float(np.vdot(upstream, student.initialization.activations(changed, x, nonlinearity)[-1]))

        for layer, dW in enumerate(dWs):
            name = f"dW_{layer + 1}, {nonlinearity}"
            expect.gradient(name, lambda W, layer=layer: loss_at(W, layer), weights[layer], dW, rng=rng)

    expect.several(lambda: follow("relu"), lambda: follow("tanh"))


@check("initialization.gradients", after="initialization.activations", hint=CHAIN)
def slopes_of_outputs(student, rng):
    """Gradient check of the outputs, ReLU and tanh"""

    def follow(nonlinearity):
        weights, x = net(rng)
        upstream = rng.standard_normal((6, 3))
        dhs, _ = flow(student, weights, x, upstream, nonlinearity)
        hs = student.initialization.activations(weights, x, nonlinearity)

        def loss_at(h, layer):
            outputs = student.initialization.activations(weights[layer + 1 :], h, nonlinearity)
            return float(np.vdot(upstream, outputs[-1]))

        expect.close("dh_3", dhs[2], upstream)
        for layer in (0, 1):
            name = f"dh_{layer + 1}, {nonlinearity}"
            expect.gradient(name, lambda h, layer=layer: loss_at(h, layer), hs[layer], dhs[layer], rng=rng)

    expect.several(lambda: follow("relu"), lambda: follow("tanh"))


@check("initialization.gradient_statistics", after="initialization.gradients")
def gradient_statistics_agree(student, rng):
    """The statistics are those of the gradients that `gradients` returns"""
    weights, x = net(rng)
    upstream = rng.standard_normal((6, 3))
    dhs, dWs = flow(student, weights, x, upstream, "tanh")
    got = items("the result", student.initialization.gradient_statistics(weights, x, upstream, "tanh"), 4)
    expected = [[f(g) for g in grads] for grads in (dhs, dWs) for f in (np.mean, np.std)]
    for name, one, goal in zip(("dh_means", "dh_stds", "dW_means", "dW_stds"), got, expected, strict=True):
        numbers(name, one, goal, rtol=1e-5)


@check(
    "initialization.predicted_std",
    hint="How much larger is z_2 than z_1? What do the units of ReLU do to a mean square?",
)
def prediction_at_the_bottom(student, rng):
    """Layer 1 of 100 units with std 0.01: 0.1"""
    expect.number("predicted_std(1, 100, 0.01)", student.notebook.predicted_std(1, 100, 0.01), 0.1, rtol=1e-3)


@check(
    "initialization.predicted_std",
    hint="Does your number come out when you measure it? Which part of h² does ReLU leave?",
)
def prediction_measured(student, rng):
    """It agrees with what is measured at layer 4"""
    width, std, measured = 500, 0.06, []
    for _ in range(5):
        z = rng.standard_normal((200, width)) @ (std * rng.standard_normal((width, width)))
        for _ in range(3):
            z = np.maximum(z, 0) @ (std * rng.standard_normal((width, width)))
        measured.append(z.std())
    got = student.notebook.predicted_std(4, width, std)
    expect.number(f"predicted_std(4, {width}, {std})", got, np.mean(measured), rtol=0.3)


@check("initialization.slip", hint="Which factor does the slip make in one layer? It acts in every layer.")
def slip_once(student, rng):
    """One layer of 200 units: ten times too small"""
    expect.number("slip(1, 200)", student.notebook.slip(1, 200), 0.1, rtol=1e-3)
    expect.number("slip(7, 2), where 2 / n is its own root", student.notebook.slip(7, 2), 1.0, rtol=1e-3)


@check("initialization.gain", hint="Take many draws of a unit normal z, and look at the mean square of f(z).")
def gain_of_lines(student, rng):
    """Layers without a nonlinearity need 1; doubled outputs need a quarter"""
    for text, goal in (("z", 1.0), ("2 * z", 0.25)):
        got = student.notebook.gain(student.function(f"lambda z: {text}"))
        expect.number(f"gain of f(z) = {text}", got, goal, rtol=0.015)


@check(
    "initialization.orthogonal", hint="Which of W.T @ W and W @ W.T can be the identity, if W is not square?"
)
def keeps_lengths(student, rng):
    """Orthonormal columns, or rows where there are fewer of them"""
    for shape in ((6, 6), (7, 4), (3, 5)):
        W = expect.array("weights", student.initialization.orthogonal(shape, rng), shape, "float")
        product = W.T @ W if shape[0] >= shape[1] else W @ W.T
        expect.close(
            "the product that should be the identity", product, np.eye(min(shape)), rtol=0, atol=1e-5
        )


@check("initialization.orthogonal", side=True, hint=RNG)
def orthogonal_from_rng(student, rng):
    """The generator that was passed is the only source of chance"""
    from_rng(student, "orthogonal", (4, 3))


@check("initialization.lsuv", hint="The scale of layer 2 depends on what the rescaled layer 1 gives out.")
def unit_variance(student, rng):
    """Every z has standard deviation 1, and every layer is a multiple of what it was"""
    for nonlinearity, f in (("relu", lambda z: np.maximum(z, 0)), ("tanh", np.tanh)):
        weights, x = net(rng, (20, 15, 30, 10), N=50)
        h = x
        scaled = items("the list", student.initialization.lsuv(weights, x, nonlinearity), 3)
        for layer, (before, after) in enumerate(zip(weights, scaled, strict=True), 1):
            after = expect.array(f"weights of layer {layer}", after, before.shape, "float")
            ratio = np.vdot(before, after) / np.vdot(before, before)
            expect.close(f"weights of layer {layer}", after, ratio * before, rtol=1e-4, atol=1e-6)
            expect.true(ratio > 0, "has changed its sign.", what=f"layer {layer}")
            z = h @ after.T
            expect.number(f"standard deviation of z_{layer}", z.std(), 1, rtol=0.02)
            h = f(z)
