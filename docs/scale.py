"""Write docs/scale.md: `python docs/scale.py`, from what benchmarks/grading.py, growth.py and pdf.py measured."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from autograder.wording import counted

ROOT = Path(__file__).resolve().parent
OUTPUT, FIGURES = ROOT / "scale.md", ROOT / "figures"
CLASSES = (370, 5_000, 100_000)
MACHINES, CORES = (1, 4, 16, 64), 8
START_SECONDS = 30  # until a cluster's workers have their sandboxes up
LEFT_OUT = ("experiments",)
HERE = ("merging", "writing")  # beginnings of the stages that the grading machine does itself

HEAD = """# Large classes

`autograder grade` judges one submission per core. With `--times` it says in the end where the time went:

```
autograder grade hw2 --times
```

What is new or changed is graded, and nothing else: a result holds as long as the submission, the homework's checks
and its release are the same. A changed check regrades its own question, for everybody, and with it those that depend on what was
changed: by a function that their checks share, or by `after=`. Where time ran out before, all questions are asked again.
Manual scores, comments and penalties stay.

It may be killed at any moment, by whatever; run it again. A submission whose sandbox was killed from outside
is graded once more, so that nobody loses points to a full machine.

## On many machines

The judging can be done by a [Dask](https://distributed.dask.org) cluster. The machines need Linux, Python and the same
version of this project with `pip install -e ".[staff,cluster]"`; they need no course folder and no access to each other's
disks. On one machine, start a scheduler; on each of the others, as many workers as it has cores:

```
dask scheduler --port 8786
dask worker tcp://grading:8786 --nworkers 8 --nthreads 1 --memory-limit 0
autograder grade hw2 --cluster tcp://grading:8786
```

Workers get the merged submission and the homework's checks, judge in the same sandbox, and return the result. Only the
machine on which you give the command writes results, notebooks and the gradebook. A submission whose worker dies goes
to another one. Hidden checks travel to the workers and the scheduler runs what it is sent: let nobody else reach its
port, or use `tls://` addresses with certificates.

On Slurm, [dask-jobqueue](https://jobqueue.dask.org) starts the workers as jobs:

```python
from dask_jobqueue import SLURMCluster

cluster = SLURMCluster(queue="short", cores=8, processes=8, memory="24GB", walltime="01:00:00")
cluster.scale(jobs=16)
print(cluster.scheduler_address)  # for --cluster; stop this program when the grading is over
input()
```

On Kubernetes, [dask-kubernetes](https://kubernetes.dask.org) does, from an image with this project in it:

```python
from dask_kubernetes.operator import KubeCluster

cluster = KubeCluster(name="grading", image="registry.example.edu/autograder:1", n_workers=32)
print(cluster.scheduler_address)
input()
```

Containers often forbid new user namespaces. Then Landlock, the filter of system calls and the limits still stand,
and every result says which walls were missing; a container without Landlock too is refused.
"""


def main() -> None:
    grading = json.loads((FIGURES / "grading.json").read_text(encoding="utf-8"))
    growth = json.loads((FIGURES / "growth.json").read_text(encoding="utf-8"))
    pdf = json.loads((FIGURES / "pdf.json").read_text(encoding="utf-8"))
    parts = [HEAD, measured(grading), grown(growth), simulated(grading["runs"], growth["rows"]), printed(pdf)]
    OUTPUT.write_text("\n".join(parts), encoding="utf-8")
    print(OUTPUT)


def table(head: tuple[str, ...], rows: list[tuple[Any, ...]]) -> str:
    lines = [head, ("---", *["--:"] * (len(head) - 1)), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines) + "\n"


def measured(grading: dict[str, Any]) -> str:
    rows = []
    for run in grading["runs"]:
        number = run["submissions"]
        skipped = run["seconds"] - sum(run["stages"].get(stage, 0.0) for stage in LEFT_OUT)
        per_minute = 60 * number / run["seconds"]
        without = f"{60 * number / skipped:.2f}" if run["program"] == "nbgrader" else ""
        each = f"{run['cpu_seconds'] / number:.1f}"
        rows.append(
            (run["homework"], run["program"], number, f"{per_minute:.2f}", without, each, run["peak_mb"])
        )
    text = f"""
## Beside stock nbgrader

Measured by `python benchmarks/grading.py`, which says how ({grading["when"]}, {grading["machine"]},
load average before it {grading["load"]:.1f}). Stock nbgrader tests the public checks with plain asserts and
has no sandbox. The fifth column is what stock would reach if somebody had the cells that only train or draw skipped, as
is done here. Memory is the largest of all processes together; the memory that one submission may take, 2 GB, comes on top
for each that tries to.

"""
    head = (
        "homework",
        "program",
        "submissions",
        "a minute",
        "without training",
        "processor s each",
        "MB at most",
    )
    text += table(head, rows)
    ours = [run for run in grading["runs"] if run["program"] == "autograder"]
    text += "\nWhere the time of `autograder grade` goes, in processor seconds for each submission:\n\n"
    stages = list(ours[0]["stages"])
    head = ("stage", *[run["homework"] for run in ours])
    text += table(
        head, [(s, *[f"{run['stages'][s] / run['submissions']:.2f}" for run in ours]) for s in stages]
    )
    return text


def printed(pdf: dict[str, Any]) -> str:
    text = f"""
## PDFs

Measured by `python benchmarks/pdf.py` with submissions of {pdf["homework"]} ({pdf["when"]}). nbconvert prints notebooks
without the modules that belong to them; LaTeX is in the table where it is installed.

"""
    head = (
        "program",
        "at a time",
        "notebooks",
        "pages",
        "seconds",
        "s a notebook (median)",
        "processor s a notebook",
    )
    rows = [
        (row["way"], row["processes"], row["notebooks"], row["pages"], f"{row['seconds']:.0f}",
         f"{row['median']:.2f}", f"{row['processor']:.2f}")
        for row in pdf["rows"]
    ]  # fmt: skip
    return text + table(head, rows)


def grown(growth: dict[str, Any]) -> str:
    text = """
## Growth

Everything but the judging, for a class that grows (`python benchmarks/growth.py`): merging, results, notebooks, and the
gradebook, first for new submissions, then for the same ones unchanged.

"""
    rows = [
        (row["what"], row["students"], row["seconds"], row["cpu_seconds"],
         f"{1000 * row['cpu_seconds'] / row['students']:.0f}", row["peak_mb"])
        for row in growth["rows"]
    ]  # fmt: skip
    head = ("", "students", "seconds", "processor s", "processor ms each", "MB at most")
    return text + table(head, rows)


def simulated(runs: list[dict[str, Any]], growth: list[dict[str, Any]]) -> str:
    """Minutes for classes and clusters: workers in parallel, one machine that merges and writes for all."""
    ours = [run for run in runs if run["program"] == "autograder"]
    work = sum(_judging(run) for run in ours) / sum(run["submissions"] for run in ours)
    new = [row for row in growth if row["what"] == "new"][-1]
    writing = new["cpu_seconds"] / new["students"]
    rows = []
    for students in CLASSES:
        minutes = [
            max(START_SECONDS + students * work / (machines * CORES), students * writing) / 60
            for machines in MACHINES
        ]
        rows.append((f"{students:,}", *[f"{minute:,.0f} min" for minute in minutes]))
    text = f"""
## What a class takes

Computed from these figures: {work:.1f} processor seconds to judge a submission, on machines of {CORES} cores, and
{1000 * writing:.0f} ms for each on the machine that merges and writes, which is the limit where numbers stop falling.

"""
    return text + table(("students", *[counted(number, "machine") for number in MACHINES]), rows)


def _judging(run: dict[str, Any]) -> float:
    return sum(seconds for stage, seconds in run["stages"].items() if not stage.startswith(HERE))


if __name__ == "__main__":
    main()
