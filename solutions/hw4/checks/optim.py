"""Checks of nndl/optim.py: worked numbers, properties, and several steps in a row."""

import numpy as np

from labkit.checks import CheckFailed, StudentError, check, expect

MEMORY = "What does the next step have to know? It has to be in config when the function returns."
PURE = "Compute new arrays: g = 2 * g makes one, g *= 2 writes into the caller's."
PRECISION = "Which number or array in the formula is float64? A Python float leaves float32 as it is."
BOTH = "Every rule returns next_w and config."
APART = "Each config has a memory of its own. Is anything kept outside of config?"
OUTSIDE = "Is epsilon added to the root, or to what is under it?"
VELOCITY = "First the new velocity, then the step. Which sign does the gradient have in it?"
RATE = "Schedules change learning_rate in config between two steps. What does η multiply in the formula, and when?"
AHEAD = "The step has two parts: the new velocity, and α times its change."
SUM = "Which power of the gradient is added up, and which power divides the step?"
MEAN = "β is the share of the old mean that stays. Which share does the new square get?"
BIAS = "m and v start at zero and are too small at first. By which factor, in step t?"
DECAY = "The decay does not pass through m and v. Which of η, λ and w is it made of?"
WHOLE = "One length for the whole array, whatever its shape: the root of the sum of all squares."


def step(rule, w, dw, config):
    """One step; returns next_w, an array of the shape of w, and the config to go on with. A rule may move its w in place."""
    result = rule(np.copy(w), dw, config)
    next_w, config = expect.items("what is returned", result, 2, "things", BOTH, stacked=False)
    return expect.array("next_w", next_w, w.shape, "float"), config


def walk(rule, w, gradients, config=None):
    """All points of several steps with these gradients, the start first: (steps + 1, ...)."""
    config = None if config is None else dict(config)
    points = [np.asarray(w)]
    for dw in gradients:
        w, config = step(rule, w, np.asarray(dw), config)
        points.append(np.asarray(w))
    return np.stack(points)


def moves(rule, gradients, config=None):
    """How far each of several steps goes, from the point 0: (steps, ...)."""
    gradients = np.asarray(gradients, dtype=float)
    return np.diff(walk(rule, np.zeros(gradients.shape[1:]), gradients, config), axis=0)


SLOWER = (
    "lambda config, rate: [{**config, 'learning_rate': rate}]"  # the dictionary stays on the student's side
)


def slowed(student, rule, rates, config):
    """How far each step goes with a constant gradient of 1, from the point 0, at these learning rates in turn."""
    point, lengths = np.zeros(1), []
    for rate in rates:
        config = student.function(SLOWER)(config, rate)[0]
        after, config = step(rule, point, np.ones(1), config)
        lengths.append(float(after[0] - point[0]))
        point = after
    return np.array(lengths)


def push(size, steps, first=1.0):
    """The gradient of one entry: `first`, and then `size` in every step."""
    return np.array([[first]] + [[size]] * (steps - 1))


def leaves_alone(student, rng, name, config):
    """Three steps; afterwards every dw is as it was."""
    rule, w, lent, settings = getattr(student.optim, name), rng.standard_normal((3, 2)), [], dict(config)
    for _ in range(3):
        dw = rng.standard_normal((3, 2))
        lent.append((dw, student.keep(dw)))
        w, settings = step(rule, w, lent[-1][1], settings)
    for number, (before, kept) in enumerate(lent, 1):
        expect.true(
            np.array_equal(before, student.value(kept)), f"was changed in place in step {number}.", what="dw"
        )


def apart(student, rng, name, config):
    """Two parameters in turn move as each would alone; and alone, it moves in every step."""
    rule = getattr(student.optim, name)
    gradients = [rng.standard_normal((4, *shape)) + 2.0 for shape in ((2, 3), (4,))]
    alone = [moves(rule, one, config) for one in gradients]
    points, configs, both = [np.zeros((2, 3)), np.zeros(4)], [dict(config), dict(config)], ([], [])
    for number in range(4):
        for which in (0, 1):
            after, configs[which] = step(rule, points[which], gradients[which][number], configs[which])
            both[which].append(after - points[which])
            points[which] = after
    for which, title in enumerate(("the first parameter", "the second parameter")):
        expect.true(bool(np.all(alone[which] != 0)), "does not move.", what=title)
        expect.close(f"steps of {title}, in turn with another one", np.stack(both[which]), alone[which])


