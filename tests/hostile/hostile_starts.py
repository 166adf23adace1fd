"""What a hostile submission starts from: its honest part, whose score it must not exceed."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell

ATTACKS = Path(__file__).with_name("attacks")
MANY = 400

# Appended to the solution's modules: right answers, got in a way that does not deserve all points.
STARTS = {
    "scaffold": {},
    "solution": {},
    "loops": {
        "nndl/knn.py": """

def _by_row(self, X):
    test, train = np.asarray(X, dtype=float), np.asarray(self.X_train, dtype=float)
    dists = np.empty((len(test), len(train)))
    for i in range(len(test)):
        dists[i] = np.sqrt(np.sum((train - test[i]) ** 2, axis=1))
    return dists


def _by_pair(self, X, ord):
    test, train = np.asarray(X, dtype=float), np.asarray(self.X_train, dtype=float)
    dists = np.empty((len(test), len(train)))
    for i in range(len(test)):
        for j in range(len(train)):
            dists[i, j] = np.linalg.norm(test[i] - train[j], ord)
    return dists


KNN.compute_L2_distances_vectorized, KNN.compute_distances_vectorized = _by_row, _by_pair
""",
        "nndl/softmax.py": """

def _by_example(self, X, y, reg=0.0):
    loss, dW, db = 0.0, np.zeros_like(self.W), np.zeros_like(self.b)
    for x, label in zip(X, y):
        scores = self.W @ x + self.b
        scores = scores - scores.max()
        p = np.exp(scores)
        loss += np.log(p.sum()) - scores[label]
        p /= p.sum()
        p[label] -= 1
        dW += np.outer(p, x)
        db += p
    return float(loss / len(X) + 0.5 * reg * np.sum(self.W**2)), dW / len(X) + reg * self.W, db / len(X)


Softmax.fast_loss_and_grad = _by_example
""",
    },
    "greedy": {
        "nndl/knn.py": """

def _all_at_once(self, X, ord=2):
    floats = np.result_type(X, self.X_train, np.float32)
    gaps = np.asarray(X, floats)[:, None] - np.asarray(self.X_train, floats)
    np.abs(gaps, out=gaps)
    if ord == np.inf:
        return gaps.max(axis=2)
    if ord == 1:
        return gaps.sum(axis=2)
    np.square(gaps, out=gaps)
    return np.sqrt(gaps.sum(axis=2))


KNN.compute_L2_distances_vectorized = KNN.compute_distances_vectorized = _all_at_once
"""
    },
    "losses": {
        "nndl/softmax.py": """

def _not_written(self, *args, **kwargs):
    raise NotImplementedError


Softmax.loss_and_grad = Softmax.fast_loss_and_grad = _not_written
"""
    },
}


@dataclass(frozen=True)
class Attack:
    """A file of `attacks/`: code that is added to a submission.

    Attributes:
        start: what it is added to, a key of `STARTS`.
        file: the module or notebook that it is added to.
        at: "end", "start", or "many" for many cells.
        only: the questions that must not gain; empty: all. (A right gradient, however got, makes training right.)
    """

    name: str
    title: str
    start: str
    file: str
    at: str
    code: str
    only: frozenset[str] = frozenset()

    def build(self, folder: Path) -> None:
        """Turn an honest submission into the hostile one."""
        path = folder / self.file
        if path.suffix == ".py":
            path.write_text(path.read_text(encoding="utf-8") + "\n\n" + self.code, encoding="utf-8")
            return
        notebook = nbformat.read(path, as_version=4)
        cells = [new_code_cell(self.code) for _ in range(MANY if self.at == "many" else 1)]
        notebook.cells = cells + notebook.cells
        nbformat.write(notebook, path)


def read_attacks() -> tuple[Attack, ...]:
    """All attacks of the folder, by name."""
    found = []
    for path in sorted(ATTACKS.glob("*.py")):
        text = path.read_text(encoding="utf-8")
        keys = dict(re.findall(r"^# (start|file|at|only): (.+)$", text, re.M))
        title = text.split('"""')[1]
        only = frozenset(keys.get("only", "").split())
        found.append(Attack(path.stem, title, keys["start"], keys["file"], keys["at"], text, only))
    return tuple(found)


def make_start(start: str, release: Path, solution: Path, folder: Path) -> None:
    """Write an honest submission."""
    shutil.copytree(release if start == "scaffold" else solution, folder)
    for name, code in STARTS[start].items():
        path = folder / name
        path.write_text(path.read_text(encoding="utf-8") + code, encoding="utf-8")
