"""Answers in the notebooks' own cells: right ones in several styles lose nothing, wrong ones lose points."""

import shutil
from itertools import zip_longest

import nbformat
import pytest

from autograder.judge import Judge
from autograder.sandbox import Sandbox

pytestmark = pytest.mark.xdist_group("answers")

CELLS = {
    "knn.temporary_gigabytes": "knn-temporary-solution",
    "knn.error_rate": "knn-error-solution",
    "knn.errors_of_fold": "knn-folds-solution",
    "knn.tinted_copy": "knn-copies-solution",
    "softmax.losses_by_hand": "softmax-losses_by_hand-code",
    "softmax.largest_step": "softmax-largest_step-code",
    "softmax.loss_curves": "softmax-name_the_curves-code",
    "softmax.as_logistic": "softmax-as_logistic-code",
    "softmax.binary_hinge": "softmax-binary_hinge-code",
    "softmax.svm_loss": "softmax-svm_loss-code",
}


def function(name, arguments, *lines):
    return f"def {name}({arguments}):\n" + "".join(f"    {line}\n" for line in lines)


def gigabytes(*lines):
    return function("temporary_gigabytes", "num_test, num_train, D", *lines)


def rate(*lines):
    return function("error_rate", "predicted, actual", *lines)


def fold(*lines):
    return function("errors_of_fold", "X, y, folds, held_out, ks, distances", *lines)


def tint(*lines):
    return function("tinted_copy", "image, colour, distance", *lines)


def by_hand(*lines):
    return function("losses_by_hand", "", *lines)


def step(*lines):
    return function("largest_step", "", *lines)


def curves(*lines):
    return function("name_the_curves", "", *lines)


def logistic(*lines):
    return function("as_logistic", "W, b", *lines)


def binary(*lines):
    return function("binary_hinge", "w, b, X, y", *lines)


def svm(*lines):
    return function("svm_loss", "W, b, X, y, reg", *lines)


SPLIT = (
    "inside = folds[held_out]",
    "outside = np.hstack([folds[i] for i in range(len(folds)) if i != held_out])",
    "model = KNN()",
    "model.train(X[outside], y[outside])",
    "dists = distances(model, X[inside])",
)
MARGINS = (
    "N = X.shape[0]",
    "a = X @ W.T + b",
    "m = np.maximum(0, a - a[np.arange(N), y].reshape(-1, 1) + 1)",
    "m[np.arange(N), y] = 0",
    "g = (m > 0) * 1.0",
)
PULLS = ("g[np.arange(N), y] = -np.sum(m > 0, axis=1)", "g = g / N")
TOTAL = "loss = np.sum(m) / N + 0.5 * reg * np.sum(W * W)"

