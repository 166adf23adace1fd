"""How often the gradient checker names the mistake in a wrong backward pass, and how often the name is right.

Every mutant (`autograder mutants`) of a backward pass or a loss with gradients in the solutions goes through the checker.
Where it names a mistake, that claim is tried on other inputs of other sizes, with exact gradients: precision is the share of
names that hold there, coverage the share of backward passes with wrong values that get one (a wrong shape or a NaN needs
no name). The mutants are split in two by a seed; hypotheses
are written with the first half in view (`--show`), the second is held back.

    python benchmarks/diagnosis.py [--show] [--keep docs/quality/diagnosis.json]
"""

from __future__ import annotations

import argparse
import contextlib
import copy
import hashlib
import io
import json
import signal
import sys
import types
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from diagnosis_claims import Measured, holds

from autograder.homework import Course
from autograder.mutants.generate import Mutant, mutants_of
from labkit.gradcheck import GradientReport, LayerReport, check_layer, check_loss, numerical_gradient

ROOT = Path(__file__).parents[1]
SEED = 20261127  # of the split
SECONDS = 20  # for one mutant; a few never end
Arrays = dict[str, np.ndarray]


class _Endless(BaseException):
    """A mutant does not end."""


@dataclass(frozen=True)
class Layer:
    """A pair of functions of a module, and inputs for it by sizes (N, D, M)."""

    forward: str
    backward: str
    inputs: Callable[[np.random.Generator, int, int, int], dict[str, Any]]

    def floats(self, inputs: Mapping[str, Any]) -> list[str]:
        return [name for name, value in inputs.items() if getattr(value, "dtype", np.dtype(int)).kind == "f"]

    def report(self, module: Any, inputs: dict[str, Any], rng: np.random.Generator) -> LayerReport:
        return check_layer(getattr(module, self.forward), getattr(module, self.backward), inputs, rng=rng)

    def measured(
        self, module: Any, right: Any, inputs: dict[str, Any], rng: np.random.Generator
    ) -> dict[str, Measured]:
        out = getattr(right, self.forward)(*_copies(inputs).values())[0]
        upstream = rng.choice([-1.0, 1.0], out.shape) * rng.uniform(0.3, 2.0, out.shape)
        names = self.floats(inputs)

        def gradients(source: Any, dout: np.ndarray) -> dict[str, np.ndarray]:
            cache = getattr(source, self.forward)(*_copies(inputs).values())[1]
            found = getattr(source, self.backward)(dout.copy(), cache)
            return dict(zip(names, found if isinstance(found, tuple) else (found,), strict=True))

        got, exact = gradients(module, upstream), gradients(right, upstream)
        return {
            f"d{name}": Measured(
                np.asarray(got[name]),
                exact[name],
                inputs[name],
                len(out),
                upstream=upstream,
                under=lambda other, name=name: gradients(right, other)[name],
                others=tuple(exact.values()),
            )
            for name in names
        }


@dataclass(frozen=True)
class Loss:
    """A loss with gradients: `call(module, parameters, rest)` returns the loss and its gradients."""

    call: Callable[[Any, Arrays, dict[str, Any]], Any]
    inputs: Callable[[np.random.Generator, int, int, int], tuple[Arrays, dict[str, Any]]]
    reg: float = 0.0

    def report(self, module: Any, inputs: tuple[Arrays, dict[str, Any]], rng: Any) -> LayerReport:
        parameters, rest = inputs
        n = len(rest["y"])
        options = {"reg": self.reg} if self.reg else {}
        return check_loss(
            lambda given: self.call(module, given, rest), parameters, rng=rng, batch_size=n, **options
        )

    def measured(self, module: Any, right: Any, inputs: Any, rng: Any) -> dict[str, Measured]:
        """Against the mutant's own loss: where that is wrong, the two still do not belong together."""
        parameters, rest = inputs
        got = _named(self.call(module, _copies(parameters), rest)[1], parameters)

        def slope(name: str) -> np.ndarray:
            def value(x: np.ndarray) -> Any:
                return self.call(module, {**_copies(parameters), name: x}, rest)[0]

            return numerical_gradient(value, parameters[name])

        slopes, n = {name: slope(name) for name in parameters}, len(rest["y"])
        others = tuple(slopes.values())
        return {
            f"d{name}": Measured(np.asarray(got[name]), slopes[name], value, n, self.reg, others=others)
            for name, value in parameters.items()
        }


