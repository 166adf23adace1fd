"""Hypotheses: the right gradient times a constant, and what regularization adds."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from labkit.diagnosis.evidence import Diagnosis, Evidence, Floats, certainty


def all_zero(evidence: Evidence) -> Iterator[Diagnosis]:
    if np.any(evidence.got[evidence.known] != 0):
        return
    yield Diagnosis(
        "all_zero",
        f"{evidence.name} is zero everywhere, though the output depends on {evidence.context.variable}.",
        f"Is what you compute stored in {evidence.name}, or is the array of zeros returned that you began with?",
        certainty(evidence.support(np.zeros_like(evidence.got)), single=0.95),
    )


def sign(evidence: Evidence) -> Iterator[Diagnosis]:
    yield Diagnosis(
        "sign",
        f"{evidence.name} is exactly the negative of the expected gradient.",
        "Follow the sign from the loss to this gradient: which difference is taken the other way round?",
        certainty(evidence.support(-evidence.expected)),
    )


def factor(evidence: Evidence) -> Iterator[Diagnosis]:
    """A named constant, else any constant that at least three entries agree on."""
    name = evidence.name
    for constant, code, label, hint in _named_factors(evidence):
        found = evidence.restores(evidence.got / constant)
        if found:
            yield Diagnosis(code, f"{name} is exactly {label} the expected gradient.", hint, certainty(found))
            return
    ratio = _fit(evidence, evidence.got, evidence.expected)
    if ratio is None or abs(ratio) < 1e-8:
        return
    found = evidence.restores(evidence.got / ratio)
    yield Diagnosis(
        "factor",
        f"{name} is the expected gradient times {ratio:.6g}, in every entry.",
        f"Which constant in your code is {abs(ratio):.4g} or {1 / abs(ratio):.4g}? It is used once too often, or forgotten.",
        certainty(found, fitted=2),
    )


def _named_factors(evidence: Evidence) -> list[tuple[float, str, str, str]]:
    n, upstream = evidence.context.batch_size, evidence.context.upstream
    halves = (
        "Differentiate the square once more on paper: what becomes of its 2, and of the ½ in front of it?"
    )
    rows = [(2.0, "factor_2", "twice", halves), (0.5, "factor_half", "half of", halves)]
    shares = 0 if upstream is None else upstream.size // max(1, evidence.got.size)
    if shares > 2 and shares != n:
        summed = "Every place that uses it sends back a share. Are the shares added up, or is a mean taken of them?"
        rows.append((1 / shares, "mean_for_sum", f"1/{shares} of", summed))
    if n is None or n < 2:
        return rows
    if upstream is not None:
        mean = (
            "The upstream gradient already holds what the loss divides by; "
            "a layer itself averages only where its forward does."
        )
    else:
        mean = "The loss is a mean over the examples. How often does its gradient divide by their number?"
    many, few = f"N = {n} times", f"1/N = 1/{n} of"
    averages = [(float(n), "missing_mean", many, mean), (1.0 / n, "mean_twice", few, mean)]
    return rows + averages if n == 2 else averages + rows


def regularization(evidence: Evidence) -> Iterator[Diagnosis]:
    """The derivative of the regularization, of known strength, is missing or counted twice."""
    weight, reg = _regularized(evidence), evidence.context.reg
    if weight is None or not reg:
        return
    yield _missing(evidence, certainty(evidence.support(evidence.expected - reg * weight)))
    yield _too_much(evidence, certainty(evidence.support(evidence.expected + reg * weight)))


def multiple_of_parameter(evidence: Evidence) -> Iterator[Diagnosis]:
    """The given gradient misses the expected one by some multiple of the parameter."""
    weight = _regularized(evidence)
    if weight is None:
        return
    constant = _fit(evidence, evidence.got - evidence.expected, weight)
    if constant is None:
        return
    few, name = constant < 0, evidence.name
    yield Diagnosis(
        "missing_regularization" if few and not evidence.context.reg else "regularization_factor",
        f"{name} differs from the expected gradient by {constant:.4g} × {evidence.context.variable} in every entry: "
        f"the part from regularization is too {'small' if few else 'large'}.",
        "Compare the regularization term of the loss with its derivative in your gradient.",
        certainty(evidence.support(evidence.expected + constant * weight), fitted=2),
    )


def _regularized(evidence: Evidence) -> Floats | None:
    """The parameter, where a regularization may be part of what is differentiated: in a loss, not in a layer."""
    weight = evidence.context.parameter
    if weight is None or evidence.context.upstream is not None or weight.shape != evidence.got.shape:
        return None
    return weight if np.any(weight) else None


def _missing(evidence: Evidence, confidence: float) -> Diagnosis:
    variable = evidence.context.variable
    return Diagnosis(
        "missing_regularization",
        f"{evidence.name} is right but for the regularization: exactly reg × {variable} is missing.",
        f"The loss contains ½·reg·‖{variable}‖². What does its derivative add to {evidence.name}?",
        confidence,
    )


def _too_much(evidence: Evidence, confidence: float) -> Diagnosis:
    variable, name = evidence.context.variable, evidence.name
    if evidence.got.ndim < 2:
        return Diagnosis(
            "regularization_on_bias",
            f"{name} holds reg × {variable} too much: {variable} is regularized in the gradient but not in the loss.",
            "Which of the parameters does the regularization term of the loss contain?",
            confidence,
        )
    return Diagnosis(
        "regularization_doubled",
        f"{name} holds reg × {variable} more than the loss asks for: the regularization is counted twice here, or is missing there.",
        "What becomes of the ½ in ½·reg·‖W‖² when it is differentiated? Is the term once in the loss, and once in the gradient?",
        confidence,
    )


def parts(evidence: Evidence) -> Iterator[Diagnosis]:
    """The part from the examples is missing or multiplied; reg is added as a number, not times the parameter."""
    reg, weight = evidence.context.reg, _regularized(evidence)
    if not reg or weight is None:
        return
    name, variable, added = evidence.name, evidence.context.variable, reg * weight
    hint = "Two parts: what the examples say, and reg times the parameter. Print both; which one is not as it should be?"
    yield Diagnosis(
        "only_regularization",
        f"{name} is reg × {variable} and nothing else: what the examples say is missing.",
        hint,
        certainty(evidence.support(added)),
    )
    yield Diagnosis(
        "regularization_without_parameter",
        f"{name} has the number reg added to every entry, where reg × {variable} should be.",
        hint,
        certainty(evidence.support(evidence.expected - added + reg)),
    )
    constant = _fit(evidence, evidence.got - added, evidence.expected - added)
    if constant is not None and abs(constant) > 1e-8:
        restored = (evidence.got - added) / constant + added
        yield Diagnosis(
            "data_factor",
            f"{name} is nearly there: the part from the examples is multiplied by {constant:.4g}, the regularization is right.",
            hint,
            certainty(evidence.restores(restored), fitted=2),
        )


def other_regularization(evidence: Evidence) -> Iterator[Diagnosis]:
    """What each entry of the parameter adds by itself is not the derivative of what it adds to the loss."""
    weight, known = _regularized(evidence), evidence.known
    if not evidence.context.reg or weight is None or not np.all(weight):
        return
    missed = evidence.got - evidence.expected
    terms = (np.ones_like(weight), weight, weight**2, np.sign(weight), 1 / weight)
    for chosen in combinations(terms, 2):
        columns = np.stack([term[known] for term in chosen], axis=1)
        factors = np.linalg.lstsq(columns, missed[known], rcond=None)[0]
        confidence = certainty(
            evidence.support(evidence.expected + factors[0] * chosen[0] + factors[1] * chosen[1]), fitted=5
        )
        if confidence:
            variable = evidence.context.variable
            yield Diagnosis(
                "other_regularization",
                f"{evidence.name} is off in each entry by something that only this entry of {variable} decides: "
                "gradient and loss hold different regularizations.",
                f"Which function of {variable} is the regularization of your loss? Differentiate it for one entry.",
                confidence,
            )
            return


def both_parts(evidence: Evidence) -> Iterator[Diagnosis]:
    """The two right parts, each with a factor of its own that is wrong."""
    reg, weight = evidence.context.reg, _regularized(evidence)
    if not reg or weight is None:
        return
    added, known = reg * weight, evidence.known
    columns = np.stack([(evidence.expected - added)[known], added[known]], axis=1)
    data, penalty = np.linalg.lstsq(columns, evidence.got[known], rcond=None)[0]
    if min(abs(data), abs(penalty)) < 1e-6:
        return
    yield Diagnosis(
        "both_parts",
        f"{evidence.name} holds {data:.4g} times the part from the examples and {penalty:.4g} times that from regularization.",
        "Both parts are there. What is each of them divided or multiplied by in the loss?",
        certainty(evidence.support(data * (evidence.expected - added) + penalty * added), fitted=4),
    )


def label_term(evidence: Evidence) -> Iterator[Diagnosis]:
    """The one that is subtracted for the correct class, in each example: missing, added or taken twice.

    What is missed then is a whole number of N-th parts in every entry: the examples of that class.
    """
    n, got = evidence.context.batch_size, evidence.got
    if not n or n < 2 or evidence.context.upstream is not None or got.size < 3 or not evidence.known.all():
        return
    missed = got - evidence.expected
    for share, total in ((1 / n, missed.sum()), (1.0, missed.sum() / n)):
        times = round(float(total))
        if times == 0 or abs(times) > 3:
            continue
        examples = np.rint(missed / (times * share))
        if np.any(examples < 0) or examples.sum() != n:
            continue
        predicted = evidence.expected + times * share * examples
        seen = int(np.sum(evidence.tolerance < 0.01 * share)) if not evidence.differs(predicted).any() else 0
        yield Diagnosis(
            "label_term",
            f"{evidence.name} is off by a whole number{' of N-th parts' if share < 1 else ''} in every entry: "
            f"{'one' if abs(times) == 1 else abs(times)} for each example of the entry's class.",
            "The score of the correct class stands in the loss once more than the others. Where does that enter the gradient?",
            certainty(seen, fitted=1),
        )


def per_line(evidence: Evidence) -> Iterator[Diagnosis]:
    """Every row, or column, is right but for a factor of its own; or everything with the same index along an axis."""
    got, expected = evidence.got, evidence.expected
    if got.ndim < 2 or not evidence.known.all():
        return
    for axis in reversed(range(got.ndim)):
        others = tuple(other for other in range(got.ndim) if other != axis)
        count = got.shape[axis]
        power = (got**2).sum(axis=others, keepdims=True)
        if got.size < 3 * count or count < 2 or not power.all():
            continue
        ratio = (got * expected).sum(axis=others, keepdims=True) / power
        found = evidence.restores(got * ratio)
        line = {0: "row", 1: "column"}[axis] if got.ndim == 2 else f"index along axis {axis}"
        yield Diagnosis(
            f"factor_per_{line}" if got.ndim == 2 else "factor_per_index",
            f"{evidence.name} is the expected gradient but for a factor that every {line} has for itself.",
            f"Which quantity has one value per {line}? A factor with that shape is forgotten, or used where it should not be.",
            certainty(found, fitted=2 * count),
        )


def mean_and_regularization(evidence: Evidence) -> Iterator[Diagnosis]:
    """Not divided by N, while the regularization is right or is missing too."""
    n, reg, weight = evidence.context.batch_size, evidence.context.reg, _regularized(evidence)
    if not reg or weight is None or not n or n < 2:
        return
    got, added = evidence.got, reg * weight
    hint = "The loss is a mean over the examples, plus the regularization once. Write down both derivatives apart."
    rows: list[tuple[Floats, str, str]] = [
        ((got - added) / n + added, "missing_mean", f"the part from the examples is N = {n} times too large"),
        ((got - added) * n + added, "mean_twice", f"the part from the examples is N = {n} times too small"),
        (
            got / n + added,
            "missing_mean_and_regularization",
            f"it is not divided by N = {n}, and reg × {evidence.context.variable} is missing",
        ),
        (got - added / n + added, "regularization_averaged", f"its regularization is divided by N = {n}"),
        (got - n * added + added, "regularization_per_example", f"its regularization is added N = {n} times"),
    ]
    for restored, code, observed in rows:
        found = evidence.restores(restored)
        if found:
            yield Diagnosis(code, f"{evidence.name} is nearly there: {observed}.", hint, certainty(found))


def _fit(evidence: Evidence, target: Floats, regressor: Floats) -> float | None:
    """The constant c in target = c * regressor, from the entries that are known best."""
    use = evidence.known & np.isfinite(target) & (np.abs(regressor) > 0)
    if not use.any():
        return None
    t, r = target[use], regressor[use]
    weight = 1 / np.maximum(evidence.tolerance[use], 1e-300)
    weight = weight / weight.max()
    scale = float(np.sum(weight * r * r))
    return float(np.sum(weight * t * r)) / scale if scale > 0 else None
