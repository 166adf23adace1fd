"""How long a worker takes from the request to the first answer, and what a call costs.

python benchmarks/sandbox_start.py [workers]
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from autograder.sandbox import Sandbox

CELL = "import numpy as np\nA = np.ones((100, 100))\nassert (A @ A)[0, 0] == 100"


def milliseconds(times: list[float]) -> str:
    """Median and range of times in seconds, as text."""
    return f"{1e3 * statistics.median(times):7.1f} ms (from {1e3 * min(times):.1f} to {1e3 * max(times):.1f})"


def main(workers: int) -> None:
    """Start workers one after another and print medians."""
    ready, cell, total, call, array = [], [], [], [], []
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, Sandbox() as sandbox:
        print(sandbox.describe())
        print(f"sandbox, once          {1e3 * (time.perf_counter() - began):7.1f} ms")
        for _ in range(workers):
            began = time.perf_counter()
            with sandbox.worker(Path(folder)) as worker:
                ready.append(time.perf_counter() - began)
                worker.run_cell("n", CELL)
                cell.append(time.perf_counter() - began)
                kept, sent = worker.student("n").notebook, np.ones((500, 500))
                for times, name, value in ((call, "a", 1.0), (array, "b", sent)):
                    start = time.perf_counter()
                    setattr(kept, name, value)
                    times.append(time.perf_counter() - start)
            total.append(time.perf_counter() - began)
    print(f"worker ready           {milliseconds(ready)}")
    print(f"… first cell done      {milliseconds(cell)}")
    print(f"… closed               {milliseconds(total)}")
    print(f"a call                 {milliseconds(call)}")
    print(f"a call with 2 MB       {milliseconds(array)}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