def _named(gradients: Any, parameters: Arrays) -> Mapping[str, Any]:
    return gradients if isinstance(gradients, Mapping) else dict.fromkeys(parameters, gradients)


def _copies(inputs: Mapping[str, Any]) -> dict[str, Any]:
    return copy.deepcopy(dict(inputs))  # settings may hold a generator, which must draw the same again


def _affine(rng: np.random.Generator, n: int, d: int, m: int) -> dict[str, Any]:
    return {
        "x": rng.standard_normal((n, d)),
        "w": rng.standard_normal((m, d)),
        "b": rng.standard_normal(m),
    }


def _normalized(setting: dict[str, Any]) -> Callable[..., dict[str, Any]]:
    def inputs(rng: np.random.Generator, n: int, d: int, m: int) -> dict[str, Any]:
        x = 2 * rng.standard_normal((n + 3, d)) + rng.standard_normal(d)
        return {
            "x": x,
            "gamma": rng.standard_normal(d),
            "beta": rng.standard_normal(d),
            "settings": dict(setting),
        }

    return inputs


def _both(rng: np.random.Generator, n: int, d: int, m: int) -> dict[str, Any]:
    norm = {
        "gamma": rng.standard_normal(m),
        "beta": rng.standard_normal(m),
        "settings": {"mode": "train", "eps": 1e-5},
    }
    return {**_affine(rng, n + 3, d, m), **norm}


def _dropped(rng: np.random.Generator, n: int, d: int, m: int) -> dict[str, Any]:
    settings = {"mode": "train", "p": 0.6, "rng": np.random.default_rng(3)}
    return {"x": rng.standard_normal((n, d)), "settings": settings}


def _scores(rng: np.random.Generator, n: int, d: int, m: int) -> tuple[Arrays, dict[str, Any]]:
    return {"x": rng.standard_normal((n, m))}, {"y": rng.integers(0, m, n)}


def _classifier(rng: np.random.Generator, n: int, d: int, m: int) -> tuple[Arrays, dict[str, Any]]:
    return {"W": rng.standard_normal((m, d)), "b": rng.standard_normal(m)}, {
        "X": rng.standard_normal((n, d)),
        "y": rng.integers(0, m, n),
    }


def _softmax(method: str) -> Callable[..., Any]:
    def call(module: Any, parameters: Arrays, rest: dict[str, Any]) -> Any:
        model = module.Softmax(dims=parameters["W"].shape, rng=np.random.default_rng(0))
        model.W, model.b = parameters["W"], parameters["b"]
        loss, dW, db = getattr(model, method)(rest["X"], rest["y"], 0.3)
        return loss, {"W": dW, "b": db}

    return call


def _net(rng: np.random.Generator, n: int, d: int, m: int) -> tuple[Arrays, dict[str, Any]]:
    h = m + 2
    shapes = {"W1": (h, d), "b1": (h,), "W2": (m, h), "b2": (m,)}
    values = {name: rng.standard_normal(shape) for name, shape in shapes.items()}
    return values, {"X": rng.standard_normal((n, d)), "y": rng.integers(0, m, n)}


def _hand_written(module: Any, parameters: Arrays, rest: dict[str, Any]) -> Any:
    (h, d), m = parameters["W1"].shape, len(parameters["b2"])
    net = module.TwoLayerNet(d, h, m, rng=np.random.default_rng(0))
    net.params = parameters
    return net.loss(rest["X"], rest["y"], reg=0.3)


def _modular(module: Any, parameters: Arrays, rest: dict[str, Any]) -> Any:
    (h, d), m = parameters["W1"].shape, len(parameters["b2"])
    net = module.TwoLayerNet(d, h, m, reg=0.3, rng=np.random.default_rng(0))
    net.params = parameters
    return net.loss(rest["X"], rest["y"])


