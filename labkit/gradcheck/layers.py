"""The gradients of a layer: a forward and a backward function that share a cache."""

from __future__ import annotations

import copy
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
from labkit.gradcheck.reports import GradientReport, LayerReport
from labkit.gradcheck.returned import GradientsMissing, a_type, by_name
from labkit.gradcheck.rounding import SAMPLES, allowed, moved_by, shaken
from labkit.gradcheck.variants import name_shared, name_variants

Array = NDArray[Any]
UPSTREAMS = 2


@dataclass
class _Layer:
    """The functions under test with their inputs. Every call gets copies."""

    forward: Callable[..., Any]
    backward: Callable[..., Any]
    inputs: Mapping[str, Any]
    floats: tuple[str, ...]
    wanted: tuple[str, ...]
    problems: list[str] = field(default_factory=list)

    def arguments(self, **replaced: Any) -> dict[str, Any]:
        return {
            name: replaced[name] if name in replaced else _copy(value) for name, value in self.inputs.items()
        }

    def run(self, **replaced: Any) -> tuple[Any, Any]:
        """(out, cache) of the forward pass."""
        result = self.forward(*self.arguments(**replaced).values())
        if not isinstance(result, tuple | list) or len(result) != 2:
            raise _Stop("forward must return two things, out and cache.")
        return result[0], result[1]

    def gradients(self, dout: Any, cache: Any) -> dict[str, Any]:
        try:
            return by_name(
                self.backward(dout, cache), self.wanted, self.floats, tuple(self.inputs), "backward"
            )
        except GradientsMissing as fault:
            raise _Stop(str(fault)) from None


def _copy(value: Any) -> Any:
    """A copy of data; anything else (functions, handles to another process) is passed as it is."""
    if isinstance(value, np.ndarray | dict | list | tuple | np.random.Generator | np.random.RandomState):
        return copy.deepcopy(value)
    return value


class _Stop(Exception):
    """Nothing more can be compared; the message is the problem."""


def check_layer(
    forward: Callable[..., Any],
    backward: Callable[..., Any],
    inputs: Mapping[str, Any],
    *,
    rng: np.random.Generator,
    name: str = "layer",
    differentiate: Iterable[str] | None = None,
    names: Mapping[str, str] | None = None,
    rtol: float | None = None,
    atol: float | None = None,
    budget: int = 1000,
    batch_size: int | None = None,
    keep_dtype: bool = True,
) -> LayerReport:
    """Compare the gradients of a layer with finite differences, for two random upstream gradients.

    forward(*inputs) -> (out, cache); backward(dout, cache) -> gradients in the order of the forward's
    floating point inputs (one: no tuple); the cache is never looked at. inputs: passed in order, as copies;
    labels, settings and generators are not differentiated. differentiate: inputs to check (default: all
    floating point arrays). names: of the gradients (default: d + input). budget: forward passes per gradient.
    batch_size: default is the common length of output and first input. keep_dtype: no gradient may be
    more precise than all inputs. Exceptions pass through. ValueError for a name that is no float array.
    """
    function("forward", forward)
    function("backward", backward)
    generator(rng)
    floats, wanted = chosen("inputs", inputs, differentiate)
    layer = _Layer(forward, backward, inputs, floats, wanted)
    try:
        out, upstreams, given = _first_passes(layer, rng)
    except _Stop as stop:
        return LayerReport(name, False, str(stop), (str(stop),))
    if batch_size is None and floats and out.ndim and len(out) == len(np.atleast_1d(inputs[floats[0]])):
        batch_size = len(out)
    rows, alternatives = _contractions(upstreams, batch_size)
    shaking, reports = _Shaking(layer, upstreams, given, rng), dict[str, GradientReport]()
    asked: dict[str, tuple[Question, tuple[Any, ...]]] = {}
    for key in wanted:
        x, label = np.asarray(inputs[key]), (names or {}).get(key, f"d{key}")
        slopes = Differences(_output(layer, key, {}), x, lambda _: rows, UPSTREAMS, budget)
        question = Question(
            label,
            slopes,
            _dtypes(x.dtype, [np.asarray(inputs[other]).dtype for other in floats], keep_dtype),
            _contexts(layer, key, label, upstreams, batch_size),
            tolerance_for(rtol, atol, x.dtype),
            rng,
            alternatives,
            partial(shaking.of, key),
        )
        asked[label] = question, tuple(one[key] for one in given)
        reports[label] = judge(*asked[label])
    named = name_variants(asked, name_exchanged(asked, reports), partial(_output, layer))
    return summary(name, name_shared(asked, named), layer.problems, extra=2)


