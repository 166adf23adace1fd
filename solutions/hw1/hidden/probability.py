"""Hidden checks of the probabilities in matrix_calculus.ipynb: exact numbers, in whatever form they come."""

import re
from fractions import Fraction

import numpy as np

from labkit.checks import CheckFailed, check, expect

DIGITS = 6e-4  # three digits after the point, rounded or cut off, hardly more


def value(student, answer):
    """A float from a number, an array with one number, a Fraction or text such as "5/9"; NaN from anything else."""
    if isinstance(answer, str):
        parts = re.fullmatch(r"\s*(\d{1,9})\s*/\s*(\d{1,9})\s*", answer)
        return int(parts[1]) / int(parts[2]) if parts and int(parts[2]) else np.nan
    if isinstance(answer, np.ndarray):
        return float(answer.item()) if answer.size == 1 else np.nan
    if isinstance(answer, int | float | np.number):
        return float(answer)
    return float(student.function("float")(answer))


def same_numbers(student, names, answer, goals):
    """Each answer counts for itself, rounded to three digits or better."""
    row = isinstance(answer, np.ndarray) and answer.ndim == 1
    several = list(answer) if row or isinstance(answer, tuple | list) else [answer]
    expect.true(len(several) == len(goals), "is another number of answers.", what="the result", got=answer)
    expect.several(
        *(
            lambda name=name, one=one, goal=goal: expect.true(
                abs(value(student, one) - float(goal)) <= DIGITS, "is not right.", what=name, got=one
            )
            for name, one, goal in zip(names, several, goals, strict=True)
        )
    )


def bayes(priors, likelihoods):
    """Oracle in fractions: the share of each product."""
    products = [Fraction(p) * Fraction(q) for p, q in zip(priors, likelihoods, strict=True)]
    return [one / sum(products) for one in products]


@check("probability.posterior", weight=4, hint="What do the products of prior and likelihood add up to?")
def random_posteriors(student, rng):
    """Random priors and likelihoods, two to seven hypotheses; some impossible"""
    for K in (2, 3, 7):
        prior, likelihood = rng.dirichlet(np.ones(K)), rng.random(K)
        likelihood[0] *= K != 3
        goal = [float(one) for one in bayes(prior, likelihood)]
        expect.close("the posterior", np.asarray(student.notebook.posterior(prior, likelihood)), goal)


@check("probability.posterior", side=True, weight=0.5, hint="Only look at the arguments: work on copies.")
def posterior_looks_only(student, rng):
    """Prior and likelihood stay as they are"""
    call = student.notebook.posterior
    expect.unchanged(student, call, prior=np.array([0.2, 0.8]), likelihood=np.array([0.5, 0.1]))


@check("probability.coins", weight=2, hint="One factor for each flip, and the prior ½ for each coin.")
def two_coins(student, rng):
    """Both probabilities"""
    half, more = Fraction(1, 2), Fraction(3, 5)
    goals = [bayes((half, half), pair)[0] for pair in ((half, 1 - more), (half**4, (1 - more) * more**3))]
    same_numbers(student, ("P(H50 | T)", "P(H50 | T, H, H, H)"), student.notebook.two_coins(), goals)


@check(
    "probability.nine_heads",
    weight=2,
    hint="Nine factors for heads and one for tails, for each of the three coins.",
)
def nine_heads(student, rng):
    """All three probabilities"""
    coins = [Fraction(n, 20) for n in (10, 11, 12)]
    goals = bayes([Fraction(1, 3)] * 3, [p**9 * (1 - p) for p in coins])
    same_numbers(
        student, ("P(H50 | data)", "P(H55 | data)", "P(H60 | data)"), student.notebook.nine_heads(), goals
    )


@check(
    "probability.lecture",
    weight=2,
    hint="How many of 10,000 students sit in front and liked it? And how many liked it at all?",
)
def lecture(student, rng):
    """All four probabilities"""
    goals = bayes([Fraction(n, 100) for n in (15, 21, 24, 40)], [Fraction(n, 100) for n in (90, 18, 0, 10)])
    names = [f"P({place} | liked)" for place in ("front", "windows", "back", "laptops")]
    same_numbers(student, names, student.notebook.liked_the_lecture(), goals)