RIGHT = {
    "knn.temporary_gigabytes": [
        gigabytes("return 8 * num_test * num_train * D / 10**9"),
        gigabytes(
            "numbers = np.prod([num_test, num_train, D], dtype=float)",
            "return numbers * np.float64().nbytes * 1e-9",
        ),
        gigabytes(
            "size: float = num_test * num_train",
            "size *= D",
            "size *= 64 / 8",
            "return np.array(size / 1_000_000_000)",
        ),
    ],
    "knn.error_rate": [
        rate("return 1 - np.mean(predicted == actual)"),
        rate(
            "wrong = 0",
            "for p, a in zip(predicted, actual):",
            "    if p != a:",
            "        wrong += 1",
            "return wrong / len(actual)",
        ),
        rate("return np.count_nonzero(predicted - actual) / predicted.shape[0]"),
        rate("return np.float32(np.sum(np.array(predicted) != np.array(actual))) / len(predicted)"),
    ],
    "knn.errors_of_fold": [
        fold(
            *SPLIT,
            "errors = np.zeros(len(ks))",
            "for i, k in enumerate(ks):",
            "    errors[i] = error_rate(model.predict_labels(dists, k=k), y[inside])",
            "return errors",
        ),
        fold(
            "mask = np.ones(len(X), dtype=bool)",
            "mask[folds[held_out]] = False",
            "knn = KNN()",
            "knn.train(X[mask], y[mask])",
            "table = distances(knn, X[~mask])",
            "return [np.mean(knn.predict_labels(table, k) != y[~mask]) for k in ks]",
        ),
        fold(
            "rest = sorted(set(range(len(y))) - set(folds[held_out].tolist()))",
            "model = KNN()",
            "model.train(X[rest, :], y[rest])",
            "errors = []",
            "for k in ks:",
            "    guess = model.predict_labels(distances(model, X[folds[held_out], :]), k)",
            "    errors.append(float(error_rate(guess, y[folds[held_out]])))",
            "    print(k, errors[-1])",
            "return np.asarray(errors)",
        ),
        fold(*SPLIT, "return tuple(error_rate(model.predict_labels(dists, k), y[inside]) for k in ks)"),
    ],
    "knn.tinted_copy": [
        tint(
            "a = image.astype(np.float64)",
            "d = np.array(colour, float) - a",
            "t = distance / np.sqrt((d * d).sum())",
            "return a + t * d",
        ),
        tint(
            "plain = np.ones(image.shape) * colour",
            "whole = np.linalg.norm((plain - image).ravel())",
            "share = distance / whole",
            "return (1 - share) * image + share * plain",
        ),
        tint(
            "copy = np.float32(image)",
            "gap = np.zeros(image.shape, np.float32)",
            "for c in range(3):",
            "    gap[..., c] = float(colour[c]) - copy[..., c]",
            "copy += gap * np.float32(distance / np.linalg.norm(gap))",
            "return copy",
        ),
    ],
    "softmax.losses_by_hand": [
        by_hand("s = np.array([2.0, 5.1, -1.3])", "return np.log(np.exp(s).sum()) - s"),
        by_hand("s = [2.0, 5.1, -1.3]", "return [-np.log(np.exp(v) / sum(np.exp(s))) for v in s]"),
        by_hand("return (3.146, 0.046, 6.446)"),
    ],
    "softmax.largest_step": [
        step("return 1 / 11"),
        step("return 0.0909"),
        step("steepest = max(22, 2)", "return np.array(2.0) / steepest"),
    ],
    "softmax.loss_curves": [
        curves("return dict(A='rate too low', B='diverging', C='good', D='rate too high')"),
        curves("return {'D': 'rate too high', 'C': 'good', 'B': 'diverging', 'A': 'rate too low'}"),
        curves(
            "words = ['rate too low', 'diverging', 'good', 'rate too high']",
            "return dict(zip('ABCD', words))",
        ),
    ],
    "softmax.as_logistic": [
        logistic("w = np.subtract(W[1, :], W[0, :])", "c = float(b[1] - b[0])", "return w, c"),
        logistic("return np.diff(W, axis=0)[0], np.diff(b)[0]"),
        logistic("sign = np.array([-1.0, 1.0])", "return [sign @ W, sign @ b]"),
    ],
    "softmax.binary_hinge": [
        binary(
            "loss, dw, db = 0.0, np.zeros(len(w)), 0.0",
            "for i in range(len(X)):",
            "    m = y[i] * (np.dot(w, X[i]) + b)",
            "    if m < 1:",
            "        loss += 1 - m",
            "        dw -= y[i] * X[i]",
            "        db -= y[i]",
            "return loss / len(X), dw / len(X), db / len(X)",
        ),
        binary(
            "m = np.multiply(y, X.dot(w) + b)",
            "on = np.where(1 - m > 0, 1.0, 0.0)",
            "return np.mean(np.clip(1 - m, 0, None)), -(X.T @ (on * y)) / y.size, -np.mean(on * y)",
        ),
        binary(
            "m = 1 - y * (X @ w + b)",
            "near = m >= 0",
            "dw = -(y[near, None] * X[near]).sum(axis=0) / len(y)",
            "return m[near].sum() / len(y), dw, np.array(-y[near].sum() / len(y))",
        ),
    ],
    "softmax.svm_loss": [
        svm(
            "loss, dW, db = 0.0, np.zeros(W.shape), np.zeros(b.shape)",
            "for i in range(X.shape[0]):",
            "    a = W.dot(X[i]) + b",
            "    for j in range(W.shape[0]):",
            "        if j == y[i]:",
            "            continue",
            "        m = a[j] - a[y[i]] + 1",
            "        if m > 0:",
            "            loss += m",
            "            dW[j] += X[i]",
            "            dW[y[i]] -= X[i]",
            "            db[j] += 1",
            "            db[y[i]] -= 1",
            "N = X.shape[0]",
            "return loss / N + 0.5 * reg * np.sum(W**2), dW / N + reg * W, db / N",
        ),
        svm(*MARGINS, *PULLS, TOTAL, "return loss, np.dot(g.T, X) + reg * W, np.sum(g, axis=0)"),
        svm(
            "N, C = len(X), len(b)",
            "hot = np.eye(C)[y]",
            "a = X @ W.T + b",
            "gaps = (1 + a - (a * hot).sum(1, keepdims=True)) * (1 - hot)",
            "on = (gaps > 0).astype(float)",
            "g = on - hot * on.sum(axis=1, keepdims=True)",
            "loss = np.where(gaps > 0, gaps, 0).sum(axis=1).mean() + reg / 2 * (W**2).sum()",
            "return loss, np.einsum('nc,nd->cd', g, X) / N + reg * W, g.mean(axis=0)",
        ),
    ],
}