@check("optim.sgd", hint="One line: a step against the gradient.")
def sgd_numbers(student, rng):
    """w = (1, −2), gradient (0.5, 4), rate 0.1"""
    points = walk(student.optim.sgd, np.array([1.0, -2.0]), [[0.5, 4.0]], {"learning_rate": 0.1})
    expect.close("next_w", points[1], [0.95, -2.4])


@check("optim.sgd_momentum", hint=VELOCITY)
def momentum_gathers(student, rng):
    """α = 0.5, constant gradient 1, rate 1: steps of 1, 1.5 and 1.75"""
    got = moves(
        student.optim.sgd_momentum,
        push(1.0, 3),
        {"learning_rate": 1.0, "momentum": 0.5, "velocity": np.zeros(1)},
    )
    expect.close("the first step", got[0], [-1.0])
    expect.close("steps 2 and 3", got[1:, 0], [-1.5, -1.75], hint=MEMORY)


@check("optim.sgd_momentum", hint=MEMORY)
def momentum_rolls_on(student, rng):
    """Without a gradient, each step is α times the one before"""
    got = moves(student.optim.sgd_momentum, push(0.0, 6, 2.0), {"learning_rate": 0.3, "momentum": 0.8})
    expect.close("the first step", got[0], [-0.6])
    expect.close("the steps after it", got[1:], 0.8 * got[:-1])


@check(
    "optim.sgd_momentum",
    weight=0.5,
    hint="Gradients pull against the way they point, with or without momentum.",
)
def momentum_zero(student, rng):
    """With α = 0 it is plain gradient descent"""
    gradients = rng.standard_normal((4, 2, 3))
    config = {"learning_rate": 0.2, "momentum": 0.0}
    expect.close("steps", moves(student.optim.sgd_momentum, gradients, config), -0.2 * gradients)


@check("optim.sgd_momentum", weight=0.5, hint=RATE)
def momentum_slowed(student, rng):
    """α = 0.5, constant gradient 1, rate 1 and then 0.1: steps of 1 and 0.6"""
    got = slowed(student, student.optim.sgd_momentum, (1.0, 0.1), {"momentum": 0.5})
    expect.close("the two steps", got, [-1.0, -0.6])


@check("optim.sgd_nesterov", hint=AHEAD)
def nesterov_numbers(student, rng):
    """α = 0.5, constant gradient 1, rate 1: steps of 1.5 and 1.75"""
    got = moves(student.optim.sgd_nesterov, push(1.0, 2), {"learning_rate": 1.0, "momentum": 0.5})
    expect.close("the first step", got[0], [-1.5])
    expect.close("the second step", got[1], [-1.75])


@check(
    "optim.sgd_nesterov",
    hint="Which velocity does the function see first, and which one must it leave behind?",
)
def nesterov_looks_ahead(student, rng):
    """The same points as momentum with the gradient taken ahead, at w + α v"""
    H, alpha, rate = np.diag([1.0, 7.0]), 0.8, 0.1
    x, v = np.array([2.0, -1.0]), np.zeros(2)
    point, config = x, {"learning_rate": rate, "momentum": alpha}
    for number in range(1, 7):
        v = alpha * v - rate * H @ (x + alpha * v)
        x = x + v
        point, config = step(student.optim.sgd_nesterov, point, H @ point, config)
        expect.close(f"w + α v of the other form after step {number}", point, x + alpha * v)


@check("optim.sgd_nesterov", weight=0.5, hint=AHEAD)
def nesterov_zero(student, rng):
    """With α = 0 it is plain gradient descent"""
    gradients = rng.standard_normal((4, 2, 3))
    config = {"learning_rate": 0.2, "momentum": 0.0}
    expect.close("steps", moves(student.optim.sgd_nesterov, gradients, config), -0.2 * gradients)


@check("optim.sgd_nesterov", weight=0.5, hint=RATE)
def nesterov_slowed(student, rng):
    """α = 0.5, constant gradient 1, rate 1 and then 0.1: steps of 1.5 and 0.4"""
    got = slowed(student, student.optim.sgd_nesterov, (1.0, 0.1), {"momentum": 0.5})
    expect.close("the two steps", got, [-1.5, -0.4])