@check("probability.pregnancy", weight=2, hint="Count the positive tests among 1,000 people, true and false.")
def pregnancy(student, rng):
    """The probability"""
    goal = bayes((Fraction(1, 100), Fraction(99, 100)), (Fraction(99, 100), Fraction(10, 100)))[0]
    same_numbers(student, ["P(pregnant | positive)"], student.notebook.pregnant_if_positive(), [goal])


@check(
    "probability.moments",
    weight=4,
    hint="(z − E z)(z − E z)ᵀ with z − E z = A(x − μ): A stands on both sides.",
)
def exact_moments(student, rng):
    """Other sizes, exactly"""
    for m, n in ((4, 2), (2, 5), (3, 3), (1, 4)):
        A, b, mean, root = (rng.standard_normal(shape) for shape in ((m, n), (m,), (n,), (n, n)))
        got = student.notebook.affine_moments(A, b, mean, root @ root.T)
        spread = np.einsum("ij,jk->ik", A, root)
        expect.several(
            lambda got=got, A=A, b=b, mean=mean: expect.close(
                "the mean", got[0], np.sum(A * mean, axis=1) + b
            ),
            lambda got=got, spread=spread: expect.close(
                "the covariance", got[1], np.inner(spread, spread), atol=1e-7
            ),
        )


def table(rng):
    """A joint distribution of five binary variables, all entries positive."""
    weights = rng.uniform(0.02, 1.0, (2, 2, 2, 2, 2))
    return weights / weights.sum()


@check("probability.second_factor", weight=3, hint="Four variables, two on each side of the bar.")
def exact_second_factor(student, rng):
    """Other tables, entry by entry"""
    for _ in range(2):
        joint = table(rng)
        goal = np.array([
            sum(joint[a, b, c, d, e] for a in (0, 1)) / sum(joint[:, :, :, d, e].ravel())
            for b, c, d, e in np.ndindex(2, 2, 2, 2)
        ]).reshape(2, 2, 2, 2)  # fmt: skip
        expect.close("the table", student.notebook.second_factor(joint), goal)


@check(
    "probability.chain_factors",
    weight=4,
    hint="Each factor: sum over what is to its left in the alphabet, then divide by what stands right of the bar.",
)
def exact_factors(student, rng):
    """Other tables, each factor for itself"""
    joint = table(rng)
    marginals = [joint.sum(axis=tuple(range(gone))) for gone in range(6)]
    names = ("P(a | b, c, d, e)", "P(b | c, d, e)", "P(c | d, e)", "P(d | e)", "P(e)")
    got = expect.items("the result", student.notebook.chain_factors(joint), 5, of="tables")
    expect.several(
        *(
            lambda name=name, one=one, k=k: expect.close(name, one, marginals[k] / marginals[k + 1])
            for k, (name, one) in enumerate(zip(names, got, strict=True))
        )
    )


@check("probability.likelihood", weight=4, hint="θ for each head, 1 − θ for each tail.")
def likelihoods(student, rng):
    """The eight flips, and random ones, for numbers and arrays"""
    for flips in ("HTHHTTHT", "TTT", "".join(rng.choice(["H", "T"], 11, p=[0.7, 0.3]))):
        for theta in (0.75, 1.0, 0.0, rng.random(4)):
            goal = np.prod([theta if flip == "H" else 1 - np.asarray(theta) for flip in flips], axis=0)
            got = student.notebook.likelihood(theta, flips)
            try:
                expect.close(f"the likelihood of {flips}", got, goal, atol=1e-14)
            except CheckFailed:
                if np.ndim(theta) or np.shape(got) != (1,):  # one number in an array is one number
                    raise
                expect.close(f"the likelihood of {flips}", got, np.reshape(goal, 1), atol=1e-14)
