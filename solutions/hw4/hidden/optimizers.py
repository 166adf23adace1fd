"""Hidden checks of the functions that are written in optimizers.ipynb."""

from math import cos, pi

import numpy as np

from labkit.checks import check, expect

COUNT = "Count the steps of a small example by hand. Which config does each step get?"
MOMENTUM = """lambda w, dw, config=None: (
    lambda v: (w + v, {**config, 'velocity': v})
)(config['momentum'] * config.get('velocity', 0.0) - config['learning_rate'] * dw)"""
IN_PLACE = """lambda w, dw, config=None: (
    config.__setitem__('velocity', config['momentum'] * config.get('velocity', 0.0) - config['learning_rate'] * dw),
    (w + config['velocity'], config))[1]"""


@check(
    "optimizers.step_schedule",
    weight=2,
    hint="Steps are counted from 0; try the two steps on each side of a change.",
)
def every_step(student, rng):
    """Every step of three schedules"""
    for initial, every, factor in ((0.3, 7, 0.1), (2.0, 1, 0.9), (0.05, 4, 0.25)):
        rate = initial
        for step in range(15):
            if step and step % every == 0:
                rate *= factor
            got = student.notebook.step_schedule(step, initial, every, factor)
            expect.number(f"the rate of step {step}", got, rate)


@check(
    "optimizers.cosine_schedule",
    weight=2,
    hint="Half a period: the angle goes from 0 to π while step goes from 0 to num_steps.",
)
def every_angle(student, rng):
    """Every step of two schedules"""
    for initial, num_steps in ((0.3, 9), (1.7, 40)):
        for step in range(num_steps + 1):
            goal = initial * cos(pi * step / (2 * num_steps)) ** 2
            got = student.notebook.cosine_schedule(step, initial, num_steps)
            expect.number(f"the rate of step {step} of {num_steps}", got, goal, atol=1e-9)


@check("optimizers.best_rate", weight=2, hint="Where do |1 − η·smallest| and |1 − η·largest| cross?")
def exact_rate(student, rng):
    """Other curvatures, to all digits"""
    for smallest, largest in ((0.5, 0.6), (3.0, 400.0), (1e-4, 10.0)):
        rate, factor = student.notebook.best_rate(smallest, largest)
        expect.number("rate", rate, 1 / ((smallest + largest) / 2))
        expect.number("factor", factor, 1 - 2 / (1 + largest / smallest))


def counted(config, curvatures, tolerance, limit):
    """Oracle: each coordinate by itself, in one array of all its values."""
    momentum, rate = config.get("momentum", 0.0), config["learning_rate"]
    w = np.ones((limit + 1, len(curvatures)))
    for t in range(limit):
        inertia = momentum * (w[t] - w[t - 1]) if t else 0.0
        w[t + 1] = w[t] - rate * np.asarray(curvatures) * w[t] + inertia
    arrived = np.sqrt(np.sum(w**2, axis=1)) <= tolerance * np.sqrt(len(curvatures))
    return int(np.argmax(arrived)) if arrived.any() else limit


@check("optimizers.steps_to", weight=2, hint=COUNT)
def with_memory(student, rng):
    """A rule with a memory, on curvatures that differ"""
    for source in (MOMENTUM, IN_PLACE):
        rule = student.function(source)
        for curvatures, momentum in (([1.0, 6.0], 0.6), ([0.3, 2.0, 5.0, 9.0], 0.8)):
            config = {"learning_rate": 0.13, "momentum": momentum}
            goal = counted(config, curvatures, 1e-4, 1000)
            got = student.notebook.steps_to(rule, dict(config), np.array(curvatures), 1e-4)
            expect.number("steps to 1e-4", got, goal)


@check(
    "optimizers.steps_to",
    side=True,
    weight=0.7,
    hint="Which step is counted when w is short enough already? Is config copied?",
)
def leaves_settings_alone(student, rng):
    """The settings stay as they are, and nothing is done when nothing has to be"""
    rule, config = student.function(IN_PLACE), {"learning_rate": 0.13, "momentum": 0.6}
    curvatures = np.array([1.0, 6.0])
    kept = student.function(
        "lambda count, rule, config, curvatures: [count(rule, config, curvatures, 1e-4), sorted(config)][1]"
    )(student.notebook.steps_to, rule, dict(config), curvatures)
    keys = [kept[place] for place in range(len(kept))]
    expect.true(
        keys == sorted(config), "was changed: the rule wrote its memory into it.", what="config", got=keys
    )
    expect.number("steps to tolerance 1", student.notebook.steps_to(rule, dict(config), curvatures, 1.0), 0)


@check(
    "optimizers.newton_step",
    weight=2,
    hint="H is inverted, not transposed or divided by. The gradient is at w, not at 0.",
)
def newton_on_other_bowls(student, rng):
    """Bowls of several sizes, badly conditioned too, and w, g and H stay as they are"""
    for size in (1, 2, 6):
        turn = np.linalg.qr(rng.standard_normal((size, size)))[0]
        H = turn @ np.diag(np.geomspace(0.1, 500.0, size)) @ turn.T
        w, lowest = rng.standard_normal(size), rng.standard_normal(size)
        got = expect.unchanged(
            student, student.notebook.newton_step, w=w, gradient=H @ (w - lowest), hessian=H
        )
        expect.close("next point", got, lowest, rtol=1e-6, atol=1e-7)


@check("optimizers.memory", weight=2, hint="D numbers in one, D rows of D in the other, four bytes each.")
def a_million(student, rng):
    """Other numbers of parameters"""
    for count in (1_000_000, 3, 25_000_000):
        gradient, hessian = student.notebook.memory(count)
        expect.number("gradient", gradient, count / 2**18, rtol=2e-3)
        expect.number("hessian", hessian, (count / 2**19) ** 2, rtol=2e-3)
