"""Hypotheses: the upstream gradient went astray on its way, or met the wrong factor."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from labkit.diagnosis.evidence import Diagnosis, Evidence, Floats, certainty, named, subsets

ALTERNATIVES = {
    "upstream_ignored": (
        "is what comes out when every entry of the upstream gradient is 1: dout is not used.",
        "Downstream gradient = local gradient × upstream gradient. Where does dout enter?",
    ),
    "upstream_squared": (
        "is what comes out when the upstream gradient is squared: dout is multiplied in twice.",
        "Follow dout through your backward pass: it must be a factor exactly once on every path.",
    ),
    "last_example": (
        "holds only the share of the last example.",
        "Inside the loop, is each example's share added to what is there, or does it replace it?",
    ),
    "first_example": (
        "holds only the share of the first example.",
        "Does the loop (or the index) reach every example, and does it return only after the last one?",
    ),
    "without_last": (
        "lacks the share of the last example.",
        "Check where the loop over the examples ends.",
    ),
    "without_first": (
        "lacks the share of the first example.",
        "Check where the loop over the examples starts.",
    ),
    "last_unit": (
        "holds only the share of the last output unit.",
        "Inside the loop over outputs, is each share added to what is there, or does it replace it?",
    ),
    "last_place": (
        "holds only the share of the last place of the last example.",
        "Inside the loops, is each share added to what is there, or does it replace it?",
    ),
}


def alternatives(evidence: Evidence) -> Iterator[Diagnosis]:
    """What the gradient would be under another upstream gradient."""
    for code, predicted in evidence.context.alternatives.items():
        observed, hint = ALTERNATIVES[code]
        found = evidence.support(predicted)
        yield Diagnosis(code, f"{evidence.name} {observed}", hint, certainty(found, single=0.7))


def wrong_axis(evidence: Evidence) -> Iterator[Diagnosis]:
    """A sum of the upstream gradient over the wrong axes, where both have the same length."""
    upstream = evidence.context.upstream
    if upstream is None or evidence.got.ndim == 0 or evidence.got.size < 2:
        return
    if not is_sum_of(upstream, evidence.expected):
        return
    for axes in subsets(upstream.ndim):
        total = upstream.sum(axis=axes)
        if total.shape != evidence.got.shape:
            continue
        yield Diagnosis(
            "wrong_axis",
            f"{evidence.name} is the upstream gradient summed over {named(axes)}, not over the one it should be.",
            f"{evidence.context.variable} is shared along one axis of the output. Which axis must its gradient be summed over?",
            certainty(evidence.support(total), single=0.7),
        )


def is_sum_of(upstream: Floats, expected: Floats) -> bool:
    """Whether the right gradient is a sum of the upstream gradient at all, over whichever axes."""
    sums = (upstream.sum(axis=axes) for axes in subsets(upstream.ndim))
    scale = 1e-4 * float(np.nanmax(np.abs(expected), initial=0.0))
    return any(one.shape == expected.shape and np.allclose(one, expected, 1e-3, scale) for one in sums)


NOT_LINEAR = {
    "upstream_unused": (
        "stays the same when the upstream gradient is twice as large.",
        "Downstream gradient = local gradient × upstream gradient. Does what comes in reach what you return?",
    ),
    "upstream_twice": (
        "becomes four times as large when the upstream gradient becomes twice as large.",
        "Follow the upstream gradient through your backward pass: it must be a factor exactly once on every path.",
    ),
    "upstream_divided": (
        "becomes half as large when the upstream gradient becomes twice as large.",
        "Does your backward pass divide by something that comes from above?",
    ),
    "upstream_added": (
        "is not zero when the upstream gradient is zero: something in it is not multiplied by what comes from above.",
        "Which term is added that the upstream gradient is no factor of?",
    ),
    "upstream_sign": (
        "does not just change its sign when the upstream gradient changes its own.",
        "Which condition, maximum or absolute value in your backward pass looks at what comes from above?",
    ),
}


def not_linear(evidence: Evidence) -> Iterator[Diagnosis]:
    """Whatever a layer does, twice the upstream gradient must give twice the gradient."""
    got, again = evidence.got, evidence.context.again
    doubled = None if again is None else again(2.0)
    if again is None or doubled is None or not got.any():
        return

    def is_now(predicted: Floats) -> bool:
        slack = 1e-9 * float(np.abs(got).max())
        return bool(np.allclose(doubled, predicted, evidence.context.rtol, slack))

    factors = {"upstream_unused": 1.0, "upstream_twice": 4.0, "upstream_divided": 0.5}
    code = next((code for code, factor in factors.items() if is_now(factor * got)), None)
    if code is None and not is_now(2 * got):
        silent = again(0.0)
        if silent is not None and silent.any() and is_now(2 * got - silent):
            code = "upstream_added"
    elif code is None:
        turned = again(-1.0)
        if turned is not None and not is_now(-2 * turned):
            code = "upstream_sign"
    if code is not None:
        observed, hint = NOT_LINEAR[code]
        yield Diagnosis(code, f"{evidence.name} {observed}", hint, 0.97)


def wrong_factor(evidence: Evidence) -> Iterator[Diagnosis]:
    """A product of the upstream gradient with something that went into the layer, but not the right product."""
    if evidence.context.upstream is None or evidence.got.size < 2:
        return
    made = [(words, value) for words, value in _made(evidence) if value.shape == evidence.got.shape]
    found = [(words, certainty(evidence.support(value), single=0.7)) for words, value in made]
    words, confidence = max(found, key=lambda one: one[1], default=("", 0.0))
    if not confidence:
        return
    if any(evidence.is_right(value) for _, value in made):
        yield Diagnosis(
            "wrong_factor",
            f"{evidence.name} is {words}, but it should be another product: another factor, another order, or a transpose.",
            "Write the shape of every factor in letters, (N, D) for example. Which index must be summed over, "
            "and which two must remain?",
            confidence,
        )
    else:
        yield Diagnosis(
            "slope_left_out",
            f"{evidence.name} is {words}, and nothing else: something between {evidence.context.variable} and the output is left out.",
            f"List every step from {evidence.context.variable} to the output. Each has a local gradient; which one is not in your product?",
            confidence,
        )


def _made(evidence: Evidence) -> Iterator[tuple[str, Floats]]:
    """What one product with the upstream gradient gives: (in words, value)."""
    upstream, inputs = evidence.context.upstream, evidence.context.inputs
    if upstream is None:
        return
    yield "the upstream gradient itself", upstream
    for axes in subsets(upstream.ndim):
        yield f"the upstream gradient summed over {named(axes)}", upstream.sum(axis=axes)
    for name, value in inputs.items():
        if value.shape == upstream.shape:
            together = upstream * value
            yield f"the upstream gradient times {name}, entry by entry", together
            for axes in subsets(upstream.ndim):
                yield f"upstream × {name} summed over {named(axes)}", together.sum(axis=axes)
    if upstream.ndim != 2:
        return
    shape = evidence.got.shape
    matrices = {name: value.reshape(len(value), -1) for name, value in inputs.items() if value.ndim > 1}
    for name, value in matrices.items():
        for one, other in product((upstream, upstream.T), (value, value.T)):
            for left, right in ((one, other), (other, one)):
                if left.shape[1] == right.shape[0] and len(left) * right.shape[1] == evidence.got.size:
                    yield (
                        f"a matrix product of the upstream gradient and {name}",
                        (left @ right).reshape(shape),
                    )
