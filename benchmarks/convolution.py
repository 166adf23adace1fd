"""The solution's fast convolution against PyTorch's on the CPU and against the loops, forward and backward, side by side.

32 filters of 3 x 3 with stride 1 and pad 1, float32, on 100 pictures of 3 x 32 x 32 and on 100 of 32 x 16 x 16. The goals:
at least 50 times as fast as the loops (timed on two pictures), and at most 4 times PyTorch's time. The memory is what the
functions allocate at most besides their arguments, by tracemalloc.

PyTorch is needed for this benchmark alone, and is no dependency of the course. In an environment of its own:
    python -m venv /tmp/venv-bench && /tmp/venv-bench/bin/pip install numpy torch
    /tmp/venv-bench/bin/python benchmarks/convolution.py [passes] [threads]
"""

from __future__ import annotations

import os
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

THREADS = int(sys.argv[2]) if len(sys.argv) > 2 else 1
for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = str(THREADS)  # read when NumPy and PyTorch are imported

import numpy as np  # noqa: E402
import torch  # noqa: E402

sys.path.insert(0, str(Path(__file__).parents[1] / "solutions" / "hw5"))
from nndl.conv_layers import (  # noqa: E402
    conv_backward_fast,
    conv_backward_naive,
    conv_forward_fast,
    conv_forward_naive,
)

SHAPES = ((100, 3, 32, 32), (100, 32, 16, 16))
FILTERS, PARAM = 32, {"stride": 1, "pad": 1}
Arrays = tuple[np.ndarray, ...]
Pass = Callable[[], Arrays]


def ours(x: np.ndarray, w: np.ndarray, b: np.ndarray, upstream: np.ndarray) -> tuple[Pass, Pass]:
    """Forward alone, and forward and backward: output and gradients."""

    def forward() -> Arrays:
        return (conv_forward_fast(x, w, b, PARAM)[0],)

    def both() -> Arrays:
        out, cache = conv_forward_fast(x, w, b, PARAM)
        return (out, *conv_backward_fast(upstream, cache))

    return forward, both


def pytorch(x: np.ndarray, w: np.ndarray, b: np.ndarray, upstream: np.ndarray) -> tuple[Pass, Pass]:
    """The same in PyTorch."""
    inputs = [torch.tensor(array, requires_grad=True) for array in (x, w, b)]
    slope = torch.tensor(upstream)

    def run() -> torch.Tensor:
        return torch.nn.functional.conv2d(*inputs, stride=1, padding=1)

    def forward() -> Arrays:
        with torch.no_grad():
            return (run().numpy(),)

    def both() -> Arrays:
        out = run()
        gradients = torch.autograd.grad(out, inputs, slope)
        return (out.detach().numpy(), *(gradient.numpy() for gradient in gradients))

    return forward, both


def loops(x: np.ndarray, w: np.ndarray, b: np.ndarray, upstream: np.ndarray) -> tuple[float, float]:
    """Seconds of the loops for two pictures: forward alone, and forward and backward."""
    began = time.perf_counter()
    _, cache = conv_forward_naive(x[:2], w, b, PARAM)
    forward = time.perf_counter() - began
    conv_backward_naive(upstream[:2], cache)
    return forward, time.perf_counter() - began


def medians(functions: dict[str, Pass], passes: int) -> dict[str, float]:
    """Median seconds of each function; they take turns."""
    times: dict[str, list[float]] = {name: [] for name in functions}
    for number in range(passes + 2):
        for name in sorted(functions, reverse=bool(number % 2)):
            began = time.perf_counter()
            functions[name]()
            if number >= 2:  # the first two warm up
                times[name].append(time.perf_counter() - began)
    return {name: statistics.median(found) for name, found in times.items()}


def memory(function: Pass) -> float:
    """MiB that a call allocates at most."""
    tracemalloc.start()
    function()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 2**20


def measure(shape: tuple[int, ...], passes: int) -> None:
    """Compare the two on one shape, and print a block."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal(shape, dtype=np.float32)
    w = rng.standard_normal((FILTERS, shape[1], 3, 3), dtype=np.float32)
    b = rng.standard_normal(FILTERS, dtype=np.float32)
    upstream = rng.standard_normal((shape[0], FILTERS, *shape[2:]), dtype=np.float32)
    own, theirs = ours(x, w, b, upstream), pytorch(x, w, b, upstream)
    for name, first, second in zip(("out", "dx", "dw", "db"), own[1](), theirs[1](), strict=True):
        if np.abs(first - second).max() > 1e-3 * np.abs(second).max():
            raise SystemExit(f"The two do not compute the same {name}.")
    slow = loops(x, w, b, upstream)
    print(f"{shape}")
    for place, what in enumerate(("forward", "forward and backward")):
        found = medians({"solution": own[place], "PyTorch": theirs[place]}, passes)
        solution, torch_time = found["solution"], found["PyTorch"]
        per_picture = slow[place] / 2 / (solution / shape[0])
        print(
            f"  {what:21} solution {1e3 * solution:7.1f} ms, PyTorch {1e3 * torch_time:7.1f} ms, "
            f"ratio {solution / torch_time:5.2f} (goal: at most 4); {per_picture:6.0f} times as fast as the loops (goal: at least 50); "
            f"{memory(own[place]):6.1f} MiB"
        )


def main(passes: int) -> None:
    torch.set_num_threads(THREADS)
    print(
        f"{passes} passes each, alternating, {THREADS} thread(s), float32, NumPy {np.__version__}, PyTorch {torch.__version__}"
    )
    for shape in SHAPES:
        measure(shape, passes)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
