"""From the two gradients to a name for the mistake."""

from __future__ import annotations

from itertools import chain

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.diagnosis import arrangement, paths, scaling, upstream
from labkit.diagnosis.evidence import Context, Diagnosis, Floats, gather, named, subsets
from labkit.diagnosis.upstream import is_sum_of

SURE = 0.8

HYPOTHESES = (
    paths.no_influence,
    scaling.all_zero,
    paths.cancelled,
    upstream.alternatives,
    upstream.not_linear,
    scaling.sign,
    scaling.factor,
    scaling.regularization,
    scaling.mean_and_regularization,
    scaling.parts,
    scaling.label_term,
    scaling.multiple_of_parameter,
    scaling.both_parts,
    scaling.other_regularization,
    upstream.wrong_axis,
    arrangement.transposed,
    arrangement.masks,
    upstream.wrong_factor,
    scaling.per_line,
    paths.normalization,
    arrangement.offset,
    arrangement.flipped,
    arrangement.permuted,
    arrangement.misplaced,
    paths.summed_everything,
    arrangement.nearly,
    arrangement.few_entries,
    paths.one_share,
    paths.not_balanced,
)


def diagnose(expected: ArrayLike, got: ArrayLike, *, context: Context | None = None) -> Diagnosis | None:
    """The mistake that explains ``got``, or None when there is none or it is not clear which.

    expected: numerical gradient, NaN where it is not known; got: the gradient under test, same shape.
    Simple mistakes come before elaborate ones; where a second explanation fits as well, the
    confidence is lower. ValueError when the shapes differ (see diagnose_shape).
    """
    right, given = np.asarray(expected, dtype=np.float64), np.asarray(got, dtype=np.float64)
    if right.shape != given.shape:
        raise ValueError(f"expected has shape {right.shape}, got {given.shape}")
    evidence = gather(right, given, context or Context())
    if not evidence.wrong.any():
        return None
    found = list(chain.from_iterable(hypothesis(evidence) for hypothesis in HYPOTHESES))
    sure = [diagnosis for diagnosis in found if diagnosis.confidence >= SURE]
    if not sure:
        return None
    best = sure[0]
    rivals = len({diagnosis.code for diagnosis in sure}) - 1
    return Diagnosis(best.code, best.sentence, best.hint, round(best.confidence * 0.95**rivals, 3))


def readings(got: NDArray[np.generic], shape: tuple[int, ...]) -> dict[str, Floats]:
    """Ways to bring an array of the wrong shape to the right one without copying entries, by code."""
    array = np.asarray(got, dtype=np.float64)
    found: dict[str, Floats] = {}
    if array.ndim == len(shape) and array.ndim >= 2 and array.T.shape == shape:
        found["shape_transposed"] = array.T
    squeezed = tuple(length for length in array.shape if length != 1)
    if squeezed == tuple(length for length in shape if length != 1):
        found["kept_dimension"] = array.reshape(shape)
    elif array.size == int(np.prod(shape)):
        found["not_reshaped"] = array.reshape(shape)
    for axis in range(array.ndim):
        total = array.sum(axis=axis)
        if total.shape == shape and array.shape[axis] > 1:
            found.setdefault("not_summed", total)
    return found


SHAPES = {
    "shape_transposed": (
        "Transposed, its values are right.",
        "Compare the order of the axes with the variable's own.",
    ),
    "kept_dimension": (
        "Its values are right; it only has an axis of length 1 too many or too few.",
        "Look for keepdims, a reshape, or a slice such as [i:i+1] where the gradient is summed up.",
    ),
    "not_reshaped": (
        "Its values are right; only the shape is not that of the variable.",
        "The forward pass may flatten its input. The gradient must have the shape that came in.",
    ),
    "not_summed": (
        "Summed over one more axis its values are right.",
        "The variable is shared by all examples. What must be done with their shares?",
    ),
}


def diagnose_shape(name: str, code: str) -> Diagnosis:
    """A diagnosis for an array whose values are right once it is read as ``code`` of ``readings`` says."""
    observed, hint = SHAPES[code]
    return Diagnosis(code, f"{name} has the wrong shape. {observed}", hint, 0.97)


def diagnose_collapsed(
    name: str, expected: Floats, got: NDArray[np.generic], context: Context
) -> Diagnosis | None:
    """An array that has lost axes: the right gradient, or the upstream gradient, summed over some of them."""
    array = np.asarray(got, dtype=np.float64)
    variable = context.variable

    def same(a: Floats) -> bool:
        return a.shape == array.shape and np.allclose(a, array, rtol=1e-4, atol=1e-6 * float(np.abs(a).max()))

    for axes in subsets(expected.ndim):
        if expected.size > 1 and np.isfinite(expected).all() and same(expected.sum(axis=axes)):
            return Diagnosis(
                "summed_too_much",
                f"{name} is the expected gradient summed over {named(axes)}.",
                f"Each entry of {variable} has a gradient of its own. Which sum goes one axis too far?",
                0.95,
            )
    upstream = context.upstream
    if upstream is None or upstream.size < 2 or not is_sum_of(upstream, expected):
        return None
    for axes in subsets(upstream.ndim):
        if same(upstream.sum(axis=axes)):
            return Diagnosis(
                "wrong_axis",
                f"{name} is the upstream gradient summed over {named(axes)}, not over the one it should be.",
                f"{variable} is shared along one axis of the output. Which axis must its gradient be summed over?",
                0.95,
            )
    return None
