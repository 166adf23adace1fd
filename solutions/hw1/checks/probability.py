"""Checks of the probabilities in matrix_calculus.ipynb: by simulation, and by what all probabilities have in common."""

import re

import numpy as np

from labkit.checks import check, expect

BAYES = "Multiply each prior with its likelihood. What do these products have to be divided by?"


def numbers(student, what, answer, count):
    """Answers as floats, in whatever form: floats, arrays, Fractions, or text such as "5/9"."""
    row = isinstance(answer, np.ndarray) and answer.ndim == 1
    several = list(answer) if row or isinstance(answer, tuple | list) else [answer]
    expect.true(len(several) == count, f"should be {count} number{'s' * (count > 1)}.", what=what, got=answer)
    return [_number(student, what, one) for one in several]


def _number(student, what, value):
    if isinstance(value, str):
        parts = re.fullmatch(r"\s*(\d{1,9})\s*/\s*(\d{1,9})\s*", value)
        expect.true(
            parts is not None and int(parts[2]) > 0, "is text that is no fraction.", what=what, got=value
        )
        return int(parts[1]) / int(parts[2])
    if value is not None and not isinstance(value, bool | np.ndarray | int | float | np.number):
        value = student.function("float")(value)
    if isinstance(value, np.ndarray) and value.size == 1:
        value = value.item()
    expect.number(what, value, value)
    return float(value)


def probabilities(student, what, answer, count):
    """As `numbers`, and each of them is a probability."""
    found = numbers(student, what, answer, count)
    expect.true(
        all(0 <= p <= 1 for p in found), "should be between 0 and 1 (not in percent).", what=what, got=found
    )
    return found


def distribution(student, what, answer, count):
    """As `probabilities`, and they add up to one but for rounding."""
    found = probabilities(student, what, answer, count)
    expect.number(f"the sum of {what}", sum(found), 1.0, rtol=0, atol=0.003)
    return found


@check("probability.posterior", hint="Priors ½ and ½, likelihoods 1 and ½: twice as believable.")
def two_hypotheses(student, rng):
    """Two hypotheses, one of which explains the data twice as well"""
    got = student.notebook.posterior(np.array([0.5, 0.5]), np.array([1.0, 0.5]))
    expect.close("the posterior", np.asarray(got), [2 / 3, 1 / 3])


@check("probability.posterior", weight=2, hint=BAYES)
def simulated(student, rng):
    """Four hypotheses, against 400,000 simulated cases"""
    prior, likelihood = np.array([0.1, 0.2, 0.3, 0.4]), np.array([0.9, 0.5, 0.2, 0.1])
    truth = rng.choice(4, 400_000, p=prior)
    seen = truth[rng.random(400_000) < likelihood[truth]]
    got = np.asarray(student.notebook.posterior(prior, likelihood))
    expect.close("the posterior", got, np.bincount(seen, minlength=4) / len(seen), rtol=0, atol=0.01)


@check(
    "probability.coins",
    weight=0.1,
    hint="Tails speak for the coin that shows them more often; what do heads do?",
)
def plausible_coins(student, rng):
    """Two probabilities, one on each side of ½"""
    once, four = probabilities(student, "two_coins()", student.notebook.two_coins(), 2)
    expect.true(
        once > 0.5 > four, "should make H50 more probable by T, and less by T, H, H, H.", what="two_coins()"
    )


@check("probability.nine_heads", weight=0.1, hint="Nine of ten heads: which coin explains that best?")
def plausible_nine(student, rng):
    """Three probabilities that add up to 1, the largest for H60"""
    found = distribution(student, "nine_heads()", student.notebook.nine_heads(), 3)
    expect.true(
        found[0] < found[1] < found[2],
        "should be larger for coins that like heads.",
        what="nine_heads()",
        got=found,
    )


@check("probability.lecture", weight=0.1, hint="Who never likes the lecture cannot have said so.")
def plausible_lecture(student, rng):
    """Four probabilities that add up to 1; nobody from the back"""
    found = distribution(student, "liked_the_lecture()", student.notebook.liked_the_lecture(), 4)
    expect.number("P(back | liked)", found[2], 0.0)


@check(
    "probability.pregnancy",
    weight=0.1,
    hint="The prior is small. And how many of the positive tests are wrong?",
)
def plausible_test(student, rng):
    """More probable than before the test"""
    (found,) = probabilities(student, "pregnant_if_positive()", student.notebook.pregnant_if_positive(), 1)
    expect.true(found > 0.01, "should be larger than the prior.", what="pregnant_if_positive()", got=found)


