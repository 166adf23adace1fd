"""One training step of the course's own net against the same step in PyTorch on the CPU, side by side.

The net of hw4's solution: 3072 inputs, three hidden layers of 500 units with batch normalization, 10 classes; minibatches
of 100, float32, Adam. A step is forward pass, loss, backward pass and update. The goal is a ratio of at most 1.5.

PyTorch is needed for this benchmark alone, and is no dependency of the course. In an environment of its own:
    python -m venv /tmp/venv-bench && /tmp/venv-bench/bin/pip install numpy torch
    /tmp/venv-bench/bin/python benchmarks/training_step.py [steps] [threads]
"""

from __future__ import annotations

import itertools
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

THREADS = int(sys.argv[2]) if len(sys.argv) > 2 else 1
for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = str(THREADS)  # read when NumPy and PyTorch are imported

import numpy as np  # noqa: E402
import torch  # noqa: E402

sys.path.insert(0, str(Path(__file__).parents[1] / "solutions" / "hw4"))
from nndl.fc_net import FullyConnectedNet  # noqa: E402
from nndl.optim import adam  # noqa: E402

HIDDEN, INPUTS, CLASSES, BATCH, RATE = [500, 500, 500], 3072, 10, 100, 1e-3
Step = Callable[[], float]


def ours(net: Any, X: np.ndarray, y: np.ndarray) -> Step:
    """A function that takes one step with the solution's modules, and returns the loss before it."""
    configs: dict[str, dict] = {name: {"learning_rate": RATE} for name in net.params}

    def step() -> float:
        loss, gradients = net.loss(X, y)
        for name, w in net.params.items():
            net.params[name], configs[name] = adam(w, gradients[name], configs[name])
        return float(loss)

    return step


def pytorch(net: Any, X: np.ndarray, y: np.ndarray) -> Step:
    """The same in PyTorch, from the same parameters."""
    layers: list[torch.nn.Module] = []
    sizes = [INPUTS, *HIDDEN, CLASSES]
    for layer, (inputs, outputs) in enumerate(itertools.pairwise(sizes), start=1):
        linear = torch.nn.Linear(inputs, outputs)
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(net.params[f"W{layer}"]))
            linear.bias.copy_(torch.tensor(net.params[f"b{layer}"]))
        layers.append(linear)
        if layer <= len(HIDDEN):
            layers += [torch.nn.BatchNorm1d(outputs), torch.nn.ReLU()]
    model, images, labels = torch.nn.Sequential(*layers), torch.tensor(X), torch.tensor(y)
    optimizer, criterion = torch.optim.Adam(model.parameters(), lr=RATE), torch.nn.CrossEntropyLoss()

    def step() -> float:
        optimizer.zero_grad()
        loss = criterion(model(images), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def main(steps: int) -> None:
    """Alternate the two, and print medians and their ratio."""
    torch.set_num_threads(THREADS)
    rng = np.random.default_rng(0)
    X = rng.standard_normal((BATCH, INPUTS)).astype(np.float32)
    y = rng.integers(0, CLASSES, BATCH)
    net = FullyConnectedNet(HIDDEN, INPUTS, CLASSES, normalization="batchnorm", rng=rng, dtype=np.float32)
    theirs, own = pytorch(net, X, y), ours(net, X, y)
    for _ in range(3):  # warm up, and see that both do the same
        first, second = own(), theirs()
        if abs(first - second) > 1e-2 * abs(second):
            raise SystemExit(f"The two do not compute the same: losses {first:.5f} and {second:.5f}.")
    dtypes = {w.dtype.name for w in net.params.values()}
    times: dict[str, list[float]] = {"solution": [], "PyTorch": []}
    for number in range(steps):
        pair = [("solution", own), ("PyTorch", theirs)]
        for name, step in pair if number % 2 else pair[::-1]:
            began = time.perf_counter()
            step()
            times[name].append(time.perf_counter() - began)
    print(
        f"{steps} steps each, alternating, {THREADS} thread(s), {'/'.join(dtypes)}, NumPy {np.__version__}, PyTorch {torch.__version__}"
    )
    for name, seconds in times.items():
        print(f"{name:9} {1e3 * statistics.median(seconds):7.2f} ms (fastest {1e3 * min(seconds):.2f})")
    ratio = statistics.median(times["solution"]) / statistics.median(times["PyTorch"])
    print(f"ratio     {ratio:7.2f} (goal: at most 1.5)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