WRONG = {
    "knn.temporary_gigabytes": [
        gigabytes("return num_test * num_train * D / 1e9"),
        gigabytes("return num_test * num_train * D * 8 / 2**30"),
        gigabytes("return num_test * num_train * 8 / 1e9"),
    ],
    "knn.errors_of_fold": [
        fold(*SPLIT, "return np.array([np.mean(model.predict_labels(dists, k) == y[inside]) for k in ks])"),
        fold(
            "model = KNN()",
            "model.train(X, y)",
            "dists = distances(model, X[folds[held_out]])",
            "return np.array([error_rate(model.predict_labels(dists, k), y[folds[held_out]]) for k in ks])",
        ),
        fold(*SPLIT, "return np.mean([error_rate(model.predict_labels(dists, k), y[inside]) for k in ks])"),
        fold(
            *SPLIT,
            "dists = model.compute_L2_distances_vectorized(X[inside])",
            "return np.array([error_rate(model.predict_labels(dists, k), y[inside]) for k in ks])",
        ),
        fold(
            *SPLIT,
            "for k in ks:",
            "    errors = np.array([error_rate(model.predict_labels(dists, k), y[inside])] * len(ks))",
            "return errors",
        ),
    ],
    "knn.tinted_copy": [
        tint("return image + distance / np.linalg.norm(colour - image) * (colour - image)"),
        tint("return image.astype(float) + distance"),
        tint(
            "a = image.astype(float)",
            "d = colour - a",
            "return a + distance * d / np.linalg.norm(d, axis=2, keepdims=True)",
        ),
        tint(
            "a = image.astype(float)",
            "d = colour - a",
            "return np.round(a + distance / np.linalg.norm(d) * d).astype(int)",
        ),
        tint("a = image.astype(float)", "d = colour - a", "return a + distance / (d**2).sum() * d"),
    ],
    "softmax.losses_by_hand": [
        by_hand("s = np.array([2.0, 5.1, -1.3])", "return s - np.log(np.exp(s).sum())"),
        by_hand("s = np.array([2.0, 5.1, -1.3])", "return np.exp(s) / np.exp(s).sum()"),
        by_hand("return 0.05, 3.15, 6.45"),
        by_hand("s = np.array([2.0, 5.1, -1.3])", "return np.log10(np.exp(s).sum()) - np.log10(np.exp(s))"),
    ],
    "softmax.largest_step": [
        step("return 0.1"),
        step("return 1 / 22"),
        step("return 2 / 11"),
        step("return 1.0"),
    ],
    "softmax.loss_curves": [
        curves("return {'A': 'good', 'B': 'diverging', 'C': 'rate too low', 'D': 'rate too high'}"),
        curves("return {letter: 'good' for letter in 'ABCD'}"),
        curves("return {'A': 'rate too low', 'B': 'diverging', 'C': 'rate too high', 'D': 'good'}"),
    ],
    "softmax.as_logistic": [
        logistic("return W[0] - W[1], b[0] - b[1]"),
        logistic("return W[1], b[1]"),
        logistic("return W[1] - W[0], 0.0"),
        logistic("return (W[1] - W[0]) / 2, (b[1] - b[0]) / 2"),
    ],
    "softmax.binary_hinge": [
        binary(
            "m = y * (X @ w + b)",
            "on = m < 0",
            "return np.maximum(0, -m).mean(), -(on * y) @ X / len(y), -(on * y).mean()",
        ),
        binary(
            "m = y * (X @ w + b)",
            "on = m < 1",
            "return np.maximum(0, 1 - m).mean(), -(on * y) @ X, -(on * y).sum()",
        ),
        binary(
            "m = y * (X @ w + b)",
            "on = m < 1",
            "return np.maximum(0, 1 - m).mean(), (on * y) @ X / len(y), (on * y).mean()",
        ),
        binary("m = y * (X @ w + b)", "return np.maximum(0, 1 - m).mean(), -y @ X / len(y), -y.mean()"),
        binary(
            "m = y * (X @ w + b)",
            "on = m < 1",
            "return np.maximum(0, 1 - m).sum(), -(on * y) @ X, -(on * y).sum()",
        ),
    ],
    "softmax.svm_loss": [
        svm(
            *MARGINS,
            "g[np.arange(N), y] = -1",
            "g = g / N",
            TOTAL,
            "return loss, g.T @ X + reg * W, g.sum(axis=0)",
        ),
        svm(*MARGINS, *PULLS, TOTAL, "return loss, g.T @ X, g.sum(axis=0)"),
        svm(
            *(line for line in MARGINS if "= 0" not in line),
            *PULLS,
            TOTAL,
            "return loss, g.T @ X + reg * W, g.sum(axis=0)",
        ),
        svm(
            *MARGINS,
            *PULLS,
            "loss = m.mean() + 0.5 * reg * np.sum(W**2)",
            "return loss, g.T @ X + reg * W, g.sum(axis=0)",
        ),
        svm(*MARGINS, *PULLS, TOTAL, "return loss, g.T @ X + 2 * reg * W, g.sum(axis=0)"),
        svm(*MARGINS, *PULLS, TOTAL, "return loss, g.T @ X + reg * W, N * g.sum(axis=0)"),
    ],
}
# A fold's errors need error_rate, so its wrong versions have a submission where the folds are right.
WRONG_RATES = [
    rate("return np.mean(predicted == actual)"),
    rate("return np.sum(predicted != actual)"),
    rate("return np.mean(np.abs(predicted - actual))"),
]