def _function(name: str) -> Callable[..., Any]:
    return lambda module, parameters, rest: getattr(module, name)(parameters["x"], rest["y"])


BATCHNORM, LAYERNORM = {"mode": "train", "eps": 1e-5}, {"eps": 1e-5}
SUBJECTS: dict[tuple[str, str], Layer | Loss] = {
    ("hw2", "softmax.loss_and_grad"): Loss(_softmax("loss_and_grad"), _classifier, reg=0.3),
    ("hw2", "softmax.fast_loss_and_grad"): Loss(_softmax("fast_loss_and_grad"), _classifier, reg=0.3),
    ("hw3", "layers.affine_backward"): Layer("affine_forward", "affine_backward", _affine),
    ("hw3", "layers.relu_backward"): Layer("relu_forward", "relu_backward", lambda r, n, d, m: {"x": r.standard_normal((n, d))}),
    ("hw3", "layers.softmax_loss"): Loss(_function("softmax_loss"), _scores),
    ("hw3", "layers.svm_loss"): Loss(_function("svm_loss"), _scores),
    ("hw3", "neural_net.gradients"): Loss(_hand_written, _net, reg=0.3),
    ("hw3", "fc_net.two_layer.loss"): Loss(_modular, _net, reg=0.3),
    ("hw4", "layers.batchnorm_backward"): Layer("batchnorm_forward", "batchnorm_backward", _normalized(BATCHNORM)),
    ("hw4", "layers.batchnorm_backward_fast"): Layer("batchnorm_forward", "batchnorm_backward_fast", _normalized(BATCHNORM)),
    ("hw4", "layers.layernorm_backward"): Layer("layernorm_forward", "layernorm_backward", _normalized(LAYERNORM)),
    ("hw4", "layers.dropout_backward"): Layer("dropout_forward", "dropout_backward", _dropped),
    ("hw4", "layer_utils.affine_batchnorm_relu.backward"): Layer("affine_batchnorm_relu_forward", "affine_batchnorm_relu_backward", _both),
}  # fmt: skip
SIZES, OTHER_SIZES = ((5, 7, 4), (4, 4, 4)), ((6, 8, 3), (5, 5, 5))


@dataclass(frozen=True)
class Found:
    """What is said of one wrong gradient, and the same on inputs of another size (None: the mutant fails there)."""

    mutant: Mutant
    gradient: str
    report: GradientReport
    elsewhere: Measured | None

    @property
    def true(self) -> bool:
        """Whether a mistake is named, and the claim holds elsewhere."""
        diagnosis = self.report.diagnosis
        return diagnosis is not None and self.elsewhere is not None and holds(diagnosis.code, self.elsewhere)

    @property
    def held_back(self) -> bool:
        key = f"{SEED} {self.mutant.key}".encode()
        return hashlib.sha256(key).digest()[0] % 2 == 1


def module_from(source: str, name: str) -> Any:
    """A module of a homework from its text; imports of its neighbours find the solution's."""
    module = types.ModuleType(name)
    module.__package__ = "nndl"
    exec(compile(source, f"{name}.py", "exec"), vars(module))
    return module


def examined(subject: Layer | Loss, mutant: Mutant) -> Iterator[Found]:
    """The gradients of a mutant that are refused for their values. Others (shape, NaN, None) need no name."""
    name = Path(mutant.file).stem
    wrong, right = module_from(mutant.source, name), module_from(mutant.original, name)
    for size, other in zip(SIZES, OTHER_SIZES, strict=True):
        report = subject.report(
            wrong, subject.inputs(np.random.default_rng(1), *size), np.random.default_rng(2)
        )
        failing = {key: one for key, one in report.gradients.items() if one.code == "values"}
        if not failing:
            continue
        elsewhere: dict[str, Measured] = {}
        with contextlib.suppress(Exception):  # the mutant's own
            elsewhere = subject.measured(
                wrong, right, subject.inputs(np.random.default_rng(3), *other), np.random.default_rng(4)
            )
        for key, one in failing.items():
            yield Found(mutant, key, one, elsewhere.get(key))
        return


