"""labkit's gradient checker against the ones that people use: what they miss, what they refuse, what they cost.

The others: the classic course recipe (central differences with step 1e-5 for every entry, largest relative error
against a threshold, with an upstream gradient of ones or a random one), torch.autograd.gradcheck in both modes around
the same NumPy functions, and scipy.optimize.check_grad. Right backward functions are tried on awkward inputs too.

PyTorch and SciPy are needed for this benchmark alone, and are no dependencies of the course:
    python -m venv /tmp/venv-bench && /tmp/venv-bench/bin/pip install numpy torch scipy
    /tmp/venv-bench/bin/python benchmarks/gradcheck.py [--keep docs/quality/gradcheck.json]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"  # read when NumPy and PyTorch are imported

import numpy as np  # noqa: E402
import scipy  # noqa: E402
import scipy.optimize  # noqa: E402
import torch  # noqa: E402

sys.path.insert(0, str(Path(__file__).parents[1]))
from gradcheck_cases import Case, affine, affine_back, right_cases, wrong_cases  # noqa: E402

from labkit.gradcheck import check_layer  # noqa: E402

SEEDS = range(5)
SIZES = [(20, 10), (3072, 10), (3072, 50), (3072, 500)]
BATCH = 4
STEP = 1e-5
MOST_MEMORY = 4e9  # bytes for a Jacobian; where it would take more, PyTorch's slow mode is not run
FEW = 200  # evaluations from which the time of the others is extrapolated at large sizes
Checker = Callable[[Case, np.random.Generator], bool]


def ours(case: Case, rng: np.random.Generator) -> bool:
    """labkit.gradcheck.check_layer."""

    def forward(*inputs: Any) -> tuple[Any, Any]:
        return case.forward(*inputs), inputs

    def backward(dout: Any, cache: Any) -> Any:
        found = case.backward(dout, *cache)
        return found if len(found) > 1 else found[0]

    return check_layer(forward, backward, case.inputs, rng=rng).passed


def classic(upstream_of_ones: bool, threshold: float) -> Checker:
    """Central differences for every entry; the largest |a - n| / max(1e-8, |a| + |n|) decides."""

    def passes(case: Case, rng: np.random.Generator) -> bool:
        inputs = {name: array.copy() for name, array in case.inputs.items()}
        out = np.asarray(case.forward(*inputs.values()))
        upstream = np.ones_like(out) if upstream_of_ones else rng.standard_normal(out.shape).astype(out.dtype)
        gradients = case.backward(upstream.copy(), *inputs.values())
        for array, gradient in zip(inputs.values(), gradients, strict=True):
            numeric = np.zeros_like(array)
            for index in np.ndindex(array.shape):
                kept = array[index]
                array[index] = kept + STEP
                above = np.sum(case.forward(*inputs.values()) * upstream)
                array[index] = kept - STEP
                below = np.sum(case.forward(*inputs.values()) * upstream)
                array[index] = kept
                numeric[index] = (above - below) / (2 * STEP)
            size = np.maximum(1e-8, np.abs(gradient) + np.abs(numeric))
            if not np.max(np.abs(gradient - numeric) / size) < threshold:
                return False
        return True

    return passes


def pytorch(fast: bool) -> Checker:
    """torch.autograd.gradcheck with its own tolerances, around the same NumPy functions."""

    def passes(case: Case, rng: np.random.Generator) -> bool:
        torch.manual_seed(int(rng.integers(2**31)))
        tensors = [torch.tensor(array, requires_grad=True) for array in case.inputs.values()]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of float32, which is one of the cases
            return torch.autograd.gradcheck(
                _function(case).apply, tensors, fast_mode=fast, raise_exception=False
            )

    return passes


def _function(case: Case) -> Any:
    class Layer(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, *tensors: Any) -> Any:
            ctx.save_for_backward(*tensors)
            return torch.tensor(np.asarray(case.forward(*(tensor.detach().numpy() for tensor in tensors))))

        @staticmethod
        def backward(ctx: Any, dout: Any) -> Any:
            inputs = [tensor.detach().numpy() for tensor in ctx.saved_tensors]
            found = case.backward(dout.numpy(), *inputs)
            return tuple(torch.tensor(np.asarray(gradient)) for gradient in found)

    return Layer


def scipys(case: Case, rng: np.random.Generator) -> bool:
    """scipy.optimize.check_grad on a random combination of the outputs, to 1e-5 of the gradient's length."""
    out = np.asarray(case.forward(*case.inputs.values()))
    upstream = rng.standard_normal(out.shape).astype(out.dtype)
    names = list(case.inputs)
    for position, name in enumerate(names):

        def inputs(flat: Any, name: str = name) -> list[Any]:
            array = flat.reshape(case.inputs[name].shape).astype(case.inputs[name].dtype)
            return [array if other == name else case.inputs[other] for other in names]

        def value(flat: Any, inputs: Any = inputs) -> float:
            return float(np.sum(case.forward(*inputs(flat)) * upstream))

        def gradient(flat: Any, inputs: Any = inputs, position: int = position) -> Any:
            return case.backward(upstream.copy(), *inputs(flat))[position].ravel().astype(float)

        start = case.inputs[name].ravel().astype(float)
        error = scipy.optimize.check_grad(value, gradient, start)
        if not error <= 1e-5 * max(1.0, float(np.linalg.norm(gradient(start)))):
            return False
    return True