def submissions(answers):
    """Answers to all questions, one of each at a time: a list of {question: source}."""
    rows = zip_longest(*answers.values())
    return [
        {question: source for question, source in zip(answers, row, strict=True) if source} for row in rows
    ]


RIGHT_ONES = submissions(RIGHT)
WRONG_ONES = [*submissions(WRONG), *({"knn.error_rate": source} for source in WRONG_RATES)]


@pytest.fixture(scope="module")
def graded(hw2, tmp_path_factory):
    """Grades a submission with these answers, once."""
    results = {}

    def grade(number, answers):
        if number not in results:
            place = tmp_path_factory.mktemp("answers") / "submission"
            shutil.copytree(hw2.solution, place)
            for name in hw2.homework.notebooks:
                notebook = nbformat.read(place / f"{name}.ipynb", as_version=4)
                cells = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell for cell in notebook.cells}
                for question, source in answers.items():
                    if question.startswith(f"{name}."):
                        cells[CELLS[question]].source = source
                nbformat.write(notebook, place / f"{name}.ipynb")
            with judge.merged(place) as merged:
                results[number] = judge.grade(merged, str(number), only=set(answers))
        return results[number]

    with Sandbox() as box:
        judge = Judge(hw2.course, hw2.homework, box)
        yield grade


def cases(all_answers):
    return [
        pytest.param(number, question, id=f"{question}-{number}")
        for number, answers in enumerate(all_answers)
        for question in answers
    ]


@pytest.mark.parametrize("number, question", cases(RIGHT_ONES))
def test_right_answer_in_any_style_loses_nothing(graded, number, question):
    result = graded(("right", number), RIGHT_ONES[number]).question(question.replace(".", "-"))
    lost = [(o.title, o.status, [f.problem for f in o.findings]) for o in result.outcomes if not o.passed]
    assert (result.score, lost) == (result.points, [])


@pytest.mark.parametrize("number, question", cases(WRONG_ONES))
def test_wrong_answer_loses_a_good_part(graded, number, question):
    result = graded(("wrong", number), WRONG_ONES[number]).question(question.replace(".", "-"))
    assert result.score <= 0.7 * result.points
    assert any(finding.problem for outcome in result.outcomes for finding in outcome.findings)