def _proved(subject: Layer | Loss, mutant: Mutant) -> None:
    """Exit where the solution itself does not pass: then nothing would be measured."""
    right = module_from(mutant.original, Path(mutant.file).stem)
    for size in (*SIZES, *OTHER_SIZES):
        report = subject.report(
            right, subject.inputs(np.random.default_rng(1), *size), np.random.default_rng(2)
        )
        if not report.passed:
            sys.exit(f"the solution of {mutant.region} is refused: {report.problem}")


def _alarm(*_: Any) -> None:
    raise _Endless


def all_found() -> list[Found]:
    """Everything that is said of the mutants of all subjects. Mutants that raise or never end say nothing."""
    found: list[Found] = []
    signal.signal(signal.SIGALRM, _alarm)
    for homework in sorted({homework for homework, _ in SUBJECTS}):
        folder = str(ROOT / "solutions" / homework)
        sys.path.insert(0, folder)
        proved: set[str] = set()
        for mutant in mutants_of(Course(ROOT).homework(homework)):
            subject = SUBJECTS.get((homework, mutant.region))
            if subject is None:
                continue
            if mutant.region not in proved:
                _proved(subject, mutant)
                proved.add(mutant.region)
            signal.alarm(SECONDS)
            try:
                with np.errstate(all="ignore"), contextlib.redirect_stdout(io.StringIO()):
                    found += examined(subject, mutant)
            except (Exception, _Endless):  # its message is the student's, not the checker's
                continue
            finally:
                signal.alarm(0)
        sys.path.remove(folder)
        for name in [name for name in sys.modules if name.split(".")[0] == "nndl"]:
            del sys.modules[name]
    return found


def summary(found: list[Found]) -> dict[str, Any]:
    """Counts, precision and coverage over wrong backward passes, and per code how often it was named and was right.

    A backward pass counts as named where at least one of its gradients is; what is said of the first of these counts.
    """
    first: dict[tuple[str, str, str], Found] = {}
    for one in found:
        kept = first.setdefault(one.mutant.key, one)
        if kept.report.diagnosis is None and one.report.diagnosis is not None:
            first[one.mutant.key] = one
    named = [one for one in first.values() if one.report.diagnosis is not None]
    codes = Counter(one.report.diagnosis.code for one in named if one.report.diagnosis)
    right = Counter(one.report.diagnosis.code for one in named if one.report.diagnosis and one.true)
    return {
        "wrong": len(first),
        "named": len(named),
        "precision": sum(one.true for one in named) / max(1, len(named)),
        "coverage": len(named) / max(1, len(first)),
        "codes": {code: [count, right[code]] for code, count in codes.most_common()},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--show", action="store_true", help="print what is not named, or wrongly, in the first half"
    )
    parser.add_argument("--keep", type=Path, help="write the numbers to this file too")
    arguments = parser.parse_args()
    found = all_found()
    halves = {
        "in view": [one for one in found if not one.held_back],
        "held back": [one for one in found if one.held_back],
    }
    if arguments.show:
        for one in halves["in view"]:
            if not one.true:
                said = one.report.diagnosis.sentence if one.report.diagnosis else one.report.problem
                print(f"{one.mutant}\n    {one.gradient}: {said}")
    summaries = {name: summary(half) for name, half in halves.items()}
    for name, numbers in summaries.items():
        print(
            f"{name}: {numbers['wrong']} wrong backward passes, {numbers['named']} named; "
            f"precision {numbers['precision']:.1%} (goal: 95%), coverage {numbers['coverage']:.1%} (goal: 70%)"
        )
        for code, (count, true) in numbers["codes"].items():
            print(f"    {code:32} {count:4} named, {true:4} right")
    if arguments.keep is not None:
        arguments.keep.parent.mkdir(parents=True, exist_ok=True)
        arguments.keep.write_text(json.dumps(summaries, indent=1) + "\n")


if __name__ == "__main__":
    main()