def chosen(
    argument: str, variables: Mapping[str, Any], differentiate: Iterable[str] | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of the floating point arrays, and of those to differentiate. ValueError for any other."""
    if not isinstance(variables, Mapping):
        raise TypeError(
            f'{argument} must be a dictionary such as {{"x": x}}, not a {type(variables).__name__}'
        )
    floats = tuple(key for key, value in variables.items() if is_float_array(value))
    wanted = floats if differentiate is None else tuple(differentiate)
    for key in wanted:
        if key not in floats:
            raise ValueError(f"{key!r} is no floating point array among {list(variables)}")
    if not floats:
        raise ValueError(f"{argument} must hold at least one floating point array; {_kinds(variables)}")
    return floats, wanted


def _kinds(variables: Mapping[str, Any]) -> str:
    """What came instead, in words."""
    kinds = [f"{key} is {getattr(value, 'dtype', type(value).__name__)}" for key, value in variables.items()]
    return ", ".join(kinds) or "it is empty"


def is_float_array(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind == "f"


def summary(name: str, reports: Mapping[str, GradientReport], problems: list[str], extra: int) -> LayerReport:
    """One report from those of the gradients; ``extra`` evaluations were made before them."""
    failing = [report.problem for report in reports.values() if report.problem is not None]
    return LayerReport(
        name,
        passed=not problems and all(report.passed for report in reports.values()),
        problem=next(iter([*problems, *failing]), None),
        problems=tuple(problems),
        gradients=reports,
        evaluations=extra + sum(report.evaluations for report in reports.values()),
        kinks=sum(report.kinks for report in reports.values()),
    )


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Names of the arrays whose entries are not what they were."""
    return [
        key
        for key, value in before.items()
        if isinstance(value, np.ndarray)
        and not np.array_equal(value, after[key], equal_nan=value.dtype.kind == "f")
    ]


def _first_passes(layer: _Layer, rng: np.random.Generator) -> tuple[Array, list[Array], list[dict[str, Any]]]:
    """Output, two upstream gradients, and the gradients that the layer gives for them."""
    handed = layer.arguments()
    out, cache = layer.run(**handed)
    touched = changed(layer.inputs, handed)
    for key in touched:
        layer.problems.append(f"forward changes {key} in place; it must leave its inputs as they were.")
    out = _usable_output(out)
    second, spare = layer.run()
    if not repeats(out, np.asarray(second)):
        raise _Stop("forward gives a different output each time it is called with the same inputs.")
    upstreams = [_random_like(out, rng) for _ in range(UPSTREAMS)]
    given = []
    for upstream, kept in zip(upstreams, (cache, spare), strict=True):
        dout = upstream.copy() if upstream.ndim else upstream.dtype.type(upstream)
        given.append({key: _kept(value) for key, value in layer.gradients(dout, kept).items()})
        if not np.array_equal(dout, upstream) and not given[1:]:
            layer.problems.append("backward changes dout in place; it must leave it as it was.")
    for key in changed(layer.inputs, handed):
        if key not in touched:
            layer.problems.append(f"backward changes {key} in place, through the cache.")
    _repeated_backward(layer, upstreams[1], spare, given[1])
    return out, upstreams, given


def _kept(value: Any) -> Any:
    return value.copy() if isinstance(value, np.ndarray) else value


def _usable_output(out: Any) -> Array:
    if out is None or (isinstance(out, np.ndarray) and out.dtype.kind != "f"):
        kind = "None" if out is None else f"an array of {out.dtype}"
        raise _Stop(f"forward returns {kind} as its output; expected an array of floating point numbers.")
    array: Array = np.array(out)
    if array.dtype.kind not in "fiu":
        raise _Stop(f"forward returns {a_type(out)} as its output; expected an array.")
    if array.dtype.kind in "iu":
        array = array.astype(np.float64)
    if not np.isfinite(array).all():
        bad = np.argwhere(~np.isfinite(array))[0]
        raise _Stop(
            f"the output of forward is not finite: out[{', '.join(map(str, bad))}] is {array[tuple(bad)]}."
        )
    return array


def _random_like(out: Array, rng: np.random.Generator) -> Array:
    """An upstream gradient without zeros, ones or symmetry."""
    signs = rng.choice([-1.0, 1.0], size=out.shape)
    return np.asarray(signs * rng.uniform(0.3, 2.0, size=out.shape)).astype(out.dtype)


def _repeated_backward(layer: _Layer, upstream: Array, cache: Any, before: dict[str, Any]) -> None:
    """A second backward pass with the same cache must give the same gradients."""
    again = layer.gradients(upstream.copy(), cache)
    if _same(before, again):
        return
    fresh = layer.gradients(upstream.copy(), layer.run()[1])
    if _same(before, fresh):
        layer.problems.append(
            "backward gives other gradients when called again with the same cache: it changes the cache in place."
        )
    else:
        layer.problems.append(
            "backward gives different gradients each time it is called with the same arguments."
        )


def _same(a: dict[str, Any], b: dict[str, Any]) -> bool:
    for key, value in a.items():
        if isinstance(value, np.ndarray) and isinstance(b[key], np.ndarray) and not repeats(value, b[key]):
            return False
    return True


def _output(layer: _Layer, key: str, replaced: Mapping[str, Floats]) -> Callable[[Floats], Any]:
    """The layer's output as a function of one input, computed in float64, where others may be replaced."""
    others = {name: np.asarray(layer.inputs[name], dtype=np.float64) for name in layer.floats if name != key}
    others |= replaced

    def output(x: Floats) -> Any:
        return layer.run(**{name: value.copy() for name, value in others.items()}, **{key: x})[0]

    return output


def _contexts(
    layer: _Layer, key: str, name: str, upstreams: list[Array], batch_size: int | None
) -> tuple[Context, ...]:
    """What is known about the gradient of one input besides its values, for each upstream gradient."""
    inputs = {other: np.asarray(layer.inputs[other], dtype=np.float64) for other in layer.floats}
    return tuple(
        Context(
            name,
            key,
            batch_size=batch_size,
            parameter=inputs[key],
            upstream=upstream.astype(np.float64),
            inputs=inputs,
            again=partial(_again, layer, key, upstream),
        )
        for upstream in upstreams
    )


def _again(layer: _Layer, key: str, upstream: Array, factor: float) -> Floats | None:
    """What the layer gives for a multiple of an upstream gradient; None where that is no gradient."""
    scaled = np.asarray(factor * upstream, dtype=upstream.dtype)
    try:
        given = np.asarray(layer.gradients(scaled, layer.run()[1])[key], dtype=np.float64)
    except Exception:  # of the functions under test, which were fine before: there is nothing to learn
        return None
    return given if np.isfinite(given).all() and given.shape == np.shape(layer.inputs[key]) else None


def _contractions(
    upstreams: list[Array], batch_size: int | None
) -> tuple[Floats, dict[str, tuple[int, ...]]]:
    """Weights (m, P): the upstream gradients, then what they become under common mistakes."""
    rows = [upstream.astype(np.float64).ravel() for upstream in upstreams]
    shape = upstreams[0].shape
    alternatives: dict[str, tuple[int, ...]] = {}

    def add(code: str, versions: list[Floats]) -> None:
        alternatives[code] = tuple(range(len(rows), len(rows) + len(versions)))
        rows.extend(version.ravel() for version in versions)

    full = [upstream.astype(np.float64) for upstream in upstreams]
    add("upstream_ignored", [np.ones(shape) for _ in full])
    add("upstream_squared", [one**2 for one in full])
    # Of two examples, "only the last" is "not the first".
    if batch_size and batch_size > 2 and len(shape) >= 1 and shape[0] == batch_size:
        first = np.arange(batch_size).reshape(-1, *[1] * (len(shape) - 1)) == 0
        last = first[::-1]
        add("last_example", [one * last for one in full])
        add("first_example", [one * first for one in full])
        add("without_last", [one * ~last for one in full])
        add("without_first", [one * ~first for one in full])
    if len(shape) >= 2 and shape[1] > 1:
        last_unit = np.arange(shape[1]).reshape(-1, *[1] * (len(shape) - 2)) == shape[1] - 1
        add("last_unit", [one * last_unit for one in full])
    if len(shape) > 2:
        index = np.indices(shape)
        last_place = np.all(
            [index[axis] == shape[axis] - 1 for axis in range(len(shape)) if axis != 1], axis=0
        )
        add("last_place", [one * last_place for one in full])
    return np.stack(rows), alternatives


def _dtypes(own: np.dtype[Any], inputs: list[np.dtype[Any]], keep: bool) -> tuple[np.dtype[Any], ...]:
    """Types a gradient may have: its variable's, or that of the most precise input."""
    return (own, np.result_type(*inputs), *(() if keep else (np.dtype(np.float64),)))


@dataclass
class _Shaking:
    """How far rounding moves a layer's gradients: what happens to them when the inputs move by rounding."""

    layer: _Layer
    upstreams: list[Array]
    given: list[dict[str, Any]]
    rng: np.random.Generator
    moved: dict[str, Floats] | None = None

    def of(self, key: str) -> Floats:
        """Rounding error of one gradient for each upstream gradient, (p, *shape)."""
        if self.moved is None:
            shaken = [self._shake(u, g) for u, g in zip(self.upstreams, self.given, strict=True)]
            self.moved = {name: np.stack([one[name] for one in shaken]) for name in shaken[0]}
        return self.moved[key]

    def _shake(self, upstream: Array, given: dict[str, Any]) -> dict[str, Floats]:
        change = {name: np.zeros(np.shape(self.layer.inputs[name])) for name in given}
        for _ in range(SAMPLES):
            inputs = {name: shaken(self.layer.inputs[name], self.rng) for name in self.layer.floats}
            again = self.layer.gradients(shaken(upstream, self.rng), self.layer.run(**inputs)[1])
            for name in change:
                change[name] = np.maximum(
                    change[name], moved_by(given[name], again[name], change[name].shape)
                )
        output = float(np.sum(np.abs(upstream * np.asarray(self.layer.run()[0], dtype=np.float64))))
        return {
            name: allowed(size, given[name], np.asarray(self.layer.inputs[name]), output)
            for name, size in change.items()
        }