CHECKERS: dict[str, Checker] = {
    "labkit": ours,
    "classic, ones, 1e-7": classic(True, 1e-7),
    "classic, ones, 1e-4": classic(True, 1e-4),
    "classic, random, 1e-7": classic(False, 1e-7),
    "classic, random, 1e-4": classic(False, 1e-4),
    "PyTorch, slow": pytorch(False),
    "PyTorch, fast": pytorch(True),
    "SciPy": scipys,
}


def verdicts() -> dict[str, dict[str, Any]]:
    """For each checker: of how many cases, and the names of those missed and wrongly refused under any seed."""
    found: dict[str, dict[str, Any]] = {}
    for name, checker in CHECKERS.items():
        missed, refused = dict[str, None](), dict[str, None]()
        for seed in SEEDS:
            for case in [*right_cases(seed), *wrong_cases(seed)]:
                with np.errstate(all="ignore"):
                    passed = checker(case, np.random.default_rng(1000 + seed))  # not the inputs' numbers
                if passed != case.right:
                    (refused if case.right else missed)[case.name] = None
        found[name] = {"missed": list(missed), "refused": list(refused)}
    return found


class _Counted:
    """A case whose forward passes are counted; only w is differentiated."""

    def __init__(self, rows: int, columns: int) -> None:
        rng = np.random.default_rng(0)
        x, b = rng.standard_normal((BATCH, rows)), rng.standard_normal(columns)
        self.evaluations = 0

        def forward(w: Any) -> Any:
            self.evaluations += 1
            return affine(x, w, b)

        w = rng.standard_normal((rows, columns))
        self.case = Case("affine", forward, lambda g, w: (affine_back(g, x, w, b)[1],), {"w": w}, right=True)


def cost(name: str, rows: int, columns: int) -> tuple[float, float, bool] | None:
    """(evaluations, seconds, whether the seconds are extrapolated), or None where it cannot be run."""
    counted = _Counted(rows, columns)
    entries = rows * columns
    many = {"classic, random, 1e-7": 2 * entries + 1, "PyTorch, slow": 2 * entries + 2, "SciPy": entries + 2}
    needed = many.get(name)
    if name == "PyTorch, slow" and 8.0 * entries * BATCH * columns > MOST_MEMORY:
        return None
    if needed is not None and needed > 100 * FEW:
        began = time.perf_counter()
        for _ in range(FEW):
            counted.case.forward(*counted.case.inputs.values())
        return needed, (time.perf_counter() - began) / FEW * needed, True
    began = time.perf_counter()
    if not CHECKERS[name](counted.case, np.random.default_rng(0)):
        raise SystemExit(f"{name} refuses a right gradient of {rows} x {columns}")
    if needed not in (None, counted.evaluations):
        raise SystemExit(f"{name} made {counted.evaluations} evaluations at {rows} x {columns}, not {needed}")
    return counted.evaluations, time.perf_counter() - began, False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--keep", type=Path, help="write the numbers to this file too")
    keep = parser.parse_args().keep
    torch.set_num_threads(1)
    right, wrong = len(list(right_cases(0))), len(list(wrong_cases(0)))
    found = verdicts()
    print(f"{wrong} wrong and {right} right backward passes, {len(SEEDS)} seeds each")
    for name, verdict in found.items():
        print(f"{name:22} missed {len(verdict['missed']):2}, wrongly refused {len(verdict['refused']):2}")
        for kind, cases in verdict.items():
            for case in cases:
                print(f"{'':24}{kind}: {case}")
    costs: dict[str, list[Any]] = {}
    for name in ("labkit", "classic, random, 1e-7", "PyTorch, slow", "PyTorch, fast", "SciPy"):
        costs[name] = [cost(name, *size) for size in SIZES]
        shown = [f"{one[0]:,.0f} / {one[1]:.3g} s" if one else "-" for one in costs[name]]
        print(f"{name:22} evaluations / seconds at {SIZES}: {', '.join(shown)}")
    ratio = costs["classic, random, 1e-7"][2][0] / costs["labkit"][2][0]
    print(f"{ratio:,.0f} times fewer evaluations than the classic recipe at 3072 x 50 (goal: 1,000)")
    if keep is not None:
        versions = {"numpy": np.__version__, "torch": torch.__version__, "scipy": scipy.__version__}
        record = {"right": right, "wrong": wrong, "seeds": len(SEEDS), "versions": versions}
        keep.parent.mkdir(parents=True, exist_ok=True)
        keep.write_text(
            json.dumps({**record, "verdicts": found, "sizes": SIZES, "costs": costs}, indent=1) + "\n"
        )


if __name__ == "__main__":
    main()
