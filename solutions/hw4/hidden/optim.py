"""Hidden checks of nndl/optim.py: many steps with changing gradients, against sums written out."""

import numpy as np

from labkit.checks import CheckFailed, StudentError, check, expect

MEMORY = "Follow one entry over three steps on paper. What has to be in config after each of them?"
SHAPES = "All operations work entry by entry: the shape of w does not matter."
DEFAULTS = "With config=None the settings are those at the top of the function, and the memory is empty."
ZERO = "What is the step of an entry whose gradient has always been zero?"
OUTSIDE = "epsilon is added to the root: not to what is under it, and not before the bias is corrected."
DECAY = "The decay multiplies the w that the step starts from by η λ, and never meets m and v."
WHOLE = "One length for all entries together. Where the gradient is too long, by what is it multiplied?"
STEPS = 7
NEAR = (
    5e-4,
    5e-4,
)  # rtol and atol, where steps are about 0.3: wide enough for an epsilon of 1e-8 in another place
SHAPES_TRIED = ((4,), (3, 2), (2, 3, 1, 4))


def step(rule, w, dw, config):
    """One step; returns next_w, an array of the shape of w, and the config to go on with. A rule may move its w in place."""
    result = rule(np.copy(w), dw, config)
    next_w, config = expect.items(
        "what is returned", result, 2, "things", "Every rule returns next_w and config.", stacked=False
    )
    return expect.array("next_w", next_w, w.shape, "float"), config


def walk(rule, w, gradients, config=None):
    """The points after each of several steps: (steps, ...)."""
    config, points = None if config is None else dict(config), []
    for dw in gradients:
        w, config = step(rule, w, dw, config)
        points.append(w)
    return np.stack([np.asarray(point) for point in points])


def remembered(terms, share):
    """Σ share^(t − k) · term_k over k ≤ t, for every t: sums that forget."""
    powers = [[share ** (t - k) if k <= t else 0.0 for k in range(len(terms))] for t in range(len(terms))]
    return np.tensordot(np.array(powers, dtype=float), np.asarray(terms, dtype=float), axes=1)


def mean(terms, share):
    """The weighted mean of the terms so far, in which a term of k steps ago has weight share^k."""
    weights = remembered(np.ones(len(terms)), share)
    return remembered(terms, share) / weights.reshape(-1, *[1] * (np.ndim(terms) - 1))


def jumps(name, g, rate, momentum=0.9, epsilon=1e-8, decay_rate=0.99, beta1=0.9, beta2=0.999):
    """Oracle: how far each step goes, from the whole history of gradients at once."""
    velocity = -rate * remembered(g, momentum)
    before = np.concatenate([np.zeros_like(velocity[:1]), velocity[:-1]])
    if name == "sgd":
        return -rate * g
    if name == "sgd_momentum":
        return velocity
    if name == "sgd_nesterov":
        return velocity + momentum * (velocity - before)
    if name == "adagrad":
        return -rate * g / (np.sqrt(np.cumsum(g**2, axis=0)) + epsilon)
    if name == "rmsprop":
        return -rate * g / (np.sqrt((1 - decay_rate) * remembered(g**2, decay_rate)) + epsilon)
    return -rate * mean(g, beta1) / (np.sqrt(mean(g**2, beta2)) + epsilon)


def decaying(w, steps, share):
    """Points of a weight that loses this share of itself in every step, besides the steps."""
    kept = 1 - share
    count = len(steps)
    return np.stack([kept ** (t + 1) * w + remembered(steps, kept)[t] for t in range(count)])


def oracle(name, w, g, rate, weight_decay=0.01, **settings):
    """The points after each step."""
    if name == "adamw":
        return decaying(w, jumps("adam", g, rate, **settings), rate * weight_decay)
    return w + np.cumsum(jumps(name, g, rate, **settings), axis=0)


def problem(rng, shape=(3, 2), steps=STEPS):
    """A start and changing gradients of very different sizes, some of them negative.

    None is so near zero that it matters where epsilon is added: other checks ask that.
    """
    sizes = np.exp(rng.uniform(-2, 2, shape))
    gradients = rng.uniform(0.3, 2, (steps, *shape)) * rng.choice([-1.0, 1.0], (steps, *shape))
    return rng.standard_normal(shape), sizes * gradients


