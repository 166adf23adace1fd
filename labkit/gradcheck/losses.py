"""The gradients of a loss with respect to a model's parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labkit.diagnosis import Context
from labkit.gradcheck.differences import Differences, Floats, function, generator
from labkit.gradcheck.gradients import repeats, tolerance_for
from labkit.gradcheck.judge import Question, judge, name_exchanged
from labkit.gradcheck.layers import changed, chosen, summary
from labkit.gradcheck.reports import GradientReport, LayerReport
from labkit.gradcheck.returned import GradientsMissing, by_name
from labkit.gradcheck.rounding import SAMPLES, allowed, moved_by, shaken

Parameters = dict[str, NDArray[Any]]


@dataclass
class _Loss:
    """The function under test with its parameters. Every call gets copies."""

    function: Callable[[Parameters], Any]
    value: Callable[[Parameters], Any] | None
    params: Mapping[str, NDArray[Any]]
    floats: tuple[str, ...]
    wanted: tuple[str, ...]
    problems: list[str] = field(default_factory=list)

    def run(self, params: Parameters) -> tuple[Any, dict[str, Any]]:
        """The loss and the wanted gradients. GradientsMissing when something else is returned."""
        result = self.function(params)
        if not isinstance(result, tuple | list) or len(result) < 2:
            raise GradientsMissing("the function must return the loss and its gradients.")
        loss, rest = result[0], result[1:]
        grads = rest[0] if len(rest) == 1 else tuple(rest)
        named = by_name(grads, self.wanted, self.floats, tuple(self.params), "the function")
        return loss, {key: one.copy() if isinstance(one, np.ndarray) else one for key, one in named.items()}

    def copies(self) -> Parameters:
        return {key: np.array(value) for key, value in self.params.items()}

    def along(self, key: str) -> Callable[[Floats], Any]:
        """The loss as a function of one parameter, computed in float64."""

        def value(x: Floats) -> Any:
            params = self.copies()
            params.update({name: params[name].astype(np.float64) for name in self.floats})
            params[key] = x
            loss = self.value(params) if self.value is not None else self.function(params)[0]
            return np.asarray(loss).reshape(())

        return value


def check_loss(
    loss_and_gradients: Callable[[Parameters], Any],
    params: Mapping[str, NDArray[Any]],
    *,
    rng: np.random.Generator,
    name: str = "loss",
    differentiate: Iterable[str] | None = None,
    names: Mapping[str, str] | None = None,
    rtol: float | None = None,
    atol: float | None = None,
    budget: int = 1000,
    batch_size: int | None = None,
    reg: float | None = None,
    loss: Callable[[Parameters], Any] | None = None,
) -> LayerReport:
    """Compare a loss's gradients with finite differences.

    loss_and_gradients(params) -> (loss, gradients): params is a dictionary of copies; the gradients come
    in a dictionary (names as in params, or with a leading d), as a tuple in the order of params, or as
    further results. loss(params) -> loss, if given, is used for the differences because it is cheaper.
    names: of the gradients (default: d + name of the parameter). budget: evaluations for each gradient.
    batch_size, reg (strength of ½·reg·‖W‖²): only help to name a mistake. Exceptions pass through.
    """
    function("loss_and_gradients", loss_and_gradients)
    generator(rng)
    floats, wanted = chosen("params", params, differentiate)
    subject = _Loss(loss_and_gradients, loss, params, floats, wanted)
    try:
        given = _first_calls(subject)
    except GradientsMissing as fault:
        return LayerReport(name, False, str(fault), (str(fault),))
    reports: dict[str, GradientReport] = {}
    asked: dict[str, tuple[Question, tuple[Any, ...]]] = {}
    for key in wanted:
        x = np.asarray(params[key])
        slopes = Differences(subject.along(key), x, budget=budget)
        label = (names or {}).get(key, f"d{key}")
        context = Context(label, key, batch_size=batch_size, reg=reg, parameter=slopes.x)
        question = Question(
            label,
            slopes,
            (x.dtype, np.dtype(np.float64)),
            (context,),
            tolerance_for(rtol, atol, x.dtype, given[key]),
            rng,
            rounding=partial(_rounding, subject, key, given[key], rng),
        )
        asked[label] = question, (given[key],)
        reports[label] = judge(*asked[label])
    return summary(name, name_exchanged(asked, reports), subject.problems, extra=2)


def _first_calls(subject: _Loss) -> dict[str, Any]:
    """The gradients, after two calls that must agree and must change nothing."""
    handed = subject.copies()
    loss, given = subject.run(handed)
    for key in changed(subject.params, handed):
        subject.problems.append(
            f"The function changes {key} in place; computing a gradient must not change it."
        )
    if loss is None or np.size(loss) != 1:
        raise GradientsMissing(f"the loss must be a single number; got shape {np.shape(loss)}.")
    if not np.all(np.isfinite(np.asarray(loss, dtype=np.float64))):
        raise GradientsMissing(f"the loss is not finite: {float(np.asarray(loss).reshape(()))}.")
    again, repeated = subject.run(subject.copies())
    if not repeats(np.asarray(loss, dtype=np.float64), np.asarray(again, dtype=np.float64)):
        raise GradientsMissing(
            "the loss is a different number each time it is computed for the same parameters."
        )
    for key, one in given.items():
        other = repeated[key]
        if isinstance(one, np.ndarray) and isinstance(other, np.ndarray) and not repeats(one, other):
            subject.problems.append(
                f"d{key} is different when it is computed a second time for the same parameters: "
                "is something added to what an earlier call left behind?"
            )
    return given


def _rounding(subject: _Loss, key: str, given: Any, rng: np.random.Generator) -> Floats:
    """How far rounding moves a gradient: what happens to it when the parameters move by rounding."""
    x = np.asarray(subject.params[key])
    change = np.zeros(x.shape)
    size = 0.0
    for _ in range(SAMPLES):
        params = subject.copies()
        params.update({name: shaken(params[name], rng) for name in subject.floats})
        loss, again = subject.run(params)
        size = max(size, abs(float(np.asarray(loss).reshape(()))))
        change = np.maximum(change, moved_by(given, again[key], x.shape))
    return allowed(change, given, x, size)[None]