@check("optim.adagrad", hint=SUM)
def adagrad_shrinks(student, rng):
    """A constant gradient, whatever its size: steps of η, η/√2, η/√3, …"""
    gradients = np.ones((5, 1)) * [3.0, -0.01, 200.0]
    got = moves(student.optim.adagrad, gradients, {"learning_rate": 0.5, "epsilon": 1e-12})
    ways = [-1.0, 1.0, -1.0]
    expect.close("the first step", got[0], np.multiply(0.5, ways))
    expect.close("steps 2 to 5", got[1:], np.outer(0.5 / np.sqrt([2, 3, 4, 5]), ways), hint=MEMORY)


@check("optim.adagrad", weight=0.6, hint=OUTSIDE)
def adagrad_epsilon(student, rng):
    """Gradient 3 and epsilon 1: the step is 3/4 of the rate"""
    got = moves(student.optim.adagrad, [[3.0]], {"learning_rate": 1.0, "epsilon": 1.0})
    expect.close("the step", got[0], [-0.75])


@check("optim.rmsprop", hint=MEAN)
def rmsprop_first(student, rng):
    """The first step is η/√(1 − β), whatever the gradient's size; later ones approach η"""
    gradients = np.ones((400, 1)) * [3.0, -0.01, 200.0]
    got = moves(
        student.optim.rmsprop, gradients, {"learning_rate": 0.1, "decay_rate": 0.96, "epsilon": 1e-12}
    )
    expect.close("the first step", got[0], [-0.5, 0.5, -0.5])
    expect.close("step 400", got[-1], [-0.1, 0.1, -0.1], rtol=1e-4, hint=MEMORY)


@check("optim.rmsprop", hint=MEMORY)
def rmsprop_two(student, rng):
    """β = 3/4, gradients 2 and 1: the mean of the squares is 1, and then 1"""
    got = moves(
        student.optim.rmsprop, [[2.0], [1.0]], {"learning_rate": 0.5, "decay_rate": 0.75, "epsilon": 1e-12}
    )
    expect.close("the two steps", got[:, 0], [-1.0, -0.5])


@check("optim.rmsprop", weight=0.6, hint=OUTSIDE)
def rmsprop_epsilon(student, rng):
    """Gradient 3, β = 0 and epsilon 1: the step is 3/4 of the rate"""
    got = moves(student.optim.rmsprop, [[3.0]], {"learning_rate": 1.0, "decay_rate": 0.0, "epsilon": 1.0})
    expect.close("the step", got[0], [-0.75])


@check("optim.adam", hint=BIAS)
def adam_first(student, rng):
    """The first step is η against the sign of the gradient, whatever its size"""
    got = moves(student.optim.adam, [[3.0, -0.01, 200.0]], {"learning_rate": 0.25, "epsilon": 1e-12})
    expect.close("the first step", got[0], [-0.25, 0.25, -0.25])


@check(
    "optim.adam",
    hint="Here m̂, v̂ and the rate are the same in every step, and t grows by one. Print all four: which is off?",
)
def adam_constant(student, rng):
    """With a constant gradient, every one of 50 steps is η long"""
    gradients = np.ones((50, 1)) * [3.0, -0.01]
    got = moves(student.optim.adam, gradients, {"learning_rate": 0.25, "epsilon": 1e-12})
    expect.close("the steps", got, np.ones((50, 1)) * [-0.25, 0.25])


@check(
    "optim.adam",
    hint="Which of the two running means forgets with β₁, and which with β₂? What is averaged in each?",
)
def adam_two(student, rng):
    """β₁ = 0.5, β₂ = 0: gradients 3 and −1 give m̂ = 3 and 1/3, and v̂ = 9 and 1"""
    config = {"learning_rate": 1.0, "beta1": 0.5, "beta2": 0.0, "epsilon": 1e-12}
    got = moves(student.optim.adam, [[3.0], [-1.0]], config)[:, 0]
    forgotten = got[0] < 0 and abs(got[0] + got[1]) < 1e-6  # the second is a first step once more
    expect.close("the two steps", got, [-1.0, -1 / 3], hint=MEMORY if forgotten else None)


@check("optim.adam", weight=0.5, hint=OUTSIDE)
def adam_epsilon(student, rng):
    """Gradient 3 and epsilon 1: the first step is 3/4 of the rate"""
    got = moves(student.optim.adam, [[3.0]], {"learning_rate": 1.0, "epsilon": 1.0})
    expect.close("the step", got[0], [-0.75])