def judged(student, name, w, g, settings):
    """Several steps with these settings end where the sums say, after each step."""
    rate = settings["learning_rate"]
    others = {key: value for key, value in settings.items() if key != "learning_rate"}
    points = walk(getattr(student.optim, name), w, g, settings)
    for number, (point, goal) in enumerate(zip(points, oracle(name, w, g, rate, **others), strict=True), 1):
        expect.close(f"w after step {number}", point, goal, *NEAR)


SETTINGS = {
    "sgd": {"learning_rate": 0.3},
    "sgd_momentum": {"learning_rate": 0.3, "momentum": 0.8},
    "sgd_nesterov": {"learning_rate": 0.3, "momentum": 0.8},
    "adagrad": {"learning_rate": 0.3},
    "rmsprop": {"learning_rate": 0.3, "decay_rate": 0.7},
    "adam": {"learning_rate": 0.3, "beta1": 0.6, "beta2": 0.85},
    "adamw": {"learning_rate": 0.3, "beta1": 0.6, "beta2": 0.85, "weight_decay": 0.4},
}
OTHERS = {
    "sgd": {},
    "sgd_momentum": {"momentum": 0.35},
    "sgd_nesterov": {"momentum": 0.35},
    "adagrad": {},
    "rmsprop": {"decay_rate": 0.9},
    "adam": {"beta1": 0.95, "beta2": 0.5},
    "adamw": {"beta1": 0.95, "beta2": 0.5, "weight_decay": 1.5},
}
DEFAULT_RATES = {"adam": 1e-3, "adamw": 1e-3}

for rule_name in ("sgd", "sgd_momentum", "sgd_nesterov", "adagrad", "rmsprop", "adam"):

    @check(f"optim.{rule_name}", weight=3, hint=MEMORY)
    def seven_steps(student, rng, name=rule_name):
        """Seven steps with changing gradients"""
        for settings in (SETTINGS[name], {"learning_rate": 0.7, **OTHERS[name]}):
            judged(student, name, *problem(rng), settings)

    @check(f"optim.{rule_name}", weight=1, hint=SHAPES)
    def every_shape(student, rng, name=rule_name):
        """Arrays of every shape, one after the other"""
        for shape in SHAPES_TRIED:
            judged(student, name, *problem(rng, shape, 3), SETTINGS[name])

    @check(f"optim.{rule_name}", weight=0.5, hint=DEFAULTS)
    def defaults(student, rng, name=rule_name):
        """The default settings, twice from the start"""
        for _ in range(2):
            w, g = problem(rng, steps=3)
            points = walk(getattr(student.optim, name), 0.01 * w, 10 * g)
            goals = oracle(name, 0.01 * w, 10 * g, DEFAULT_RATES.get(name, 1e-2))
            expect.close("w after three steps", points, goals, rtol=1e-4, atol=2e-6)


for rule_name in ("adagrad", "rmsprop", "adam", "adamw"):

    @check(f"optim.{rule_name}", side=True, weight=1, hint=ZERO)
    def nothing_to_do(student, rng, name=rule_name):
        """Entries without any gradient stay where they are"""
        w, g = problem(rng)
        g[:, 0] = 0.0
        decay = {"weight_decay": 0.0} if name == "adamw" else {}
        points = walk(getattr(student.optim, name), w, g, {**SETTINGS[name], **decay})
        expect.close("entries without a gradient", points[:, 0], np.tile(w[0], (STEPS, 1)))


for rule_name in ("adagrad", "rmsprop", "adam"):

    @check(f"optim.{rule_name}", weight=0.6, hint=OUTSIDE)
    def large_epsilon(student, rng, name=rule_name):
        """Seven steps with a large epsilon"""
        judged(student, name, *problem(rng), {**SETTINGS[name], "epsilon": 0.5})

    @check(
        f"optim.{rule_name}",
        side=True,
        weight=0.4,
        hint="Gradients a thousand times as large, the same steps.",
    )
    def any_unit(student, rng, name=rule_name):
        """Another unit of the loss changes nothing"""
        w, g = problem(rng)
        settings = {**SETTINGS[name], "epsilon": 1e-14}
        plain = walk(getattr(student.optim, name), w, g, settings)
        expect.true(bool(np.all(plain[0] != w)), "does not move.", what="w")
        expect.close("w", walk(getattr(student.optim, name), w, 1000 * g, settings), plain)