@check(
    "probability.moments",
    weight=2,
    hint="Put z = Ax + b into the definitions and pull everything that is not random out of the expectation.",
)
def sampled_moments(student, rng):
    """Against 200,000 samples"""
    A, b, mean = rng.standard_normal((2, 3)), rng.standard_normal(2), rng.standard_normal(3)
    root = rng.standard_normal((3, 3))
    cov = root @ root.T
    z = rng.multivariate_normal(mean, cov, 200_000) @ A.T + b
    spread = float(np.trace(np.cov(z.T)))
    got = student.notebook.affine_moments(A, b, mean, cov)
    got = expect.items("mean and covariance", got, 2, of="arrays")
    expect.several(
        lambda: expect.close("the mean", got[0], z.mean(axis=0), rtol=0, atol=0.015 * np.sqrt(spread)),
        lambda: expect.close("the covariance", got[1], np.cov(z.T), rtol=0, atol=0.03 * spread),
    )


@check("probability.moments", hint="What does a constant b do to the mean, and what to the spread?")
def shifted_moments(student, rng):
    """A = I: the mean moves, the covariance stays"""
    got = student.notebook.affine_moments(
        np.eye(2), np.array([5.0, -1.0]), np.zeros(2), np.array([[2.0, 1.0], [1.0, 3.0]])
    )
    expect.close("the mean", got[0], [5.0, -1.0])
    expect.close("the covariance", got[1], [[2.0, 1.0], [1.0, 3.0]])


def random_table(rng):
    """A joint distribution of five binary variables, all entries positive."""
    table = rng.uniform(0.05, 1.0, (2, 2, 2, 2, 2))
    return table / table.sum()


@check(
    "probability.second_factor",
    weight=2,
    hint="Which variables are left over, on which side of the bar? How many axes is that?",
)
def fills_the_box(student, rng):
    """P(a | b, c, d, e) times your table gives P(a, b, c | d, e)"""
    joint = random_table(rng)
    left = joint / joint.sum(axis=(0, 1, 2), keepdims=True)
    first = joint / joint.sum(axis=0, keepdims=True)
    got = expect.array("the table", student.notebook.second_factor(joint), (2, 2, 2, 2), "float")
    expect.close("the product", first * got, left)


@check(
    "probability.chain_factors",
    weight=2,
    hint="Sum a variable away, divide, and go on with the smaller table.",
)
def product_of_factors(student, rng):
    """The product is the joint table, and each factor adds up to 1 over its first variable"""
    joint = random_table(rng)
    factors = five(student, joint)
    product = np.ones(())
    for factor in factors[::-1]:
        product = factor * product
    expect.several(
        lambda: expect.close("the product", product, joint),
        *(
            lambda name=name, factor=factor: expect.close(
                f"the sum of {name}", factor.sum(axis=0), np.ones(factor.shape[1:])
            )
            for name, factor in zip(FACTORS, factors, strict=True)
        ),
    )


FACTORS = ("P(a | b, c, d, e)", "P(b | c, d, e)", "P(c | d, e)", "P(d | e)", "P(e)")


def five(student, joint):
    """The student's five tables, of the right shapes."""
    got = expect.items("chain_factors(joint)", student.notebook.chain_factors(joint), 5, of="tables")
    return [
        expect.array(name, table, (2,) * (5 - place), "float")
        for place, (name, table) in enumerate(zip(FACTORS, got, strict=True))
    ]


@check("probability.likelihood", weight=2, hint="Independent flips: one factor for each of them.")
def likelihood_by_hand(student, rng):
    """H T T with θ = ¼, and all heads with θ = 1"""
    expect.number("the likelihood of HTT", student.notebook.likelihood(0.25, "HTT"), 0.140625)
    expect.number("the likelihood of HH", student.notebook.likelihood(1.0, "HH"), 1.0)


@check("probability.likelihood", hint="An array of θ gives an array of likelihoods.")
def likelihoods_of_several(student, rng):
    """Several θ at once; all sequences of three flips together have probability 1"""
    thetas = rng.uniform(0.1, 0.9, 6)
    total = np.zeros(6)
    for first in "HT":
        for second in "HT":
            for third in "HT":
                one = student.notebook.likelihood(thetas, first + second + third)
                total += expect.array("the likelihoods", one, (6,), "float")
    expect.close("the sum over all sequences of three flips", total, np.ones(6))