@check("optim.adamw", hint=DECAY)
def adamw_decays(student, rng):
    """Without a gradient, each step multiplies w by 1 − η λ"""
    w = rng.standard_normal((2, 3))
    points = walk(student.optim.adamw, w, np.zeros((5, 2, 3)), {"learning_rate": 0.2, "weight_decay": 0.5})
    expect.close("w", points, w * 0.9 ** np.arange(6)[:, None, None])


@check("optim.adamw", after="optim.adam", hint=DECAY)
def adamw_first(student, rng):
    """Gradient 3 or −0.01, η = 0.1, λ = 0.5, w = 2: 2 − 0.1 − 0.1, and 2 + 0.1 − 0.1"""
    config = {"learning_rate": 0.1, "weight_decay": 0.5, "epsilon": 1e-12}
    points = walk(student.optim.adamw, np.array([2.0, 2.0]), [[3.0, -0.01]], config)
    try:
        expect.close("next_w", points[1], [1.8, 2.0])
    except CheckFailed as failure:
        try:  # true to the student's own adam, whatever that is, as long as it moves
            own = moves(student.optim.adam, [[3.0, -0.01]], {"learning_rate": 0.1, "epsilon": 1e-12})[0]
        except (CheckFailed, StudentError):
            raise failure from None
        if not np.all(np.abs(own) > 1e-6):
            raise
        expect.close("next_w", points[1], 2.0 + own - 0.1)


@check("optim.adamw", weight=0.5, after="optim.adam", hint="Without the decay nothing but Adam is left.")
def adamw_is_adam(student, rng):
    """With λ = 0 it takes the same steps as your adam"""
    gradients = rng.standard_normal((5, 3)) + 2
    config = {"learning_rate": 0.1, "beta1": 0.7, "beta2": 0.9}
    got = moves(student.optim.adamw, gradients, {**config, "weight_decay": 0.0})
    expect.true(bool(np.all(got != 0)), "does not move.", what="adamw with λ = 0")
    expect.close("steps of adamw", got, moves(student.optim.adam, gradients, config))


@check("optim.clip_gradient", hint=WHOLE)
def clip_long(student, rng):
    """A gradient (3, 4; 0, 12) of length 13, at most 1.3: a tenth of each entry"""
    g = np.array([[3.0, 4.0], [0.0, 12.0]])
    expect.close("the clipped gradient", student.optim.clip_gradient(g, 1.3), g / 10)


@check(
    "optim.clip_gradient", side=True, hint="Clipping shortens what is too long. What happens to all others?"
)
def clip_short(student, rng):
    """Shorter ones stay as they are, and so does a gradient of zeros"""
    g = np.array([[0.3, -0.4], [0.0, 1.2]])
    expect.close("a gradient of length 1.3, at most 2", student.optim.clip_gradient(g, 2.0), g)
    expect.close("a gradient of zeros", student.optim.clip_gradient(np.zeros(3), 2.0), np.zeros(3))


@check("optim.clip_gradient", side=True, weight=0.5, hint=PURE)
def clip_is_clean(student, rng):
    """The gradient is not changed in place, and float32 stays float32"""
    clip = student.optim.clip_gradient
    for dtype in (np.float64, np.float32):
        g = (10 * rng.standard_normal((3, 4))).astype(dtype)
        clipped = expect.unchanged(student, lambda g: clip(g, 0.5), hint=PURE, g=g)
        expect.array("the clipped gradient", clipped, (3, 4), dtype, hint=PRECISION)


SETTINGS = {
    "sgd": {},
    "sgd_momentum": {"momentum": 0.7},
    "sgd_nesterov": {"momentum": 0.7},
    "adagrad": {"epsilon": 0.1},
    "rmsprop": {"decay_rate": 0.8},
    "adam": {"beta1": 0.7, "beta2": 0.8},
    "adamw": {"beta1": 0.7, "beta2": 0.8, "weight_decay": 0.1},
}

for rule_name, rule_settings in SETTINGS.items():

    @check(f"optim.{rule_name}", side=True, weight=0.5, hint=PURE)
    def pure(student, rng, name=rule_name, settings=rule_settings):
        """No dw is changed in place"""
        leaves_alone(student, rng, name, {"learning_rate": 0.3, **settings})

    @check(f"optim.{rule_name}", side=True, weight=0.6, hint=APART)
    def separate(student, rng, name=rule_name, settings=rule_settings):
        """Two parameters with a config each do not disturb one another"""
        apart(student, rng, name, {"learning_rate": 0.3, **settings})