def with_decay(student, rng, settings, steps=STEPS, shape=(3, 2)):
    """The true points, or those that the student's own adam and the decay lead to."""
    w, g = problem(rng, shape, steps)
    rate, share = settings["learning_rate"], settings["weight_decay"]
    got = walk(student.optim.adamw, w, g, settings)
    others = {key: value for key, value in settings.items() if key not in ("learning_rate", "weight_decay")}
    truth = oracle("adamw", w, g, rate, weight_decay=share, **others)
    try:
        expect.close("w after each step", got, truth, *NEAR)
    except CheckFailed:
        own = own_adam(student, g, {key: value for key, value in settings.items() if key != "weight_decay"})
        if own is None:
            raise
        expect.close("w after each step", got, decaying(w, own, rate * share), *NEAR)


def own_adam(student, g, settings):
    """The steps of the student's own adam, if they go somewhere."""
    try:
        points = walk(student.optim.adam, np.zeros(g.shape[1:]), g, settings)
    except (StudentError, CheckFailed):
        return None
    own = np.diff(points, axis=0, prepend=0 * points[:1])
    moving = np.isfinite(own).all() and (np.abs(own) > 1e-6 * settings["learning_rate"]).all()
    return own if moving else None


@check("optim.adamw", weight=3, after="optim.adam", hint=DECAY)
def adamw_seven_steps(student, rng):
    """Seven steps with changing gradients and strong decay"""
    for settings in (SETTINGS["adamw"], {"learning_rate": 0.5, **OTHERS["adamw"]}):
        with_decay(student, rng, settings)


@check("optim.adamw", weight=0.7, after="optim.adam", hint=SHAPES)
def adamw_shapes(student, rng):
    """Arrays of every shape, one after the other"""
    for shape in SHAPES_TRIED:
        with_decay(student, rng, SETTINGS["adamw"], 3, shape)


@check("optim.adamw", weight=0.3, after="optim.adam", hint=DEFAULTS)
def adamw_defaults(student, rng):
    """The default settings: η = 0.001, λ = 0.01"""
    w, g = 100 * rng.standard_normal((2, 2)), rng.standard_normal((2, 2, 2))
    bare = walk(student.optim.adamw, w, g)
    config = {"learning_rate": 1e-3, "weight_decay": 1e-2, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
    expect.close("w", bare, walk(student.optim.adamw, w, g, config), rtol=1e-10)
    expect.true(bool(np.all(np.abs(bare[0] - w) > 0)), "does not move.", what="w")


@check("optim.clip_gradient", weight=3, hint=WHOLE)
def clip_shapes(student, rng):
    """Gradients of many shapes and lengths"""
    for shape in SHAPES_TRIED:
        for factor in (0.2, 0.999, 1.001, 3.0, 1e5):
            g = rng.standard_normal(shape)
            limit = float(np.sqrt(np.sum(g * g))) / factor
            expect.close(
                f"a gradient of {factor:g} times the largest length",
                student.optim.clip_gradient(g, limit),
                g / max(factor, 1.0),
                rtol=1e-5,  # max_norm / (norm + 1e-6) is right too: so it is in PyTorch
            )


@check("optim.clip_gradient", weight=0.5, hint=WHOLE)
def clip_same_direction(student, rng):
    """One huge entry among small ones: the direction stays"""
    g = np.array([1e-3, -2.0, 4e6, 0.5])
    clipped = expect.array("the clipped gradient", student.optim.clip_gradient(g, 5.0), (4,), "float")
    expect.close("the clipped gradient, rescaled", clipped * (g[2] / clipped[2] if clipped[2] else 0), g)
    expect.number("its length", np.linalg.norm(clipped), 5.0)


@check(
    "optim.clip_gradient",
    side=True,
    weight=0.7,
    hint="What is the length of a gradient of zeros, and who divides by it?",
)
def clip_nothing(student, rng):
    """Zeros stay zeros, and what is short enough stays exactly as it is"""
    clip = student.optim.clip_gradient
    expect.close("a gradient of zeros", clip(np.zeros((2, 3)), 0.1), np.zeros((2, 3)))
    g = rng.standard_normal((2, 3))
    expect.close("a short gradient", clip(g, 50.0), g, rtol=1e-12, atol=0)
